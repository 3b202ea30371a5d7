"""What every index asks of its indicators before it computes anything.

Checks that hold for all methods; what one method asks in addition stands with that method.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.indices.errors import IndicatorError, counted
from nqpf_assets.indices.row_blocks import row_blocks

Floats = NDArray[np.float64]


def check_indicators(values: ArrayLike, names: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    """Give the (n, J) values as floats and the names as a tuple, or say which are unusable."""
    names = tuple(names)
    try:
        x = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise IndicatorError(f"not all values are numbers in: {', '.join(names)}") from error
    if x.ndim != 2 or x.shape[1] != len(names) or not names:
        raise IndicatorError(
            f"values must have one column for each of the {counted(len(names), 'names')}; shape is {x.shape}"
        )
    if len(x) < 2:
        raise IndicatorError(f"an index needs two or more observations; found {len(x)}")
    unusable = np.zeros(x.shape[1], dtype=np.intp)
    for rows in row_blocks(len(x)):
        unusable += (~np.isfinite(x[rows])).sum(axis=0)
    if unusable.any():
        listed = ", ".join(f"{name} ({k})" for name, k in zip(names, unusable, strict=True) if k)
        raise IndicatorError(f"missing or infinite values in: {listed}")
    return x, names


def check_directions(directions: Sequence[int], n_indicators: int) -> Floats:
    """Give the directions as floats, +1 where more is better and -1 where less is."""
    sign = np.asarray(directions, dtype=np.float64)
    if sign.shape != (n_indicators,) or not np.isin(sign, (-1.0, 1.0)).all():
        raise IndicatorError("directions must be +1 or -1, one for each of the indicators")
    return sign


def require_variation(varies: NDArray[np.bool_], names: Sequence[str], *, place: str = "") -> None:
    """Refuse indicators that do not vary, by name."""
    if not varies.all():
        flat = ", ".join(name for name, v in zip(names, varies, strict=True) if not v)
        raise IndicatorError(f"indicator does not vary{place}: {flat}")
