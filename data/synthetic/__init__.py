"""Synthetic ink: references as random writers draw them, and ink that is no character."""
