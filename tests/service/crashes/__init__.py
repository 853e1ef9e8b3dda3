"""An installation that is killed again and again while clients use it, and what must be left."""
