"""Training and exporting the recognizer: the only room of `kanji` that imports torch."""
