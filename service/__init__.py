"""The API of the lockscreen app, and the `hitsujun` command."""
