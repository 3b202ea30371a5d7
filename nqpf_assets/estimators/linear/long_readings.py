"""The two readings of a long panel's rows: sums of columns, then residuals and what errors are made of.

What is estimated from them, and when, stands in `long_panel`. Rows are read some thousands at a time, and
nothing of their number is written but the residuals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nqpf_assets.estimators.linear.lengths import means
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats, add_sums, is_nested

ROWS = 32_768
"""Read at once: of ten columns they stay in a processor's cache."""

Errors = Literal["unadjusted", "robust", "clustered"]


@dataclass(frozen=True)
class Products:
    """What one reading keeps of v = 1 + K columns less their means: the outcome, then the regressors.

    Attributes:
        centre: (v,) the means.
        total: (v, v) products of the columns.
        within: (v, v) products of what the effects leave of them.
        units, periods: effects of the columns, (N, v) and (T, v); zeros where there are none. Without either
            all units have what rounding has left of the mean.
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


def _blocks(n_rows: int) -> Iterator[slice]:
    for start in range(0, n_rows, ROWS):
        yield slice(start, min(start + ROWS, n_rows))


def first_reading(sample: PanelSample, fe: FixedEffects) -> Products:
    """Sums of the outcome and the regressors of rows that weigh alike."""
    y, x = sample.outcome, sample.regressors
    v = 1 + x.shape[1]
    centre = np.append(means(y[:, None]), means(x))
    total, rows = np.zeros((v, v)), np.empty((ROWS, v))
    of_units, of_periods = np.zeros((fe.n_units, v)), np.zeros((fe.n_periods, v))
    for block in _blocks(len(y)):
        columns = rows[: block.stop - block.start]
        _centred(y, x, centre, block, columns)
        total += columns.T @ columns
        if fe.effects != ("period",):
            add_sums(of_units, fe.unit_codes[block], columns)
        if "period" in fe.effects:
            add_sums(of_periods, fe.period_codes[block], columns)
    units, periods = fe.of_sums(of_units, of_periods)
    if not fe.effects:
        # A mean of large numbers has no digits for what is left of it: carried apart, as effects would it.
        units += of_units.sum(axis=0) / len(y)
    explained = of_units.T @ units + of_periods.T @ periods
    # One half is the transpose of the other but for rounding.
    within = total - (explained + explained.T) / 2
    n_rows = np.bincount(fe.unit_codes, minlength=fe.n_units)
    left = total[0, 0] - float((of_units[:, 0] ** 2 / n_rows).sum())
    return Products(centre, total, within, units, periods, left)


def second_reading(
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
    residuals, rows = np.empty(len(y)), np.empty((ROWS, v))
    squares, gradient = np.zeros((v, v)), np.zeros(v)
    left_in_units, left_in_periods = np.zeros(fe.n_units), np.zeros(fe.n_periods)
    n_clusters = int(clusters[0].max()) + 1 if clusters else 0
    sums = np.zeros((n_clusters, v))
    # Residuals of a unit add up to nothing, and so do its effects times them in clusters that hold all of it.
    # Those of the periods follow from the residuals' sums, where these are about as many as the rows.
    n_sums = n_clusters * fe.n_periods
    is_short = bool(clusters and fe.effects) and n_sums <= 2 * len(y)
    is_short = is_short and is_nested(fe.unit_codes, clusters[0])
    by_period = np.zeros(n_sums if is_short else 0)
    for block in _blocks(len(y)):
        units, periods = fe.unit_codes[block], fe.period_codes[block]
        columns = rows[: len(units)]
        _centred(y, x, products.centre, block, columns)
        error = columns @ weights
        if fe.effects != ("period",):
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
