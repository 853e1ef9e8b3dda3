"""Wallpapers: kanji in brush strokes over a drawn pattern, a photograph or a painting."""
