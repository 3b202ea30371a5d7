"""Pages of a publication: every link leads somewhere, every number is the published one."""
