"""Training and export of the recognizer: the only package in `kanji` that imports torch."""
