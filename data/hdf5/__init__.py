"""HDF5 files: checking what an untrusted file declares, and reading large ones lazily."""
