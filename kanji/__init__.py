"""One character, one writer: grading and the recognizer."""
