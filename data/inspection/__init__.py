"""Looking at data: sheets of drawn samples, and summaries in numbers."""
