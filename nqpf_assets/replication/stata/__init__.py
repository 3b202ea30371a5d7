"""A study's regression tables as a do-file of Stata, which is written here and never run."""
