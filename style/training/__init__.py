"""Training of fast style networks, and their export; the only room here that imports lightning."""
