"""The lockscreen app's API, and the `hitsujun` command."""
