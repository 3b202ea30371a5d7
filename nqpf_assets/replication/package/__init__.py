"""A replication package: all that somebody needs to make a study's tables again, in one folder."""
