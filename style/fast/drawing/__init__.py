"""Styles drawn by code from a seed: the same picture on every machine, and no one's property."""
