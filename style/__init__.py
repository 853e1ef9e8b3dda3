"""One picture: style transfer and deep dream."""
