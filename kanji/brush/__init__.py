"""Writing with a brush: from the centre lines of strokes to filled outlines, SVG and masks."""
