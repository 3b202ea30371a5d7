"""The two readings of a long panel's rows: sums of columns, then residuals and what errors are made of.

What is estimated from them, and when, stands in `long_panel`. Rows are read some thousands at a time, as they
lie in memory, and nothing of their number is written but the residuals. Where means are large beside spreads,
these few rows are copied less the means, of which sums would lose digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nqpf_assets.estimators.linear.lengths import means, row_blocks
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats, add_sums, is_nested

ROWS = 32_768
"""Read at once: of ten columns they stay in a processor's cache."""
NEAR = 1e-2
"""Least share of a column's sum of squares that its mean must leave where rows are read as they lie: two of
sixteen digits are lost then."""

Errors = Literal["unadjusted", "robust", "clustered"]


@dataclass(frozen=True)
class Products:
    """What one reading keeps of v = 1 + K columns less their means: the outcome, then the regressors.

    Attributes:
        centre: (v,) the means.
        is_near: whether the means are small enough for rows to be read as they lie.
        total: (v, v) products of the columns.
        within: (v, v) products of what the effects leave of them.
        units, periods: effects of the columns, (N, v) and (T, v); zeros where there are none. Without either
            all units have what rounding has left of the mean.
        of_units: what the means of units leave of the outcome's sum of squares.
    """

    centre: Floats
    is_near: bool
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
class _Sums:
    """Sums (v,) of columns, (v, v) of their products, and of columns by unit (N, v) and by period (T, v)."""

    columns: Floats
    products: Floats
    units: Floats
    periods: Floats


def first_reading(sample: PanelSample, fe: FixedEffects) -> Products:
    """Sums of the outcome and the regressors of rows that weigh alike."""
    n = len(sample.outcome)
    n_of_units = np.bincount(fe.unit_codes, minlength=fe.n_units)
    is_near = _is_near(*_of_first_rows(sample))
    sums = _sums(sample, fe, None) if is_near else None
    if sums is None or not _is_near(sums.columns / n, np.diag(sums.products) / n):
        is_near = False
        centre = np.append(means(sample.outcome[:, None]), means(sample.regressors))
        sums = _sums(sample, fe, centre)
    else:
        centre = sums.columns / n
        sums.products[...] -= n * np.outer(centre, centre)
        if fe.effects != ("period",):
            _take_multiples(sums.units, n_of_units, centre)
        if "period" in fe.effects:
            n_of_periods = np.bincount(fe.period_codes, minlength=fe.n_periods)
            _take_multiples(sums.periods, n_of_periods, centre)
    units, periods = fe.of_sums(sums.units, sums.periods)
    if not fe.effects:
        # A mean of large numbers has no digits for what is left of it: carried apart, as effects would it.
        units += sums.units.sum(axis=0) / n
    explained = sums.units.T @ units + sums.periods.T @ periods
    # One half is the transpose of the other but for rounding.
    within = sums.products - (explained + explained.T) / 2
    left = sums.products[0, 0] - float((sums.units[:, 0] ** 2 / n_of_units).sum())
    return Products(centre, is_near, sums.products, within, units, periods, left)


def _take_multiples(sums: Floats, times: Codes, centre: Floats) -> None:
    """Subtract from sums (n_groups, v), in place, a centre (v,) as often as each has rows."""
    for rows in row_blocks(len(sums)):
        sums[rows] -= times[rows, None] * centre


def _sums(sample: PanelSample, fe: FixedEffects, centre: Floats | None) -> _Sums:
    """Sums of outcome and regressors less a centre (v,), or as they lie."""
    v = 1 + sample.regressors.shape[1]
    products = np.zeros((v, v))
    of_units, of_periods = np.zeros((fe.n_units, v)), np.zeros((fe.n_periods, v))
    for block, y, x in _rows(sample, centre):
        products[0, 0] += y @ y
        products[0, 1:] += y @ x
        products[1:, 1:] += x.T @ x
        if fe.effects != ("period",):
            _add(of_units[:, 0], fe.unit_codes[block], y)
            add_sums(of_units[:, 1:], fe.unit_codes[block], x)
        if "period" in fe.effects:
            _add(of_periods[:, 0], fe.period_codes[block], y)
            add_sums(of_periods[:, 1:], fe.period_codes[block], x)
    products[1:, 0] = products[0, 1:]
    of_groups = of_periods if fe.effects == ("period",) else of_units
    columns = np.ones(len(of_groups)) @ of_groups
    return _Sums(columns, products, of_units, of_periods)


def second_reading(
    sample: PanelSample,
    fe: FixedEffects,
    products: Products,
    params: Floats,
    vcov: Errors,
    clusters: Sequence[Codes],
) -> tuple[Floats, Scores, Floats]:
    """Residuals (n,) at these coefficients, scores, and the sum (K,) of the regressors' scores."""
    n, v = len(sample.outcome), 1 + len(params)
    weights = np.append(1.0, -params)
    of_units, of_periods = products.units @ weights, products.periods @ weights
    # What is taken from the columns as they are read, and what of the means is left in them.
    taken = None if products.is_near else products.centre
    left = products.centre if products.is_near else np.zeros(v)
    constant = float(left @ weights)
    residuals, rows = np.empty(n), np.empty((ROWS, v))
    squares, gradient = np.zeros((v, v)), np.zeros(v)
    left_in_units, left_in_periods = np.zeros(fe.n_units), np.zeros(fe.n_periods)
    n_clusters = int(clusters[0].max()) + 1 if clusters else 0
    sums = np.zeros((n_clusters, v))
    # Residuals of a unit add up to nothing, and so do its effects times them in clusters that hold all of it.
    # Those of the periods follow from the residuals' sums, where these are about as many as the rows.
    n_sums = n_clusters * fe.n_periods
    is_short = bool(clusters and fe.effects) and n_sums <= 2 * n
    is_short = is_short and is_nested(fe.unit_codes, clusters[0])
    by_period = np.zeros(n_sums if is_short else 0)
    for block, y, x in _rows(sample, taken):
        units, periods = fe.unit_codes[block], fe.period_codes[block]
        error = np.subtract(y, x @ params, out=residuals[block])
        error -= constant
        if fe.effects != ("period",):
            error -= of_units[units]
        if "period" in fe.effects:
            error -= of_periods[periods]
        if is_short:
            groups = clusters[0][block]
            add_sums(sums[:, 1:], groups, x, error)
            _add(by_period, groups * fe.n_periods + periods, error)
            if clusters[0] is not fe.unit_codes:
                _add(left_in_units, units, error)
            continue
        _add(left_in_units, units, error)
        _add(left_in_periods, periods, error)
        gradient += np.append(error.sum(), error @ x)
        if vcov == "unadjusted":
            continue
        scores = rows[: len(y)]
        scores[:, 0] = error
        levels = (products.units[units] + products.periods[periods])[:, 1:]
        np.subtract(x, levels + left[1:], out=scores[:, 1:])
        scores[:, 1:] *= error[:, None]
        squares += scores.T @ scores
        if clusters:
            add_sums(sums, clusters[0][block], scores)
    if is_short:  # sums as products: adding up a few numbers of each of many rows takes longer
        of_clusters = by_period.reshape(n_clusters, fe.n_periods)
        left_in_periods = np.ones(n_clusters) @ of_clusters
        sums[:, 0] = of_clusters @ np.ones(fe.n_periods)
        if clusters[0] is fe.unit_codes:
            left_in_units = sums[:, 0]
        gradient = np.ones(n_clusters) @ sums
        sums[:, 1:] -= sums[:, :1] * left[1:]
        sums[:, 1:] -= of_clusters @ products.periods[:, 1:]
    gradient -= gradient[0] * left
    # Nothing but rounding is left in units and periods; times large effects it would count.
    gradient -= left_in_units @ products.units + left_in_periods @ products.periods
    return residuals, Scores(squares, sums, tuple(clusters)), gradient[1:]


def _rows(sample: PanelSample, centre: Floats | None) -> Iterator[tuple[slice, Floats, Floats]]:
    """Some rows after others, their outcome and regressors: less a centre (v,) in a copy, or as they lie."""
    y, x = sample.outcome, sample.regressors
    of_y, of_x = np.empty(ROWS), np.empty((ROWS, x.shape[1]))
    for start in range(0, len(y), ROWS):
        block = slice(start, min(start + ROWS, len(y)))
        if centre is None:
            yield block, y[block], x[block]
        else:
            n = block.stop - start
            yield (
                block,
                np.subtract(y[block], centre[0], out=of_y[:n]),
                np.subtract(x[block], centre[1:], out=of_x[:n]),
            )


def _is_near(mean: Floats, mean_square: Floats) -> bool:
    """Whether means (v,) are so small beside what they leave of mean squares (v,) that sums keep digits."""
    return bool((mean_square - mean**2 >= NEAR * mean_square).all())


def _of_first_rows(sample: PanelSample) -> tuple[Floats, Floats]:
    """Means (v,) and mean squares (v,) of the rows that are read first."""
    y, x = sample.outcome[:ROWS], sample.regressors[:ROWS]
    columns = np.column_stack([y, x])
    return columns.mean(axis=0), (columns**2).mean(axis=0)


def _add(sums: Floats, codes: Codes, values: Floats) -> None:
    """Add (n,) values, in place, to the sums (n_groups,) of their groups."""
    if len(sums) <= len(codes):
        sums += np.bincount(codes, values, len(sums))
        return
    low, high = int(codes.min()), int(codes.max()) + 1
    sums[low:high] += np.bincount(codes - low, values, high - low)
