"""A Tobit with random effects of units, its outcome censored at zero."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.line import OURS, Contestant, Line
from benchmarks.suite.lines.instruments import NAMES
from benchmarks.suite.lines.tobit import censored


def ours(given: dict[str, Any]) -> tuple[float, ...]:
    from nqpf_assets.estimators.censored.re_tobit import re_tobit

    fit = re_tobit(given["y"], given["x"], given["unit"], given["year"], names=NAMES)
    return float(fit.params[0]), float(fit.std_errors[0])


LINE = Line(
    "Tobit with random effects of units",
    "rows",
    (1_200, 6_000, 24_000),
    (24_000, 60_000, 120_000),
    censored,
    240,
    {OURS: Contestant(ours, "nqpf-assets")},
)
