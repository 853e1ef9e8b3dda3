"""One character, one writer: matching strokes, grading, the recognizer, practice."""
