"""How a sum of scores of principal components moves with each indicator value.

The derivative of `principal_components`, step by step backwards: from the score to z-scores and weights, from
weights to eigenvalues and eigenvectors, from these to correlations, and from z-scores to the indicators. How
many components are kept, and which way they point, is taken as it is.
Source: Magnus (1985), On differentiating eigenvalues and eigenvectors, Econometric Theory 1(2).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from nqpf_assets.indices.gradients.extremes import of_maximum, of_minimum
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.methods.principal_components import components_of
from nqpf_assets.indices.principal_components import Floats, PrincipalComponents

SAME = 1e-9
"""Eigenvalues that differ by less have no eigenvectors of their own."""


def gradient(
    indicators: Indicators,
    *,
    retain: Literal["kaiser"] | float,
    component_scale: Literal["variance", "unit"],
    anchor: str | None,
    rescale: bool,
) -> Gradient:
    """From changes per score to changes per value, under the options of the index.

    NaN where two components have the same eigenvalue.
    """
    found = components_of(
        indicators,
        retain=retain,
        component_scale=component_scale,
        anchor=anchor,
        rescale=rescale,
    )
    values, directions = indicators.values, indicators.directions
    turn = np.asarray(directions, dtype=np.float64)
    z = (values - found.means) / found.std_devs * turn
    power = 1.0 if component_scale == "variance" else 0.5

    def of_values(of_scores: Floats) -> Floats:
        per_score = _unscaled(of_scores, z @ found.weights) if rescale else of_scores
        of_z = np.outer(per_score, found.weights) + _through_weights(found, power, z, per_score)
        centred = of_z - of_z.mean(axis=0) - z * (of_z * z).sum(axis=0) / (len(z) - 1)
        return np.asarray(centred * turn / found.std_devs)

    return of_values


def _through_weights(
    found: PrincipalComponents, power: float, z: Floats, per_score: Floats
) -> Floats:
    """Changes per z-score, by way of correlations, eigenvalues and eigenvectors."""
    kept = slice(found.n_components)
    raised, total = found.eigenvalues[kept] ** power, found.eigenvalues[kept].sum()
    vectors = found.loadings
    of_u = z.T @ per_score
    of_raised = vectors[:, kept].T @ of_u
    slope = of_raised * power * found.eigenvalues[kept] ** (power - 1) / total
    of_eigenvalue = slope - (of_raised @ raised) / total**2
    of_correlation = np.zeros_like(found.correlation)
    for k in range(found.n_components):
        gap = found.eigenvalues[k] - found.eigenvalues
        gap[k] = np.inf
        if np.abs(gap).min() < SAME:
            return np.full_like(z, np.nan)
        across = vectors.T @ of_u * (raised[k] / total) / gap
        across[k] = of_eigenvalue[k]
        of_correlation += np.outer(vectors @ across, vectors[:, k])
    np.fill_diagonal(of_correlation, 0.0)  # a variable's correlation with itself is one
    return np.asarray(z @ (of_correlation + of_correlation.T) / (len(z) - 1))


def _unscaled(of_scores: Floats, scores: Floats) -> Floats:
    """Through the stretch of the scores to [0, 1]."""
    width = scores.max() - scores.min()
    place = (scores - scores.min()) / width
    column = scores[:, None]
    of_low, of_high = -(of_scores @ (1 - place)), -(of_scores @ place)
    ends = of_low * of_minimum(column) + of_high * of_maximum(column)
    return np.asarray((of_scores + ends[:, 0]) / width)
