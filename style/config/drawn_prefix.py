"""How the name of a style begins that code draws."""

DRAWN = "drawn:"
