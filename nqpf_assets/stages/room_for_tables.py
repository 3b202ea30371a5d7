"""Tables and indices that ask for more units or years than the study has, whatever the files hold.

Known before anything is read, as for the coefficients of columns in `room_for_parameters`. Missing values can
only make it worse: that is told when the table is made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.stages.columns_with_groups import look_of, parts_of, whole_columns
from nqpf_assets.studies.estimator_registry import block_of
from nqpf_assets.studies.index_methods.entropy import EntropyIndex
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.table_kinds.spatial_autocorrelation import AutocorrelationTable
from nqpf_assets.studies.table_kinds.trend import TrendTable
from nqpf_assets.studies.table_kinds.unit_roots import OF_ROOTS, UnitRootsTable

MAP_UNITS = 4
"""Units that Moran's I needs."""
SPATIAL_UNITS = 3
"""Units that a spatial model needs."""
LINE_ROWS = 3
"""Points that a line with a band needs."""


def table_room_problems(file: StudyFile, regions: Regions) -> Iterator[Problem]:
    """Each such table, column or index, at its line."""
    look, study = look_of(file, regions), file.study
    if not look.units:
        return  # told by the inspection of units
    n_years = study.periods.last - study.periods.first + 1
    for name, table in study.tables.items():
        at = ("tables", name)
        if isinstance(table, AutocorrelationTable) and len(look.units) < MAP_UNITS:
            yield _few(file, at, f"{MAP_UNITS} or more units", counted(len(look.units), "units"))
        if isinstance(table, UnitRootsTable):
            years = (table.last or study.periods.last) - (table.first or study.periods.first) + 1
            if years < (least := _least_years(table)):
                expected = (
                    f"{least} or more years: {counted(table.lags, 'lags')} and terms take the rest"
                )
                yield _few(file, at, expected, str(years))
        if isinstance(table, TrendTable) and table.grouping in look.members:
            years = (table.last or study.periods.last) - (table.first or study.periods.first) + 1
            for group, members in look.members[table.grouping].items():
                n = len({*members} & {*look.units}) * years
                if 0 < n < LINE_ROWS:
                    expected = f"{LINE_ROWS} or more rows in each group: a line has a band"
                    yield _few(
                        file, (*at, "grouping"), expected, f"{counted(n, 'rows')} in `{group}`"
                    )
    for where, column in whole_columns(file):
        few = few_spatial_units(column, parts_of(look, column))
        if few is not None:
            expected = f"{SPATIAL_UNITS} or more units of a spatial model"
            yield _few(file, where(("sample",)), expected, counted(few, "units"))
    for name, index in study.indices.items():
        n, of = len(look.units) * n_years, "units and years"
        if isinstance(index, EntropyIndex) and index.weights == "by_period":
            n, of = len(look.units), "units, as each year has weights of its own"
        if n < 2:
            yield _few(file, ("indices", name), f"two or more {of}", str(n))
        yield from _base_year_outside(file, name)


def _base_year_outside(file: StudyFile, name: str) -> Iterator[Problem]:
    """The year that normalises all others, where the study has no such year."""
    base, periods = getattr(file.study.indices[name], "base_year", None), file.study.periods
    if base is not None and not periods.first <= base <= periods.last:
        expected = f"a base year of {periods.first} to {periods.last}, the years of the index"
        where = ("indices", name, "base_year")
        yield file.problem(where, expected, str(base), "take a year of the study", "few_rows")


def _least_years(table: UnitRootsTable) -> int:
    from nqpf_assets.estimators.descriptive.unit_root_periods import LEAST_PERIODS, least_periods

    if not {*OF_ROOTS} & {*table.tests}:
        return LEAST_PERIODS
    return least_periods(table.lags, "trend" if table.trend else "intercept")


def few_spatial_units(column: CompleteColumn, parts: Iterable[Collection[str]]) -> int | None:
    """How many units a part of a spatial model's sample has, where those are too few for one."""
    block = block_of(column.estimator)
    if block is None or not issubclass(block.model, WeightOptions):
        return None
    return next((len(units) for units in parts if 0 < len(units) < SPATIAL_UNITS), None)


def _few(file: StudyFile, at: tuple[str | int, ...], expected: str, found: str) -> Problem:
    return file.problem(
        at, expected, found, "take more units or years, or leave it out", "few_rows"
    )
