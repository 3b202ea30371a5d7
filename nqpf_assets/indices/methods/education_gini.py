"""The education Gini of a panel, or its complement, from shares of the levels of schooling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from nqpf_assets.indices.education_gini import EducationGini, education_gini
from nqpf_assets.indices.errors import IndicatorError, counted
from nqpf_assets.indices.method import IndexResult, IndexTest, Indicators


def index(
    indicators: Indicators,
    *,
    measure: Literal["gini", "equity"],
    tolerance: float,
    years: Sequence[float],
) -> IndexResult:
    """The index.

    Args:
        indicators: share of the population at each level.
        measure: the Gini coefficient, or 1 - Gini.
        tolerance: how far the shares may be from adding up to one.
        years: years of schooling of each level.

    Raises:
        IndicatorError: the shares do not carry the index.
    """
    try:
        result = education_gini(indicators.values, years, tolerance=tolerance)
    except IndicatorError as error:
        raise _named(error, indicators) from error
    scores = result.equity if measure == "equity" else result.gini
    return IndexResult(scores, tests=tuple(_share_sums(result)))


def _named(error: IndicatorError, indicators: Indicators) -> IndicatorError:
    """The same error with unit, year and shares of the row that it speaks of."""
    if error.row is None:
        return error
    unit, period = indicators.units[error.row], indicators.periods[error.row]
    shares = zip(indicators.names, indicators.values[error.row].tolist(), strict=True)
    listed = ", ".join(f"{name} {share:.6g}" for name, share in shares)
    said = str(error).replace(f"row {error.row}", f"{unit} {period}")
    return IndicatorError(f"{said}: {listed}", error.row)


def _share_sums(result: EducationGini) -> Iterator[IndexTest]:
    """How far the shares were from adding up to one before they were divided by their sum."""
    gaps = np.abs(result.share_sums - 1)
    n_scaled = int((gaps > 1e-9).sum())
    if not n_scaled:
        return
    low, high = np.nanmin(result.share_sums), np.nanmax(result.share_sums)
    words = (
        f"shares add up to {low:.4g} to {high:.4g} and were divided by their sum in "
        f"{counted(n_scaled, 'rows')}"
    )
    farthest = float(np.nanmax(gaps))
    rows = tuple(np.flatnonzero(gaps == farthest).tolist())
    yield IndexTest("share_sum", statistic=farthest, detail=words, rows=rows)
