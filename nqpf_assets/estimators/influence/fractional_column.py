"""Fractional logit and probit: how coefficients and marginal effects move with their rows.

Scores Σ x h with h = s (y − G) are zero at the maximum and stay so. With η = x b, I = −Σ h′ x x' and
v = I⁻¹ ∂q/∂b of a number q, it moves by (x v) s per change of y, and by v_k h + (x v) h′ b_k per change of
x_k. Marginal effects b_k mean(G′) move with the indices at which slopes are taken as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.fractional.fractional import fractional
from nqpf_assets.estimators.fractional.link import Link, Means, means
from nqpf_assets.estimators.fractional.maximum import maximum
from nqpf_assets.estimators.fractional.result import Fractional
from nqpf_assets.estimators.influence.estimated_without import EstimatedWithout, by_number
from nqpf_assets.estimators.influence.given_rows import GivenRows
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.influence.unit_means import of_regressors
from nqpf_assets.estimators.linear.collinearity import independent_columns
from nqpf_assets.estimators.linear.random_effects import design_columns
from nqpf_assets.estimators.linear.sample import panel_sample
from nqpf_assets.estimators.linear.within import fixed_effects


def fractional_column(
    rows: GivenRows, *, link: Link, period_effects: bool, with_means: bool
) -> EstimatedWithout:
    """What `fractional` reports of these rows, as it moves with them."""

    def fit_of(left: NDArray[np.bool_]) -> Fractional:
        return fractional(
            *rows.left(left),
            names=rows.names,
            link=link,
            period_effects=period_effects,
            with_means=with_means,
            vcov="robust",
        )

    def estimate(left: NDArray[np.bool_]) -> Mapping[Number, float]:
        return _numbers(fit_of(left))

    fit = fit_of(rows.every)
    sample = panel_sample(*rows.left(rows.every), names=rows.names)
    fe = fixed_effects(("unit",), sample.unit_codes, sample.period_codes)
    x, labels, _ = design_columns(sample, fe, rows.names, period_effects, with_means)
    kept = list(independent_columns(x - x.mean(axis=0), x, labels)[0])
    params = maximum(link, sample.outcome, x[:, kept])[0]
    terms = [*(labels[place] for place in kept), "constant"]
    design = np.column_stack([x[:, kept], np.ones(len(x))])
    moved = _Moved(link, sample.outcome, design, params)
    told = _numbers(fit)

    def changes(number: int) -> Mapping[str, Floats]:
        term, effect = [*told][number]
        of_y, by_kept = moved.by_columns(terms.index(term), effect)
        by_columns = np.zeros(x.shape)
        by_columns[:, kept] = by_kept
        found = np.zeros((len(rows), len(rows.variables)))
        of_x = of_regressors(by_columns, labels, rows.names, sample.unit_codes)
        found[sample.is_in_sample] = np.column_stack([of_y, of_x])
        return dict(zip(rows.variables, found.T, strict=True))

    return EstimatedWithout(
        tuple(told),
        np.array([*told.values()]),
        rows.variables,
        sample.is_in_sample,
        changes,
        estimate,
    )


def _numbers(fit: Fractional) -> dict[Number, float]:
    found = by_number(fit.names, fit.params)
    for at, one in fit.margins.items():
        found |= by_number(fit.margin_names, one.estimates, _effect(at))
    return found


def _effect(at: str) -> str:
    return f"marginal on outcome, {at}"


@dataclass(frozen=True)
class _Moved:
    """A fit over n rows of P columns, the constant last."""

    link: Link
    y: Floats
    design: Floats
    params: Floats

    @cached_property
    def at_rows(self) -> Means:
        return means(self.link, self.design @ self.params)

    @cached_property
    def score(self) -> Floats:
        """h (n,)."""
        return self.at_rows.score * (self.y - self.at_rows.mean)

    @cached_property
    def bend(self) -> Floats:
        """h′ (n,)."""
        at = self.at_rows
        if self.link == "logit":
            return -at.weights
        turn = -self.design @ self.params - at.score * (at.complement - at.mean)
        return np.asarray(turn * self.score - at.weights)

    def by_columns(self, place: int, effect: str | None) -> tuple[Floats, Floats]:
        """(n,) change of a number per change of the outcome, and (n, P − 1) of the columns."""
        n, b = len(self.y), self.params
        gradient = np.eye(len(b))[place]
        directly = np.zeros(n)
        if effect is not None:
            is_average = effect == _effect("average")
            rows = self.design if is_average else self.design.mean(axis=0)[None]
            there = means(self.link, rows @ b)
            turn = (there.curvature[:, None] * rows).mean(axis=0)
            gradient = b[place] * turn + there.slope.mean() * gradient
            directly = np.broadcast_to(b[place] * there.curvature / n, (n,))
        information = -(self.design * self.bend[:, None]).T @ self.design
        v = np.linalg.solve(information, gradient)
        along = self.design @ v
        of_x = np.outer(self.score, v) + np.outer(along * self.bend + directly, b)
        return along * self.at_rows.score, of_x[:, :-1]
