"""Random effects of units, as coefficients move with their rows: directly, and by the variance components.

Coefficients are least squares of rows less the share θ_i of their unit's mean, 1 − θ_i = √(e / (e + n_i s)).
With θ held they move as those of least squares do; and they move with each θ_i, which moves with the
variances e of fixed effects' residuals and s of unit effects. Those are sums of squared residuals u, which
move by 2u with an entry of y, and by −2u β_k with one of x_k.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.estimated_without import (
    CONSTANT,
    EstimatedWithout,
    by_number,
)
from nqpf_assets.estimators.influence.given_rows import GivenRows
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.influence.unit_means import handed_back, of_regressors
from nqpf_assets.estimators.linear.collinearity import independent_columns
from nqpf_assets.estimators.linear.least_squares import LeastSquares, least_squares
from nqpf_assets.estimators.linear.random_effects import design_columns, random_effects
from nqpf_assets.estimators.linear.random_effects_result import RandomEffects
from nqpf_assets.estimators.linear.sample import PanelSample, panel_sample
from nqpf_assets.estimators.linear.variance_components import (
    Components,
    quasi_demeaned,
    unit_means,
)
from nqpf_assets.estimators.linear.within import FixedEffects, fixed_effects, group_sums


def random_effects_column(
    rows: GivenRows,
    *,
    period_effects: bool,
    components: Components,
    with_means: bool,
) -> EstimatedWithout:
    """What `random_effects` reports of these rows, as it moves with them."""

    def fit_of(left: NDArray[np.bool_]) -> RandomEffects:
        return random_effects(
            *rows.left(left),
            names=rows.names,
            period_effects=period_effects,
            components=components,
            with_means=with_means,
            vcov="unadjusted",
        )

    fit = fit_of(rows.every)
    sample = panel_sample(*rows.left(rows.every), names=rows.names)
    fe = fixed_effects(("unit",), sample.unit_codes, sample.period_codes)
    x, labels, _ = design_columns(sample, fe, rows.names, period_effects, with_means)
    moved = _Moved(fit, sample, fe, x, labels, components)

    def changes(number: int) -> Mapping[str, Floats]:
        found = np.zeros((len(rows), len(rows.variables)))
        found[sample.is_in_sample] = moved.by_given(number, rows.names)
        return dict(zip(rows.variables, found.T, strict=True))

    def estimate(left: NDArray[np.bool_]) -> Mapping[Number, float]:
        again = fit_of(left)
        return by_number(again.names, again.params) | {Number(CONSTANT): again.constant.estimate}

    return EstimatedWithout(
        tuple(Number(name) for name in (*fit.names, CONSTANT)),
        np.append(fit.params, fit.constant.estimate),
        rows.variables,
        sample.is_in_sample,
        changes,
        estimate,
    )


@dataclass(frozen=True)
class _Moved:
    """A fit over n rows of P columns (regressors, unit means, period dummies)."""

    fit: RandomEffects
    sample: PanelSample
    fe: FixedEffects
    x: Floats
    labels: Sequence[str]
    components: Components

    def by_given(self, number: int, names: Sequence[str]) -> Floats:
        """(n, 1 + K) change of a number per change of outcome and regressors; unit means follow theirs."""
        by_columns = self._by_columns(number)
        by_regressors = of_regressors(by_columns[:, 1:], self.labels, names, self.fe.unit_codes)
        return np.column_stack([by_columns[:, 0], by_regressors])

    @cached_property
    def sizes(self) -> Floats:
        return np.bincount(self.fe.unit_codes).astype(np.float64)

    @cached_property
    def kept(self) -> list[int]:
        return list(independent_columns(self.x - self.x.mean(axis=0), self.x, self.labels)[0])

    @cached_property
    def whole(self) -> Floats:
        """(n, 1 + P' + 1) outcome, columns that are kept, constant."""
        n = len(self.x)
        return np.column_stack([self.sample.outcome, self.x[:, self.kept], np.ones(n)])

    @cached_property
    def quasi(self) -> Floats:
        return quasi_demeaned(self.whole, self.fit.theta, self.fe)

    @cached_property
    def solved(self) -> LeastSquares:
        return least_squares(self.quasi[:, 0], self.quasi[:, 1:])

    def _by_columns(self, number: int) -> Floats:
        """(n, 1 + P) change of a number per change of outcome and columns."""
        terms = [self.labels[j] for j in self.kept]
        wanted = [*self.fit.names, CONSTANT][number]
        at = len(terms) if number == len(self.fit.names) else terms.index(wanted)
        b, beta, u = self.solved.bread[at], self.solved.params, self.solved.residuals
        slope = self.quasi[:, 1:] @ b
        held = np.column_stack([slope, np.outer(u, b) - np.outer(slope, beta)])
        found = np.zeros((len(self.x), 1 + self.x.shape[1]))
        places = [0, *(1 + j for j in self.kept)]
        found[:, places] = quasi_demeaned(held[:, :-1], self.fit.theta, self.fe)
        # By each unit's share, which takes its mean off.
        means = unit_means(self.whole, self.fe)
        sums = group_sums(held, self.fe.unit_codes, self.fe.n_units)
        by_theta = -(sums * means).sum(axis=1)
        e, s = self.fit.sigma_e**2, self.fit.sigma_u**2
        if s == 0:
            return found  # and stays zero
        total = e + self.sizes * s
        by_share = -by_theta / (2 * (1 - self.fit.theta))
        by_e = float((by_share * self.sizes * s / total**2).sum())
        by_s = -float((by_share * self.sizes * e / total**2).sum())
        s_by_columns, s_by_e = self._unit_variance
        return np.asarray(
            found + (by_e + by_s * s_by_e) * self._error_variance + by_s * s_by_columns
        )

    @cached_property
    def _error_variance(self) -> Floats:
        """(n, 1 + P) change of e per entry."""
        inner = self.fe.demean(np.column_stack([self.sample.outcome, self.x]))
        kept = list(independent_columns(inner[:, 1:], self.x, self.labels)[0])
        df = len(self.x) - self.fe.n_units - len(kept)
        return _of_squares(inner[:, 0], inner[:, 1:], kept) / df

    @cached_property
    def _unit_variance(self) -> tuple[Floats, float]:
        """(n, 1 + P) change of s per entry, e held; and its change per change of e."""
        codes = self.fe.unit_codes
        means = unit_means(np.column_stack([self.sample.outcome, self.x]), self.fe)
        is_alike = self.components == "xtreg"
        rows = means if is_alike else means[codes]
        away = rows - rows.mean(axis=0)
        kept = list(independent_columns(away[:, 1:], self.x, self.labels)[0])
        df = self.fe.n_units - len(kept) - 1
        squares = _of_squares(away[:, 0], away[:, 1:], kept)
        if is_alike:
            by_unit = squares / df / self.sizes[:, None]
            return by_unit[codes], -float((1 / self.sizes).mean())
        # The trace of the projection, weighted by sizes, moves with the regressors too.
        own = away[:, 1:][:, kept]
        inverse = np.linalg.pinv(own.T @ own)
        weights = self.sizes[codes]
        trace = float((weights * (1 / len(own) + ((own @ inverse) * own).sum(axis=1))).sum())
        free = len(own) - trace
        weighted = weights[:, None] * (own @ inverse)
        unexplained = weighted - weighted.mean(axis=0) - own @ (inverse @ (own.T @ weighted))
        squares[:, [1 + j for j in kept]] += self.fit.sigma_u**2 * 2 * unexplained
        return np.column_stack([handed_back(one, codes) for one in squares.T]) / free, -df / free


def _of_squares(y: Floats, x: Floats, kept: Sequence[int]) -> Floats:
    """(m, 1 + P) change of the sum of squared residuals per entry, of columns free of what is taken out."""
    found = np.zeros((len(y), 1 + x.shape[1]))
    if not kept:
        found[:, 0] = 2 * y
        return found
    solved = least_squares(y, x[:, list(kept)])
    found[:, 0] = 2 * solved.residuals
    found[:, [1 + j for j in kept]] = -2 * np.outer(solved.residuals, solved.params)
    return found
