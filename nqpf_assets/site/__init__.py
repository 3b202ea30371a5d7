"""Pages of a publication: static, from a folder or a web server, each number linked to what lies below it.

Only what is published is read, and the raw files that it names by their hash. Nothing is estimated here,
and no number is changed: pages show those of the tables.
"""
