"""How much each published cell matters to a coefficient: what an estimator tells, followed back to the cells.

`step` makes the tables, `models` goes through a study's models, `walk` from the panel back to the cells over
the `stations`; `cell_derivatives` and `pools` say how formulas move, `rows` what of all that is kept.
"""
