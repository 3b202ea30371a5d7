"""Coefficients of a linear regression once its effects are removed from outcome and regressors.

Estimates only: what they are worth is told in `covariance` and `two_way_fe`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.absorbed import Absorbed, ManyEffects, many_effects
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor, independent_columns
from nqpf_assets.estimators.linear.demeaned_periods import estimated_rows
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.least_squares import LeastSquares, least_squares
from nqpf_assets.estimators.linear.lengths import lengths, means, row_blocks
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import (
    FixedEffects,
    Floats,
    fixed_effects,
    tss_of_units,
)


@dataclass(frozen=True)
class WithinFit:
    """Least squares of n rows on K regressors kept, the effects removed.

    Attributes:
        sample: the rows.
        fe: effects of the model.
        names: of the K regressors.
        x: (n, K), before the effects are removed.
        demeaned: (n, 1 + K) outcome and regressors, the effects removed; with weights, times their roots.
        solved: coefficients, bread, residuals and their squares.
        estimated: (n,) 1 for the rows that least squares was taken over, 0 for others; None for all.
        tss_within: sum of squares of the outcome, the effects removed.
        df_resid: n - K - all effects.
        is_exact: whether regressors and effects reproduce the outcome.
        dropped: regressors left out, each with its reason.
    """

    sample: PanelSample
    fe: FixedEffects
    names: tuple[str, ...]
    x: Floats
    demeaned: Floats
    solved: LeastSquares
    estimated: Floats | None
    tss_within: float
    df_resid: int
    is_exact: bool
    dropped: tuple[DroppedRegressor, ...]

    @property
    def x_within(self) -> Floats:
        """(n, K) regressors, the effects removed, as in `demeaned`."""
        return self.demeaned[:, 1:]

    @property
    def params(self) -> Floats:
        """(K,)."""
        return self.solved.params

    @property
    def constant(self) -> float:
        """Mean of the outcome minus mean regressors times coefficients."""
        of_rows = self.sample.of_rows
        of_outcome = means(self.sample.outcome[:, None], of_rows)[0]
        return float(of_outcome - means(self.x, of_rows) @ self.params)

    @property
    def residuals(self) -> Floats:
        """(n,) outcomes less what is fitted; zero for rows that least squares left out."""
        weights = self.sample.of_rows
        left = self.solved.residuals
        return left if weights is None else np.asarray(left / np.sqrt(weights))

    @property
    def rss(self) -> float:
        """Sum of squared residuals of the rows that least squares was taken over."""
        return self.solved.rss

    @property
    def whole_rss(self) -> float:
        """The same of all rows; NaN where some were left out: sums over fewer are no measure of fit."""
        return self.rss if self.estimated is None else float("nan")

    @property
    def spreads(self) -> Floats:
        """(1 + K,) lengths of outcome and regressors less their means."""
        of_rows = self.sample.of_rows
        columns = (self.sample.outcome[:, None], self.x)
        return np.concatenate([lengths(one, means(one, of_rows), of_rows) for one in columns])

    @property
    def tss_of_units(self) -> float:
        """Sum of squares of the outcome less its means by unit."""
        return tss_of_units(self.sample.outcome, self.fe)

    def levels(self) -> tuple[Floats, Floats] | None:
        """Effects (N,) of units and (T,) of periods; None where there are others beside them."""
        if isinstance(self.fe, ManyEffects):
            return None
        of_rows, y = self.sample.of_rows, self.sample.outcome
        of_outcome, of_x = means(y[:, None], of_rows)[0], means(self.x, of_rows)
        # Less their means first: what is left of large numbers has few digits once they are multiplied.
        left = y - of_outcome
        for rows in row_blocks(len(y)):
            left[rows] -= (self.x[rows] - of_x) @ self.params
        units, periods = self.fe.solve(left[:, None])
        return units[:, 0], periods[:, 0]

    @property
    def errors(self) -> Floats:
        """(n,) residuals of all rows, as in `demeaned`."""
        if self.estimated is None:
            return self.solved.residuals
        # Rows that least squares left out say nothing of the slopes, but do of the constant.
        return self.fe.demean((self.sample.outcome - self.x @ self.params)[:, None])[:, 0]


def panel_effects(
    effects: Sequence[str], sample: PanelSample, absorbed: Sequence[Absorbed] = ()
) -> FixedEffects:
    """The effects of a model on a sample; one that is too small for them is refused."""
    fe = fixed_effects(effects, sample.unit_codes, sample.period_codes, sample.of_rows)
    if fe.n_units < 2 or (fe.effects and fe.n_periods < 2):
        raise EstimationError(
            f"a panel needs two units and two periods; found {fe.n_units} and {fe.n_periods}"
        )
    return many_effects(fe, [one.of_rows(sample.is_in_sample) for one in absorbed])


def within_fit(
    sample: PanelSample,
    fe: FixedEffects,
    names: Sequence[str],
    demeaned_periods: str,
    *,
    is_exact_allowed: bool,
) -> WithinFit:
    """Fit the outcome by the regressors that neither effects nor others make up.

    Args:
        names: of the sample's regressors.
        demeaned_periods: as in `two_way_fe`.
        is_exact_allowed: whether a fit without residuals is one.

    Raises:
        EstimationError: nothing can be estimated.
    """
    y = sample.outcome
    demeaned = np.empty((len(y), len(names) + 1))
    demeaned[:, 0], demeaned[:, 1:] = y, sample.regressors
    fe.demean_in_place(demeaned)
    regressors = sample.regressors
    if (of_rows := sample.of_rows) is not None:
        roots = np.sqrt(of_rows)[:, None]
        demeaned *= roots
        regressors = regressors * roots
    estimated = estimated_rows(demeaned_periods, sample)
    if estimated is not None:
        demeaned *= estimated[:, None]
    y_within, tss_within = demeaned[:, 0], float(demeaned[:, 0] @ demeaned[:, 0])
    weight = len(y) if of_rows is None else float(of_rows.sum())
    floor = weight * (8 * np.finfo(np.float64).eps * np.abs(y).max()) ** 2
    if tss_within <= floor:
        raise EstimationError("the outcome does not vary once the effects are removed")
    kept, dropped = independent_columns(demeaned[:, 1:], regressors, names)
    if not kept:
        reasons = "; ".join(f"{d.name}: {d.reason}" for d in dropped)
        raise EstimationError(f"no regressor is left ({reasons})")
    x = sample.regressors
    if dropped:
        x, demeaned = x[:, kept], demeaned[:, [0, *(j + 1 for j in kept)]]
    n, k = sample.n_obs, x.shape[1]
    df_resid = n - k - fe.rank
    if df_resid < 1:
        raise EstimationError(
            f"{counted(n, 'rows')} for {counted(k + fe.rank, 'parameters')}, the effects included"
        )
    solved = least_squares(y_within, demeaned[:, 1:])
    is_exact = bool(solved.rss <= max(floor, 1e-20 * tss_within))
    if is_exact and not is_exact_allowed:
        raise EstimationError("regressors and effects reproduce the outcome exactly")
    return WithinFit(
        sample=sample,
        fe=fe,
        names=tuple(names[j] for j in kept),
        x=x,
        demeaned=demeaned,
        solved=solved,
        estimated=estimated,
        tss_within=tss_within,
        df_resid=df_resid,
        is_exact=is_exact,
        dropped=dropped,
    )
