"""Optimizers of the pixels of a picture: L-BFGS and Adam."""
