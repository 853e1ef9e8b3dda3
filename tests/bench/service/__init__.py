"""The service under load: what it costs, and what it survives."""
