"""Least squares with fixed effects on long panels, in two readings of the rows instead of a copy of them.

Of the columns less their means, the first reading keeps products, and sums by unit and by period. What
effects explain follows from these sums, exactly for unbalanced panels too, and with it the products of what
is left: no demeaned column is written. The second reading makes residuals and scores, whose sum tells what
rounding has left of the coefficients. Differences of products lose digits where effects or other regressors
explain nearly all of a column; such panels are handed back, to be demeaned row by row in `within_fit`.

Source: Frisch, Waugh and Lovell; the solution for two effects is that of `within`; refinement as in
Björck (1996), Numerical Methods for Least Squares Problems, section 6.6.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nqpf_assets.estimators.linear.absorbed import ManyEffects
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor
from nqpf_assets.estimators.linear.lengths import means
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats, add_sums, is_nested

# From so many rows on the copy takes the time. Below, milliseconds would be gained, and samples as small as
# those of papers keep all digits.
LONG = 50_000
# Least share of a column's variation that effects and other regressors must leave: products lose at most four
# of sixteen digits above it, and refinement brings those of the coefficients back.
LEFT = 1e-4
# A step that moves the fitted values by less than this share of the residuals is rounding. Residuals of a fit
# that is exact, or nearly, are rounding themselves, and never settle.
SETTLED = 1e-12
_STEPS = 4
_ROWS = 32_768  # at once: of ten columns they stay in a processor's cache

Errors = Literal["unadjusted", "robust", "clustered"]


@dataclass(frozen=True)
class Products:
    """What one reading keeps of v = 1 + K columns less their means: the outcome, then the regressors.

    Attributes:
        centre: (v,) the means.
        total: (v, v) products of the columns.
        within: (v, v) products of what the effects leave of them.
        units, periods: effects of the columns, (N, v) and (T, v); zeros where there are none.
        of_units: what the means of units leave of the outcome's sum of squares.
    """

    centre: Floats
    total: Floats
    within: Floats
    units: Floats
    periods: Floats
    of_units: float


@dataclass(frozen=True)
class Scores:
    """Of each row its residual, and this times the regressors less their effects: 1 + K numbers, summed.

    Attributes:
        squares: (1 + K, 1 + K) products over the rows, for errors that are robust.
        sums: (G, 1 + K) by cluster; none without clusters.
        clusters: the key (n,) that they are by, or none.
    """

    squares: Floats
    sums: Floats
    clusters: tuple[Codes, ...]


@dataclass(frozen=True)
class LongFit:
    """Least squares of n rows on K regressors, none of which is left out, the effects removed.

    Attributes:
        sample, fe, names: the rows, the effects and the regressors.
        products: of the columns.
        params: (K,).
        bread: (K, K) inverse of the regressors' products within.
        residuals: (n,).
        rss: sum of their squares.
        scores: what errors are made of.
        df_resid: n - K - all effects.
    """

    sample: PanelSample
    fe: FixedEffects
    names: tuple[str, ...]
    products: Products
    params: Floats
    bread: Floats
    residuals: Floats
    rss: float
    scores: Scores
    df_resid: int
    dropped: tuple[DroppedRegressor, ...] = ()
    is_exact: bool = False

    @property
    def constant(self) -> float:
        """Mean of the outcome minus mean regressors times coefficients."""
        centre = self.products.centre
        return float(centre[0] - centre[1:] @ self.params)

    @property
    def whole_rss(self) -> float:
        """Sum of squared residuals of all rows."""
        return self.rss

    @property
    def tss_within(self) -> float:
        """Sum of squares of the outcome, the effects removed."""
        return float(self.products.within[0, 0])

    @property
    def spreads(self) -> Floats:
        """(1 + K,) lengths of outcome and regressors less their means."""
        return np.asarray(np.sqrt(np.diag(self.products.total)))

    @property
    def tss_of_units(self) -> float:
        """Sum of squares of the outcome less its means by unit."""
        return self.products.of_units

    def levels(self) -> tuple[Floats, Floats] | None:
        """Effects (N,) of units and (T,) of periods."""
        weights = np.append(1.0, -self.params)
        return self.products.units @ weights, self.products.periods @ weights


def long_fit(
    sample: PanelSample,
    fe: FixedEffects,
    names: Sequence[str],
    vcov: Errors,
    clusters: Sequence[Codes],
) -> LongFit | None:
    """Fit the outcome by all regressors; None where rows must be demeaned one by one.

    Args:
        sample: of rows that weigh alike.
        names: of its K regressors.
        vcov: which scores are kept.
        clusters: the keys (n,) of ``"clustered"``; others do not look at them.
    """
    clusters = clusters if vcov == "clustered" else ()
    k, n = len(names), sample.n_obs
    df_resid = n - k - fe.rank
    if isinstance(fe, ManyEffects) or n < LONG or df_resid < 1 or len(clusters) > 1:
        return None
    products = _products(sample, fe)
    if not _is_clear(products):
        return None
    x, y = products.within[1:, 1:], products.within[1:, 0]
    length = np.sqrt(np.diag(x))
    bread = np.linalg.inv(x / np.outer(length, length)) / np.outer(length, length)
    params = bread @ y
    for _ in range(_STEPS):
        residuals, scores, gradient = _second_reading(sample, fe, products, params, vcov, clusters)
        rss = float(residuals @ residuals)
        step = bread @ gradient
        params = params + step
        if float(step @ x @ step) < SETTLED**2 * rss:
            return LongFit(
                sample, fe, tuple(names), products, params, bread, residuals, rss, scores, df_resid
            )
    return None


def _blocks(n_rows: int) -> Iterator[slice]:
    for start in range(0, n_rows, _ROWS):
        yield slice(start, min(start + _ROWS, n_rows))


def _products(sample: PanelSample, fe: FixedEffects) -> Products:
    y, x = sample.outcome, sample.regressors
    v = 1 + x.shape[1]
    centre = np.append(means(y[:, None]), means(x))
    total, rows = np.zeros((v, v)), np.empty((_ROWS, v))
    of_units, of_periods = np.zeros((fe.n_units, v)), np.zeros((fe.n_periods, v))
    for block in _blocks(len(y)):
        columns = rows[: block.stop - block.start]
        _centred(y, x, centre, block, columns)
        total += columns.T @ columns
        if "unit" in fe.effects:
            add_sums(of_units, fe.unit_codes[block], columns)
        if "period" in fe.effects:
            add_sums(of_periods, fe.period_codes[block], columns)
    units, periods = fe.of_sums(of_units, of_periods)
    explained = of_units.T @ units + of_periods.T @ periods
    # One half is the transpose of the other but for rounding.
    within = total - (explained + explained.T) / 2
    n_rows = np.bincount(fe.unit_codes, minlength=fe.n_units)
    left = total[0, 0] - float((of_units[:, 0] ** 2 / n_rows).sum())
    return Products(centre, total, within, units, periods, left)


def _is_clear(products: Products) -> bool:
    """Whether the effects leave enough of the outcome, and effects and others enough of each regressor."""
    length = np.sqrt(np.diag(products.total))
    if not (np.isfinite(length) & (length > 0)).all():
        return False
    shares = products.within / np.outer(length, length)
    return bool(shares[0, 0] > LEFT and np.linalg.eigvalsh(shares[1:, 1:])[0] > LEFT)


def _second_reading(
    sample: PanelSample,
    fe: FixedEffects,
    products: Products,
    params: Floats,
    vcov: Errors,
    clusters: Sequence[Codes],
) -> tuple[Floats, Scores, Floats]:
    """Residuals (n,) at these coefficients, scores, and the sum (K,) of the regressors' scores."""
    y, x, v = sample.outcome, sample.regressors, 1 + len(params)
    weights = np.append(1.0, -params)
    of_units, of_periods = products.units @ weights, products.periods @ weights
    residuals, rows = np.empty(len(y)), np.empty((_ROWS, v))
    squares, gradient = np.zeros((v, v)), np.zeros(v)
    left_in_units, left_in_periods = np.zeros(fe.n_units), np.zeros(fe.n_periods)
    n_clusters = int(clusters[0].max()) + 1 if clusters else 0
    sums = np.zeros((n_clusters, v))
    # Residuals of a unit add up to nothing, and so do its effects times them in clusters that hold all of it.
    # Those of the periods follow from the residuals' sums, where these are about as many as the rows.
    n_sums = n_clusters * fe.n_periods
    is_short = bool(clusters) and n_sums <= 2 * len(y) and is_nested(fe.unit_codes, clusters[0])
    by_period = np.zeros(n_sums if is_short else 0)
    for block in _blocks(len(y)):
        units, periods = fe.unit_codes[block], fe.period_codes[block]
        columns = rows[: len(units)]
        _centred(y, x, products.centre, block, columns)
        error = columns @ weights
        if "unit" in fe.effects:
            error -= of_units[units]
        if "period" in fe.effects:
            error -= of_periods[periods]
        residuals[block] = error
        gradient += error @ columns
        _add(left_in_units, units, error)
        _add(left_in_periods, periods, error)
        columns[:, 0] = 1.0
        if is_short:
            groups = clusters[0][block]
            add_sums(sums, groups, columns, error)
            _add(by_period, groups * fe.n_periods + periods, error)
        elif vcov != "unadjusted":
            columns[:, 1:] -= (products.units[units] + products.periods[periods])[:, 1:]
            columns *= error[:, None]
            squares += columns.T @ columns
            if clusters:
                add_sums(sums, clusters[0][block], columns)
    if is_short:
        sums[:, 1:] -= by_period.reshape(n_clusters, fe.n_periods) @ products.periods[:, 1:]
    # Nothing but rounding is left in units and periods; times large effects it would count.
    gradient -= left_in_units @ products.units + left_in_periods @ products.periods
    return residuals, Scores(squares, sums, tuple(clusters)), gradient[1:]


def _add(sums: Floats, codes: Codes, values: Floats) -> None:
    """Add (n,) values, in place, to the sums (n_groups,) of their groups."""
    low, high = int(codes.min()), int(codes.max()) + 1
    sums[low:high] += np.bincount(codes - low, values, high - low)


def _centred(y: Floats, x: Floats, centre: Floats, block: slice, columns: Floats) -> None:
    """Write outcome and regressors of these rows less their means into columns."""
    np.subtract(y[block], centre[0], out=columns[:, 0])
    np.subtract(x[block], centre[1:], out=columns[:, 1:])
