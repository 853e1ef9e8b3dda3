"""Names of the reference sets, in a file that needs no h5py: `--help` lists them quickly."""

REFERENCE_SETS = ("ja", "zh")  # from KanjiVG; from makemeahanzi
