"""Panel unit root tests of a study's variables: one printed row for each.

They are computed by `nqpf_assets.estimators.descriptive.unit_roots`, which names its conventions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.estimators.descriptive.unit_root_moments import IPS_PERIODS, LLC_PERIODS
from nqpf_assets.estimators.descriptive.unit_root_periods import Terms
from nqpf_assets.estimators.descriptive.unit_roots import (
    Tested,
    cross_section_dependence,
    unit_roots,
)
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.stars import LEGEND
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, Row, number
from nqpf_assets.stages.provenance.numbers_read import ANY_SCALE, IN_PRINT, Read
from nqpf_assets.stages.spans import spans_of
from nqpf_assets.studies.table_kinds.unit_roots import OF_ROOTS, P_VALUE, UnitRootsTable

if TYPE_CHECKING:
    import numpy as np
    import polars as pl


@dataclass(frozen=True)
class _Whole:
    """A variable's rows of the units that have a value in every year, and how many units have not."""

    variable: str
    label: str
    rows: pl.DataFrame
    n_left: int

    @property
    def values(self) -> np.ndarray:
        """A unit in each row, its years in order."""
        import polars as pl

        n_units = self.rows["unit"].n_unique()
        made: np.ndarray = self.rows[self.variable].cast(pl.Float64).to_numpy()
        return made.reshape(n_units, -1)


def examine_variables(table: UnitRootsTable, given: PanelRows) -> Described:
    """One row for each variable, over the units that have a value in every year of the table.

    Raises:
        EstimationError: too few units or years, or a unit whose values do not change.
    """
    import polars as pl

    labels = given.labels(table.examine)
    parts = [_whole(given.rows, name, label) for name, label in labels.items()]
    printed = [_row(table, one) for one in parts]
    reads = [read for one in parts for read in _reads(table, one)]
    keys = pl.concat([one.rows.select("unit", "period") for one in parts])
    sample = keys.unique().sort("unit", "period")
    notes = list(_notes(table, parts, given.rows["period"].n_unique()))
    return Described({}, "variable", table.numbers(), printed, sample, reads, notes)


def _whole(panel: pl.DataFrame, name: str, label: str) -> _Whole:
    import polars as pl

    n_years = panel["period"].n_unique()
    has = panel.drop_nulls(name)
    rows = has.filter(pl.len().over("unit") == n_years).sort("unit", "period")
    return _Whole(name, label, rows, panel["unit"].n_unique() - rows["unit"].n_unique())


def _row(table: UnitRootsTable, part: _Whole) -> Row:
    terms: Terms = "trend" if table.trend else "intercept"
    found: dict[str, Tested] = {}
    if part.rows.is_empty():
        raise EstimationError(f"`{part.variable}`: no unit has a value in every year")
    values = part.values
    try:
        if {*OF_ROOTS} & {*table.tests}:
            roots = unit_roots(values, table.lags, terms)
            found = {test: getattr(roots, test) for test in OF_ROOTS}
        if "cross_section_dependence" in table.tests:
            found["cross_section_dependence"] = cross_section_dependence(values)
    except ValueError as error:
        raise EstimationError(f"`{part.variable}`: {error}") from error
    row: dict[str, object] = {
        "row_label": part.label,
        "n_units": values.shape[0],
        "n_periods": values.shape[1],
    }
    for test in table.tests:
        row |= {
            test: number(found[test].statistic),
            f"{test}{P_VALUE}": number(found[test].p_value),
        }
    return row


def _reads(table: UnitRootsTable, part: _Whole) -> Iterator[Read]:
    """Tests rest on all values of the units that are whole; numbers of units on which have them."""
    tested = tuple(name for name, is_count in table.numbers().items() if not is_count)
    counts = ("n_units", "n_periods")
    for names, role in ((tested, ANY_SCALE), (counts, "threshold_side")):
        for unit, first, last in spans_of(part.rows, "unit").iter_rows():
            yield Read(
                IN_PRINT, names, part.variable, first, last, group=part.label, unit=unit, role=role
            )


def _notes(table: UnitRootsTable, parts: list[_Whole], n_years: int) -> Iterator[str]:
    if {*OF_ROOTS} & {*table.tests}:
        terms = "intercept and trend" if table.trend else "intercept"
        yield (
            f"Null hypothesis: every unit has a unit root; {terms}, {counted(table.lags, 'lags')} of the "
            f"differences, units taken as independent. {LEGEND}."
        )
    used = n_years - table.lags - 1
    if "levin_lin_chu" in table.tests:
        told, few = (
            "Levin–Lin–Chu: with its long-run variance it rejects too often.",
            LLC_PERIODS[0],
        )
        if n_years < few:
            told += f" Adjusted by the moments of {few} periods, the fewest there are; here are {n_years}."
        yield told
    if "im_pesaran_shin" in table.tests and used < (few := IPS_PERIODS[0]):
        yield (
            f"Im–Pesaran–Shin: standardised by the moments of {few} periods, the fewest there are; "
            f"regressions have {used}."
        )
    if "fisher" in table.tests:
        yield "Fisher: inverse chi-squared of Dickey–Fuller p-values of long series (Maddala and Wu)."
    if "cross_section_dependence" in table.tests:
        yield "CD: Pesaran's test; null hypothesis: units are independent."
    if short := {one.variable: one.n_left for one in parts if one.n_left}:
        told = ", ".join(f"{n} of {name}" for name, n in short.items())
        yield f"Units left out, for want of a value in some year: {told}."
