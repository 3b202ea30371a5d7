"""Columns of regression tables: from a study's column and the panel to rows of the result tables.

One module per estimator turns arrays into calls of `nqpf_assets.estimators` and results into terms,
effects and tests. Tables are printed elsewhere.
"""
