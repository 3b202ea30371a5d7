"""Poisson regression with fixed effects: counts, and other outcomes that are not negative.

Arrays in, frozen results out; errors are those of `nqpf_assets.estimators.linear`.
"""
