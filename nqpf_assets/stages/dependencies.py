"""What each variable of a study is computed from: directly, and down to the published series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from nqpf_assets.expressions.compile import (
    Codes,
    Decides,
    Part,
    Reach,
    Zeros,
    inputs,
    merged,
    weights_read,
)
from nqpf_assets.expressions.neighbours import CONTIGUITY
from nqpf_assets.expressions.tree import Name, Node
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.studies.spec import Study

Reads = dict[str, tuple[Reach, ...]]
"""Name of what is read → from which years and regions."""


def direct_inputs(
    study: Study,
    formulas: Iterable[Formula],
    codes: Codes,
    trees: Mapping[str, Node] = MappingProxyType({}),
    zeros: Zeros | None = None,
) -> dict[str, Reads]:
    """What each variable is computed from directly; an index, from its indicators.

    Args:
        study: to which they belong.
        formulas: its formulas.
        codes: regions by code and name, for their codes.
        trees: formulas in the units of their series, which say what the text leaves open.
        zeros: what is known of zeros in series; without it other factors than groups, years and conditions
            are read in every row.
    """
    found: dict[str, Reads] = {}
    # A score is there in the years of the study alone, whatever stands before and after them in files.
    first, last = study.periods.first, study.periods.last
    for formula in formulas:
        tree = trees.get(formula.name, formula.definition.tree)
        found[formula.name] = {
            read: tuple(replace(one, not_before=first, not_after=last) for one in reaches)
            if read in study.indices
            else reaches
            for read, reaches in inputs(tree, codes, _decides(zeros, formula)).items()
        }
        if formula.index:
            index = study.indices[formula.index]
            pool = INDEX_METHODS.all[index.method].pool(index)
            # Extremes are known by their values alone: `panel.extreme_cell`.
            # A row that lacks an indicator has no score and sets no scale.
            rows = rows_with_score(formula.index)
            scale = {
                "panel": (Reach(pool=rows, role="scale"),),
                "period": (Reach(pool="period", role="scale", where=(rows, 0)),),
            }.get(pool or "", ())
            found.setdefault(formula.index, {})[formula.name] = (Reach(), *scale)
    return found


def _decides(zeros: Zeros | None, formula: Formula) -> Decides | None:
    return None if zeros is None else zeros.of(formula.name).decides


def rows_with_score(index: str) -> str:
    """Name of the rows in which an index has a score, among parts of formulas."""
    return str(Part("rows", Name(index)))


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
                series_id: merged(reaches)
                for series_id, reaches in reads.items()
                if series_id in series
            }
        return found[variable]

    return {variable: under(variable) for variable in sorted(direct)}


def clipped_under(direct: Mapping[str, Reads], clipped: set[str]) -> dict[str, Reads]:
    """For each variable, what the study clips of that under it, itself among it, and where it is read."""
    return _carried(direct, {name: {name: (Reach(),)} for name in clipped})


def weights_under(
    direct: Mapping[str, Reads],
    formulas: Iterable[Formula],
    codes: Codes,
    trees: Mapping[str, Node] = MappingProxyType({}),
    zeros: Zeros | None = None,
) -> dict[str, Reads]:
    """For each variable, the weights of raw files that spatial lags in it or under it take, and where."""
    own = {
        one.name: weights_read(
            trees.get(one.name, one.definition.tree), codes, _decides(zeros, one)
        )
        for one in formulas
    }
    for reads in own.values():
        reads.pop(CONTIGUITY, None)
    return {name: reads for name, reads in _carried(direct, own).items() if reads}


def _carried(direct: Mapping[str, Reads], own: Mapping[str, Reads]) -> dict[str, Reads]:
    """For each variable, what it has of its own and what those under it have, and where it is read."""
    found: dict[str, Reads] = {}

    def under(variable: str) -> Reads:
        if variable not in found:
            reads = {name: [*reaches] for name, reaches in own.get(variable, {}).items()}
            for read, reaches in direct[variable].items():
                if read == variable or read not in direct:
                    continue
                for name, deeper in under(read).items():
                    ways = (one.under(reader) for reader in reaches for one in deeper)
                    reads.setdefault(name, []).extend(ways)
            found[variable] = {name: merged(reaches) for name, reaches in reads.items()}
        return found[variable]

    return {variable: under(variable) for variable in sorted(direct)}


def rows_of_reads(reads: Mapping[str, Reads], read_as: str) -> Iterator[dict[str, Any]]:
    """Rows of a table of reads: variable, what it reads under the name `read_as`, from where and what for."""
    for variable, found in reads.items():
        for name, reaches in found.items():
            for one in dict.fromkeys(part for whole in reaches for part in _parts(whole)):
                yield {
                    "variable": variable,
                    read_as: name,
                    "role": one.role,
                    "is_pooled": one.pool is not None,
                    "pooled_by": None if one.pool == "panel" else one.pool,
                    "at_year": one.year,
                    "of_region": one.region,
                    "first_lag": one.first,
                    "last_lag": one.last,
                    "not_before": one.not_before,
                    "not_after": one.not_after,
                    "at_part": one.at,
                    "since_part": one.since[0] if one.since else None,
                    "since_lag": one.since[1] if one.since else None,
                    "where_part": one.where[0] if one.where else None,
                    "where_lag": one.where[1] if one.where else None,
                }


def _parts(one: Reach) -> Iterator[Reach]:
    """The row's own year apart from others, which are read with a lag."""
    if one.pool is not None:
        yield one
        return
    lag = "lag" if one.role == "value" else one.role
    if one.year is not None or one.at is not None:
        yield replace(one, role=lag)
    else:
        if one.first < 0:
            yield replace(one, last=min(one.last, -1), role=lag)
        if one.first <= 0 <= one.last:
            yield replace(one, first=0, last=0)
        if one.last > 0:
            yield replace(one, first=max(one.first, 1), role=lag)
