"""Jobs that paint: kept in a table, queued, painted by workers."""
