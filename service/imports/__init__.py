"""Reads the logs of other programs, and our own exports, as events that a device could send."""
