"""What a person may set, checked, with defaults and help. Needs no torch."""
