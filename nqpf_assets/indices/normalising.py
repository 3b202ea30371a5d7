"""Indicators in units of their own made comparable, each turned so that more is better.

The step before weighing that all indices of weighted indicators share. What each way is for, and which
weights it cannot go with, stands in docs/methods/indices.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.indicators import Floats, require_variation
from nqpf_assets.indices.method import Indicators
from nqpf_assets.indices.row_blocks import row_blocks

Normalisation = Literal["min_max", "vector", "z_score"]


def normalised(indicators: Indicators, how: Normalisation, base_year: int | None = None) -> Floats:
    """(n, J) normalised values, of which more is better.

    Args:
        indicators: checked, without gaps.
        how: ``min_max``: distance from the worst value over the range; ``vector``: over the root of the sum
            of squares, and one minus that where less is better; ``z_score``: distance from the mean in
            standard deviations (n - 1), with the other sign where less is better.
        base_year: the year whose minimum and maximum normalise all years; of all years where None.

    Raises:
        IndicatorError: an indicator does not vary, in the base year where there is one; the base year has no
            observation; a vector of values below zero.

    Source: OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5; Hwang and Yoon (1981).
    """
    x, names = indicators.values, indicators.names
    sign = np.asarray(indicators.directions, dtype=np.float64)
    # Differences at the level of rounding are not variation, whatever the unit.
    low, high = x.min(axis=0), x.max(axis=0)
    smallest = 1e-12 * np.maximum(np.abs(low), np.abs(high))
    require_variation(high - low > smallest, names)
    if how == "vector":
        _require(x >= 0, names, "vector normalisation is of values that are not negative")
        shares = x / np.sqrt((x**2).sum(axis=0))
        return np.asarray(np.where(sign > 0, shares, 1.0 - shares))
    if how == "z_score":
        return np.asarray(sign * (x - x.mean(axis=0)) / x.std(axis=0, ddof=1))
    if base_year is not None:
        base = x[rows_of_base(indicators, base_year)]
        low, high = base.min(axis=0), base.max(axis=0)
        require_variation(high - low > smallest, names, place=f" in {base_year}, the base year")
    return min_max(x, sign, low, high)


def min_max(x: Floats, sign: Floats, low: Floats, high: Floats, shift: float = 0.0) -> Floats:
    """(n, J) distances from the worst value over the range, plus a shift.

    Args:
        x: (n, J).
        sign: (J,) above zero where more is better.
        low, high: (J,) the ends of the range.
    """
    z = np.empty(x.shape)
    for rows in row_blocks(len(x)):
        # High minus x, not 1 minus the rest: an exact zero at the worst value.
        np.divide(np.where(sign > 0, x[rows] - low, high - x[rows]), high - low, out=z[rows])
        z[rows] += shift
    return z


def rows_of_base(indicators: Indicators, base_year: int | None) -> NDArray[np.bool_]:
    """(n,) the rows whose minimum and maximum normalise."""
    if base_year is None:
        return np.ones(len(indicators.values), dtype=np.bool_)
    rows = np.asarray(indicators.periods == base_year)
    if not rows.any():
        raise IndicatorError(f"no row has all indicators in {base_year}, the base year")
    return rows


def require_positive(z: Floats, names: Sequence[str], what: str) -> None:
    """Refuse normalised values that a geometric mean cannot take, by indicator."""
    _require(z > 0, names, what)


def _require(holds: NDArray[np.bool_], names: Sequence[str], what: str) -> None:
    n_wrong = (~holds).sum(axis=0)
    if n_wrong.any():
        listed = ", ".join(f"{name} ({n})" for name, n in zip(names, n_wrong, strict=True) if n)
        raise IndicatorError(f"{what}; rows where they are: {listed}")
