"""What one institute adds: an index of ranges, and a check of scores that are the same."""
