"""What is right and wrong in a drawn character, and what to say about it."""
