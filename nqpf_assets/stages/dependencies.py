"""What each variable of a study is computed from: directly, and down to the published series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nqpf_assets.expressions.compile import Codes, Reach, inputs, widest
from nqpf_assets.studies.formula import Formula

Reads = dict[str, tuple[Reach, ...]]
"""Name of what is read → from which years and regions."""


def direct_inputs(formulas: Iterable[Formula], codes: Codes, last: int) -> dict[str, Reads]:
    """What each variable is computed from directly; an index, from its indicators.

    Args:
        formulas: of a study.
        codes: regions by code and name, for their codes.
        last: last year of the study.
    """
    found: dict[str, Reads] = {}
    for formula in formulas:
        found[formula.name] = inputs(formula.definition.tree, codes, last)
        if formula.index:
            found.setdefault(formula.index, {})[formula.name] = (Reach(),)
    return found


def series_under(direct: Mapping[str, Reads], series: set[str]) -> dict[str, Reads]:
    """For each variable, the series under it through any number of steps.

    Each variable is followed once, however many ways lead to it.
    """
    found: dict[str, Reads] = {}

    def under(variable: str) -> Reads:
        if variable not in found:
            reads: dict[str, list[Reach]] = {}
            for read, reaches in direct[variable].items():
                # A variable that reads its own name reads the series of that name.
                is_series = read == variable or read not in direct
                below = {read: (Reach(),)} if is_series else under(read)
                for series_id, deeper in below.items():
                    ways = (one.under(reader) for reader in reaches for one in deeper)
                    reads.setdefault(series_id, []).extend(ways)
            found[variable] = {
                series_id: widest(reaches)
                for series_id, reaches in reads.items()
                if series_id in series
            }
        return found[variable]

    return {variable: under(variable) for variable in sorted(direct)}


def rows_of_reads(reads: Mapping[str, Reads], read_as: str) -> Iterator[dict[str, Any]]:
    """Rows of a table of reads: variable, what it reads under the name `read_as`, and from where."""
    for variable, found in reads.items():
        for name, reaches in found.items():
            for one in reaches:
                yield {
                    "variable": variable,
                    read_as: name,
                    "at_year": one.year,
                    "of_region": one.region,
                    "first_lag": one.first,
                    "last_lag": one.last,
                }
