"""Estimators for panels: arrays in, a frozen dataclass with its whole inference out.

Here live pure functions over NumPy arrays. They read no table, write no file and know no
study; heavier libraries are imported by the function that needs them. What is computed and
under which convention stands in docs/methods/.
"""
