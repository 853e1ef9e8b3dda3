"""Which drawn stroke is which reference stroke, by geometry; it makes no judgement."""
