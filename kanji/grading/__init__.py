"""What is right and wrong with a drawn character, and what to tell the learner."""
