"""Batches and Lightning DataModules: the only room of `data` that imports torch."""
