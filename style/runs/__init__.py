"""What every run shares, style transfer or dream: device, progress, report."""
