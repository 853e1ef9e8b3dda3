"""Deep dream: the objectives, and gradient ascent on them."""
