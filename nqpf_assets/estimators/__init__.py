"""The estimators, a wing of its own: arrays in, small frozen results out.

Nothing else of the project is imported.
"""
