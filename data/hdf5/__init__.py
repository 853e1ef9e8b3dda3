"""What all our HDF5 files have in common: checked before use, and read late."""
