"""Lightning data modules and their batches: the only room of `data` that imports torch."""
