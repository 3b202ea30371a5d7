"""Numbers of observations that a study promises (`expect`) and that its sample cannot have.

A column has at most one row for each unit and year of its sample, and needs more rows than parameters,
whatever the files hold: a promise outside of this is broken before anything is read. Whether the rows that
are left without missing values are as many as promised is told when the column is estimated.
"""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.stages.columns_with_groups import look_of, parts_of, whole_columns
from nqpf_assets.stages.room_for_parameters import slopes_of
from nqpf_assets.studies.reader import StudyFile


def promise_problems(file: StudyFile, regions: Regions) -> Iterator[Problem]:
    """Each such promise, at its line."""
    look = look_of(file, regions)
    periods = file.study.periods
    for where, column in whole_columns(file):
        if column.expect.n is None:
            continue
        units: set[str] = set().union(*parts_of(look, column))
        first, last = column.sample.first or periods.first, column.sample.last or periods.last
        most, least = len(units) * (last - first + 1), slopes_of(column) + 1
        if not units or least <= column.expect.n <= most:
            continue
        sample = f"{counted(len(units), 'units')} in {first} to {last}"
        few = column.expect.n < least
        yield file.problem(
            where(("expect", "n")),
            f"at least {counted(least, 'rows')}, one more than the column has slopes"
            if few
            else f"at most {counted(most, 'rows')}: {sample}",
            f"n = {column.expect.n}",
            "correct `n`, or the regressors" if few else "correct `n`, or the sample of the column",
            "promise",
        )
