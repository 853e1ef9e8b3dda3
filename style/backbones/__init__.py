"""Networks with named layers, and the weights that they come with."""
