"""Picture and animation files, colours and masks. Only `tensors` imports torch."""
