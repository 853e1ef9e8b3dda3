"""Synthetic ink: writers who do not exist, drawn from references."""
