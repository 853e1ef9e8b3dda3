"""Style transfer: one picture, painted at growing sizes."""
