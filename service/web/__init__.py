"""The process that `hitsujun serve` runs: gunicorn on Linux, waitress elsewhere.

`serve` starts it. The application itself is in `service.api`.
"""
