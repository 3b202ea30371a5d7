"""Fractional logit and probit: shares from 0 to 1, by quasi-maximum likelihood.

Arrays in, frozen results out; errors are those of `nqpf_assets.estimators.linear`.
"""
