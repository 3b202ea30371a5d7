"""Calendar years that formulas read, held against the years of the files.

`at(gdp, 1812)` has a value in no row where no file goes back so far, and neither has what is made of it. A
refresh tells the variables that are empty; which year it was is known here, before anything is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.expressions.compile import Reach
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.stages.dependencies import series_under
from nqpf_assets.studies.refilled_series import published

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.studies.reader import StudyFile

Span = tuple[int, int]
"""First and last year."""


def years_without_values(
    file: StudyFile, compiled: CompiledStudy, observations: pl.LazyFrame
) -> Iterator[Problem]:
    """A warning for every formula and year that it names of which something under it has no value."""
    named = {name: sorted({*_years_named(compiled, name)}) for name in compiled.formulas}
    if not any(named.values()):
        return
    indices = compiled.study.indices
    direct = {name: reads for name, reads in compiled.direct.items() if name not in indices}
    under = series_under(direct, {*compiled.series, *indices})
    spans = _spans(compiled, observations)
    for name, formula in compiled.formulas.items():
        for year in named[name]:
            outside = sorted(
                read
                for read, reaches in under[name].items()
                if read in spans and any(_misses(one, year, spans[read]) for one in reaches)
            )
            if not outside:
                continue
            first = min(spans[one][0] for one in outside)
            last = max(spans[one][1] for one in outside)
            yield _problem(file, (*formula.path, formula.key), year, outside, (first, last))


def _years_named(compiled: CompiledStudy, name: str) -> Iterator[int]:
    for reaches in compiled.direct[name].values():
        yield from (one.year for one in reaches if one.year is not None)


def _misses(read: Reach, year: int, span: Span) -> bool:
    """Whether all years that are read from this one lie before or after those with values."""
    if read.year != year or read.pool is not None:
        return False
    return year + read.last < span[0] or year + read.first > span[1]


def _spans(compiled: CompiledStudy, observations: pl.LazyFrame) -> dict[str, Span]:
    """Years of each series and score; ends are filled in years of the study alone."""
    import polars as pl

    first, last = compiled.study.periods.first, compiled.study.periods.last
    ids = {one: published(one) for one in compiled.series}
    rows = (
        observations.filter(
            pl.col("value").is_not_null(), pl.col("series_id").is_in([*ids.values()])
        )
        .group_by("series_id")
        .agg(pl.col("period").min().alias("first"), pl.col("period").max().alias("last"))
        .collect()
        .iter_rows()
    )
    there = {name: (min(first, low), max(last, high)) for name, low, high in rows}
    spans = {one: there[name] for one, name in ids.items() if name in there}
    return spans | dict.fromkeys(compiled.study.indices, (first, last))


def _problem(
    file: StudyFile, at: tuple[str | int, ...], year: int, outside: list[str], span: Span
) -> Problem:
    names = listed([f"`{published(one)}`" for one in outside])
    told = file.problem(
        at,
        f"a year from {span[0]} to {span[1]}, in which there are values of {names}",
        f"the year {year}",
        "correct the year, or add files with it: without them what is computed from it is missing",
        "absent_year",
    )
    return replace(told, severity="warning")
