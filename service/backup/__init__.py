"""One file with everything that an installation holds: rows and pictures."""
