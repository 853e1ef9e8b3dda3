"""Pictures and films in files, their colours and masks; torch in `tensors` alone."""
