"""Every backbone on the same job, and what another network says of the results."""
