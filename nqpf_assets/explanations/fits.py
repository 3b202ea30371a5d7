"""The regression behind a residual or fitted value of a formula: fitted again, its rows counted."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.explanations.formulas import Formulas
from nqpf_assets.explanations.walk import Stop, held
from nqpf_assets.expressions.aggregates import by_of
from nqpf_assets.expressions.least_squares import effect_of
from nqpf_assets.expressions.tree import Call

if TYPE_CHECKING:
    import polars as pl

ROW = ("unit", "period")
OVER = {
    "": "all units and years of the study",
    "period": "all units of the study in the year",
    "unit": "the years of the study of the unit",
}
"""Rows that a statistic or a regression is taken over, in words."""


def fit_of(
    formulas: Formulas, owner: str, call: Call, part: Stop, *, is_whole: bool
) -> Stop | None:
    """The regression of a part of a formula, by which its value in a row is held; None until all is asked.

    What it is given is told of `pools.pool_of`, which asks for it.
    """
    frames = [formulas.rows_of(owner, one) for one in call.arguments]
    by, effect = by_of(call), effect_of(call)
    if any(one is None for one in frames) or part.value is None:
        return None
    rows = _side_by_side([one for one in frames if one is not None])
    if by:
        rows = rows.filter(rows.get_column(by) == getattr(part, by))
    known = rows.drop_nulls()
    own = rows.filter((rows["unit"] == part.unit) & (rows["period"] == part.period))
    if own.is_empty():
        return None
    values = known.drop(ROW).to_numpy().astype(np.float64)
    group = known.get_column(effect).to_numpy() if effect else np.zeros(len(known))
    key = own.item(0, effect) if effect else 0
    means, within = _centred(values, group)
    slopes = np.linalg.lstsq(within[:, 1:], within[:, 0], rcond=None)[0]
    at_own = means[group == key][0]
    y, *x = own.drop(ROW).row(0)
    again = float(at_own[0] + (np.array(x, dtype=np.float64) - at_own[1:]) @ slopes)
    if call.function == "residual":
        again = y - again
    constant = float(at_own[0] - at_own[1:] @ slopes)
    terms = (
        f" + {slope:.6g} × {one}" for slope, one in zip(slopes, call.arguments[1:], strict=True)
    )
    of_effect = f" for its {effect}" if effect else ""
    words = f"{call.arguments[0]} = {constant:.10g}{of_effect}{''.join(terms)}, of {OVER[by]}"
    stop = Stop(
        "pool",
        str(call.arguments[0]),
        value=part.value,
        source="recomputed",
        count=len(known),
        role="aggregates",
        text=words,
    )
    listed = known.rows() if is_whole else []
    size = float(np.abs(values[:, 0]).max())
    return held(stop, again, "the regression", size=size).over(
        *(
            Stop("bound", str(one), unit, period, value, role="aggregates")
            for unit, period, *in_row in listed
            for one, value in zip(call.arguments, in_row, strict=True)
        )
    )


def _side_by_side(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Unit, year, outcome and regressors of every row of the study."""
    named = (one.rename({"value": f"value {place}"}) for place, one in enumerate(frames))
    return reduce(lambda left, right: left.join(right, on=ROW), named).sort(ROW)


def _centred(values: Any, group: Any) -> tuple[Any, Any]:
    """The mean of each row's group, and what is beyond it."""
    _, place = np.unique(group, return_inverse=True)
    n = np.bincount(place)
    sums = [np.bincount(place, weights=column) for column in values.T]
    means = (np.array(sums) / n).T[place]
    return means, values - means
