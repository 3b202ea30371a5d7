"""The kinds of figures, one module each: what of a study can be drawn so, and how it is drawn.

A module that is put here is registered (`figures.registry`).
"""
