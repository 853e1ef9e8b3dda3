"""Handwriting recognition: which character an ink is, and which stroke each of its strokes is.

Nothing in this package imports torch.
"""
