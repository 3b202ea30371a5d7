"""What each variable of a study is computed from: directly, and down to the published series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nqpf_assets.stages.study import formulas
from nqpf_assets.studies.spec import Study


def direct_inputs(study: Study) -> Iterator[dict[str, Any]]:
    """What each variable is computed from directly; an index, from its indicators."""
    from nqpf_assets.studies.expressions import inputs

    for name, formula in formulas(study).items():
        for read, reach in inputs(formula.definition.expression).items():
            yield {
                "variable": name,
                "input": read,
                "first_lag": reach.first,
                "last_lag": reach.last,
            }
        if formula.index:
            yield {"variable": formula.index, "input": name, "first_lag": 0, "last_lag": 0}


def series_under(dependencies: list[dict[str, Any]], series: set[str]) -> Iterator[dict[str, Any]]:
    """For each variable, the series under it through any number of steps, with the widest lags.

    Each variable is followed once, however many ways lead to it.
    """
    direct: dict[str, list[tuple[str, int, int]]] = {}
    for row in dependencies:
        direct.setdefault(row["variable"], []).append(
            (row["input"], row["first_lag"], row["last_lag"])
        )
    found: dict[str, dict[str, tuple[int, int]]] = {}

    def under(variable: str) -> dict[str, tuple[int, int]]:
        if variable not in found:
            lags: dict[str, tuple[int, int]] = {}
            for read, first, last in direct[variable]:
                # A variable that reads its own name reads the series of that name.
                is_series = read == variable or read not in direct
                below = {read: (0, 0)} if is_series else under(read)
                for series_id, (low, high) in below.items():
                    known = lags.get(series_id, (low + first, high + last))
                    lags[series_id] = (min(known[0], low + first), max(known[1], high + last))
            found[variable] = lags
        return found[variable]

    for variable in sorted(direct):
        for series_id, (low, high) in under(variable).items():
            if series_id in series:
                yield {
                    "variable": variable,
                    "series_id": series_id,
                    "first_lag": low,
                    "last_lag": high,
                }
