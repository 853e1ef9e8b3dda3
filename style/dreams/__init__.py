"""Deep dream: what is to be seen more of, and the ascent there."""
