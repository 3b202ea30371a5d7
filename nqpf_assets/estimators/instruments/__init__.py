"""Two-stage least squares with fixed effects, and what tells whether its instruments are any good.

Arrays in, frozen results out; errors are those of `nqpf_assets.estimators.linear`.
"""
