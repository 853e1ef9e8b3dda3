"""Names of the reference sets. It imports nothing, so that `--help` can list them quickly."""

REFERENCE_SETS = ("ja", "zh")  # from KanjiVG; from makemeahanzi
