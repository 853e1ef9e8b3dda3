"""File formats of ink that others have published. Each file here reads one; most also write it."""
