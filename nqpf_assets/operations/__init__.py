"""What somebody needs who runs a warehouse for others: copies to trust, and messages that arrive."""
