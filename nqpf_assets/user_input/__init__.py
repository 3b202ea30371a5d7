"""Files that a user writes, read with the line of every mistake: YAML, settings, the project's own tables."""
