"""Spatial panels: weights keyed by unit, spatial lag, error, SLX and Durbin models, their effects
and tests, Moran's I. Arrays in, frozen results out; errors are those of `nqpf_assets.estimators.linear`.
"""
