"""Corpora: many inks in one HDF5 file."""
