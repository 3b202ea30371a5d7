"""A study in other programs: the same tables as a script, and its numbers held against ours."""
