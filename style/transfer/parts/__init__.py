"""Pictures that do not fit into memory at once: tiles and strips."""
