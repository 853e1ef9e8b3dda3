"""The colours of masks, apart from what reads masks: the command's help names them."""

# The index of a colour is its red, green and blue bit: 4, 2 and 1.
MASK_COLORS = ("black", "blue", "green", "cyan", "red", "magenta", "yellow", "white")
