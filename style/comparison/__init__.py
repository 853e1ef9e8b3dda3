"""The same style transfer with every backbone, and scores of the results by another network."""
