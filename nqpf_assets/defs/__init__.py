"""The Dagster layer: steps become assets, their checks asset checks, and raw files are watched.

One module per concept of Dagster's; nothing is computed here.
"""
