"""References: the canonical strokes of each character."""
