"""Pictures of characters, and photos, in folders and in HDF5 files."""
