"""The API of the lockscreen app, and the `hitsujun` command."""

VERSION = "0.1.0"
