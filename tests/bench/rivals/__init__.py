"""Programs of others beside ours."""
