"""Composite indices: many indicators in, one score per unit and period out.

Here live pure functions over NumPy arrays and the frozen dataclasses that they return.
Reading tables, choosing indicators and writing results belong to the Dagster layer;
what the methods mean and which conventions they follow stands in docs/methods/indices.md.
"""
