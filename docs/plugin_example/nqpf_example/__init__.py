"""What one institute adds: an index of ranges, a regression of means, a check of ties, and a format."""
