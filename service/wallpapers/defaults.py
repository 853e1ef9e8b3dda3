"""What a wallpaper's painting is by default; without a library, for `--help`."""

PAINTING_PX, STEPS = 640, 60  # longest side that is painted, and steps at each scale
