"""Weights: where they are kept, where they come from, and how other formats become ours."""
