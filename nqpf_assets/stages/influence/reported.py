"""The numbers that tables report, as influence asks for them, and why some have none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nqpf_assets.estimators.influence.number import Number

if TYPE_CHECKING:
    from nqpf_assets.steps.step import Inputs

CORRECTED = " (bias-corrected)"
PROFILE = "profile likelihood"
SAME = 1e-6
"""How far the number that is differentiated may be from the one in the table, in standard errors."""

Reported = Mapping[Number, tuple[float, float]]
"""Number → its estimate and standard error, as printed."""


def reported(inputs: Inputs, name: str) -> Mapping[tuple[str, str], Reported]:
    """Table and column → the numbers that they report."""
    import polars as pl

    found: dict[tuple[str, str], dict[Number, tuple[float, float]]] = {}
    for table in ("estimate", "effect"):
        rows = inputs.read(name, table)
        if table == "estimate":
            rows = rows.with_columns(effect=pl.lit(None, dtype=pl.String))
        kept = rows.select(
            "table_name",
            "column_label",
            "term",
            "effect",
            pl.col("estimate", "std_error").fill_null(float("nan")),
        )
        for table_name, label, term, effect, *numbers in kept.iter_rows():
            found.setdefault((table_name, label), {})[Number(term, effect)] = (*numbers,)
    return found


def is_reported(estimate: float, number: tuple[float, float]) -> bool:
    """Whether an estimate is the one in the table."""
    said, error = number
    # Without a standard error, by the number itself.
    size = max(abs(said), error if error == error else 0.0)
    return abs(estimate - said) <= SAME * size


def why_untold(number: Number) -> str:
    """Why a reported number is none that moves with the rows."""
    effect = number.effect or ""
    if effect.startswith("threshold_"):
        return "a threshold is one of the values of its variable: it jumps, and has no slope"
    if effect.endswith(CORRECTED):
        return f"the number is that of `{effect.removesuffix(CORRECTED)}`, with another interval"
    if effect == PROFILE:
        return f"the number is that of `{number.term}`, with another interval"
    return "its estimator does not tell how it moves with its rows"
