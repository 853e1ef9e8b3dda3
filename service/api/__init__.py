"""The HTTP API: routes, their bodies and answers, and the document of them."""
