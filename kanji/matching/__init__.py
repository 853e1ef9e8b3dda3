"""Which drawn stroke is which canonical one, by geometry. Knows no verdict."""
