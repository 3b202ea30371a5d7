"""The terms of `by_year`: each is a variable of its own, the variable in one year and zero in the others.

They are computed, checked, traced and printed as all variables are; a column has them among its regressors
once the years of its study are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from nqpf_assets.studies.by_year import BEFORE, JOINT
from nqpf_assets.studies.equation import Equation

OfColumn = TypeVar("OfColumn", bound=Equation)


def term_name(of: str, year: int) -> str:
    """The variable that is `of` in one year, and zero in the others."""
    return f"{of}_in_{year}"


def years_of(column: Equation, periods: range) -> range:
    """The years of the sample that a column asks for."""
    sample = column.sample
    return range(sample.first or periods[0], (sample.last or periods[-1]) + 1)


def terms_by_year(column: Equation, periods: range) -> dict[int, str]:
    """Year → its term, of all years of the sample but the base year; none without `by_year`."""
    asked = column.by_year
    if asked is None:
        return {}
    years = years_of(column, periods)
    return {year: term_name(asked.of, year) for year in years if year != asked.base}


def with_terms(column: OfColumn, periods: range) -> OfColumn:
    """The column with the terms of `by_year` behind its regressors."""
    terms = terms_by_year(column, periods)
    if not terms:
        return column
    return column.model_copy(update={"regressors": (*column.regressors, *terms.values())})


def tested_terms(column: Equation) -> dict[str, list[str]]:
    """Joint test → its terms, of a column that has them: all years, and those before the base year.

    Where no year comes after the base year, both are one and stand once.
    """
    asked, terms = column.by_year, list(named_terms(column))
    if asked is None:
        return {}
    every = [name for _, name in terms]
    before = [name for year, name in terms if year < asked.base]
    found = {JOINT: every, BEFORE: before if before != every else []}
    return {test: names for test, names in found.items() if names}


def named_terms(column: Equation) -> Iterator[tuple[int, str]]:
    """Years and terms of a column that has them among its regressors, in their order."""
    asked = column.by_year
    for name in column.regressors if asked is not None else ():
        stem, _, year = name.rpartition("_in_")
        if asked is not None and stem == asked.of and year.isdigit():
            yield int(year), name
