"""Losses as pure functions on features: no network, no file."""
