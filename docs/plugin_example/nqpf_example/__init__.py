"""What one institute adds: an index of ranges, a check of scores that are the same, a reader of its files."""
