"""A shell that asks the published file: lines in, answers out, the same limits as a single query."""
