"""Columns of regression tables: from a study's column and the panel to rows of the result tables.

One module per estimator turns arrays into `nqpf_assets.models` calls and results into terms, effects
and tests. Numbers are computed in `models`; tables are printed elsewhere.
"""
