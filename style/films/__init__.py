"""Films: read, painted frame by frame without flicker, and written. `paint_film` is the loop."""
