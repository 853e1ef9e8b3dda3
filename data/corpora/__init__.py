"""Corpora: many inks in one HDF5 file. `corpus` reads and writes them, `build` makes them from
files of ink, and `files` reads and writes ink in any format by its suffix.
"""
