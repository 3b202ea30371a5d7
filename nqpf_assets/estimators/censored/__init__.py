"""Censored regression: Tobit with effects as dummies, and with random effects by quadrature.

Arrays in, frozen results out; errors are those of `nqpf_assets.estimators.linear`.
"""
