"""Values with their period, group and weight: checked and coded, for all measures alike.

What is measured is the business of the other modules; here arrays become `Observations`, or a
`DifferenceError` says what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted, verb
from nqpf_assets.estimators.linear.sample import is_missing
from nqpf_assets.estimators.regional_differences.errors import DifferenceError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Observations:
    """n values of regions in T periods.

    Attributes:
        values: (n,).
        period_codes, group_codes: (n,) positions in the labels.
        periods, groups: labels, sorted; one group where none were given.
        weights: (n,) positive; ones where none were given.
        is_weighted: whether weights were given.
    """

    values: Floats
    period_codes: Codes
    group_codes: Codes
    periods: tuple[Any, ...]
    groups: tuple[Any, ...]
    weights: Floats
    is_weighted: bool

    def by_period(self) -> Iterator[tuple[int, Floats, Codes, Floats]]:
        """Position of the period; values, group codes and weights of its rows."""
        order = np.argsort(self.period_codes, kind="stable")
        ends = np.cumsum(np.bincount(self.period_codes))[:-1]
        for position, rows in enumerate(np.split(order, ends)):
            yield position, self.values[rows], self.group_codes[rows], self.weights[rows]


def observations(
    values: ArrayLike,
    periods: ArrayLike,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    *,
    least: str = "non-negative",
) -> Observations:
    """Check and code.

    Args:
        values: (n,) finite numbers.
        periods: (n,) labels.
        groups: (n,) labels, or None.
        weights: (n,) positive numbers such as populations, or None for equal weights.
        least: ``"non-negative"``, ``"positive"``, or ``"any"``: which values make sense.

    Raises:
        DifferenceError: what is wrong, where.
    """
    y = _numbers(values, "values")
    if not len(y):
        raise DifferenceError("there are no values")
    period_codes, period_labels = _codes(periods, "periods", len(y))
    if groups is None:
        group_codes, group_labels = np.zeros(len(y), dtype=np.intp), ("all",)
    else:
        group_codes, group_labels = _codes(groups, "groups", len(y))
    w = np.ones(len(y)) if weights is None else _numbers(weights, "weights")
    if len(w) != len(y):
        raise DifferenceError(f"weights: {counted(len(w), 'rows')} where {len(y)} were expected")
    if (w <= 0).any():
        at = period_labels[period_codes[np.argmax(w <= 0)]]
        raise DifferenceError(
            f"weights must be positive; {int((w <= 0).sum())} {verb(int((w <= 0).sum()), 'are')} not, "
            f"one of them in {at}"
        )
    wrong = {"non-negative": y < 0, "positive": y <= 0}.get(least)
    if wrong is not None and wrong.any():
        at = period_labels[period_codes[np.argmax(wrong)]]
        raise DifferenceError(
            f"the measure is defined for {least} values; {int(wrong.sum())} "
            f"{verb(int(wrong.sum()), 'are')} not, "
            f"one of them ({y[np.argmax(wrong)]:g}) in {at}"
        )
    if least == "non-negative":
        totals = np.bincount(period_codes, weights=y)
        if (totals <= 0).any():
            at = period_labels[int(np.argmax(totals <= 0))]
            raise DifferenceError(f"all values of {at} are zero: shares of nothing do not exist")
    return Observations(
        y, period_codes, group_codes, period_labels, group_labels, w, weights is not None
    )


def _numbers(column: ArrayLike, what: str) -> Floats:
    try:
        numbers = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DifferenceError(f"{what}: not all are numbers") from error
    if numbers.ndim != 1:
        raise DifferenceError(f"{what} must be one-dimensional; their shape is {numbers.shape}")
    missing = int((~np.isfinite(numbers)).sum())
    if missing:
        raise DifferenceError(f"{what} are missing or infinite in {counted(missing, 'rows')}")
    return numbers


def _codes(keys: ArrayLike, what: str, n_rows: int) -> tuple[Codes, tuple[Any, ...]]:
    # Through objects first: np.asarray(["a", nan]) would turn the gap into the label "nan".
    objects = np.asarray(keys, dtype=object)
    if objects.shape != (n_rows,):
        raise DifferenceError(
            f"{what}: shape {objects.shape} where {counted(n_rows, 'rows')} were expected"
        )
    missing = sum(map(is_missing, objects))
    if missing:
        raise DifferenceError(f"{what} are missing in {counted(missing, 'rows')}")
    if len({isinstance(key, str) for key in objects}) > 1:
        raise DifferenceError(f"{what} mix text and other labels")
    labels, codes = np.unique(np.asarray(objects.tolist()), return_inverse=True)
    return codes.astype(np.intp), tuple(labels.tolist())
