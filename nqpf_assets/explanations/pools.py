"""Rows that a statistic in a formula is taken over, by which it is held: scores, means, quantiles, ranks."""

from __future__ import annotations

from typing import Any

from nqpf_assets.explanations.bounds import Rows
from nqpf_assets.explanations.fits import OVER, fit_of
from nqpf_assets.explanations.formulas import Formulas
from nqpf_assets.explanations.walk import Stop, held
from nqpf_assets.expressions.aggregates import by_of
from nqpf_assets.expressions.least_squares import FITTED
from nqpf_assets.expressions.terms import constant
from nqpf_assets.expressions.tree import Call

LEAST_TO_VARY = 2
"""Values that have a deviation."""


def pool_of(
    formulas: Formulas, owner: str, call: Call, part: Stop, *, is_whole: bool
) -> Stop | None:
    """What a part of a formula is taken over; None of a part that reads rows one by one.

    Args:
        owner: whose formula it is a part of.
        part: the part in a row, with its value.
        is_whole: whether each row is listed.
    """
    if call.function in FITTED:
        return fit_of(formulas, owner, call, part, is_whole=is_whole)
    told = {"standardize": _scored, "mean": _mean, "quantile": _quantile, "rank": _rank}
    if call.function not in told:
        return None
    inner, by = call.arguments[0], by_of(call)
    frame = formulas.rows_of(owner, inner)
    if frame is None:
        return None
    rows = Rows.of(frame)
    is_in = {"period": rows.periods == part.period, "unit": rows.units == part.unit}.get(by)
    if is_in is not None:
        rows = Rows(rows.units[is_in], rows.periods[is_in], rows.values[is_in])
    n = len(rows.values)
    if n < (LEAST_TO_VARY if call.function == "standardize" else 1):
        return None
    own = rows.values[(rows.units == part.unit) & (rows.periods == part.period)]
    words, again, what = told[call.function](call, rows.values, own)
    role = "standardises" if call.function == "standardize" else "aggregates"
    of = Stop(
        "pool",
        str(inner),
        value=part.value,
        source="recomputed",
        count=n,
        role=role,
        text=f"{words} of {OVER[by]}",
    )
    if again is not None and part.value is not None:
        of = held(of, again, what, size=1.0)
    listed = range(n) if is_whole else ()
    return of.over(*(Stop("bound", str(inner), *rows.at(one), role=role) for one in listed))


def _scored(_: Call, values: Any, own: Any) -> tuple[str, float | None, str]:
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    again = float((own[0] - mean) / deviation) if len(own) and deviation else None
    words = f"mean {mean:.10g}, standard deviation {deviation:.10g}"
    return words, again, "the value less the mean, over the deviation,"


def _mean(_: Call, values: Any, __: Any) -> tuple[str, float | None, str]:
    mean = float(values.mean())
    return f"mean {mean:.10g}", mean, "the mean"


def _quantile(call: Call, values: Any, _: Any) -> tuple[str, float | None, str]:
    import numpy as np

    share = constant(call.arguments[1])
    found = float(np.quantile(values, share))
    return f"quantile {share:.6g}: {found:.10g}", found, "the quantile"


def _rank(_: Call, values: Any, own: Any) -> tuple[str, float | None, str]:
    if not len(own):
        return "rank", None, ""
    again = float((values < own[0]).sum() + ((values == own[0]).sum() + 1) / 2)
    return f"rank {again:.10g}", again, "the place"
