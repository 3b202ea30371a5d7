"""On which rows and cells the numbers of a study rest, where values and not the study file alone decide it.

Here are made the tables that the views `provenance` read: cells are asked of these in the published file.
"""
