"""What any run has, painting or dream: device, progress, report."""
