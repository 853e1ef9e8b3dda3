"""Sheets, samples and summaries, to look at data."""
