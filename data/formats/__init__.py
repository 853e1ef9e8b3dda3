"""Other people's files of ink, each format with a reader and perhaps a writer."""
