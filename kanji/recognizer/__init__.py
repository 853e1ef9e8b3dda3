"""Which character an ink is, and which stroke each of its strokes is. Needs no torch."""
