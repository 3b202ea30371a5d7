"""What is left out, from the words in which it was asked for: a unit, a year, a row, a cell, or all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.estimated_again import LeftOut
from nqpf_assets.explanations.named import found, period_of, unit_of, units_of
from nqpf_assets.explanations.published import PublishedStudy, Row

UNITS, YEARS, CELLS = "units", "years", "cells"


def parts_named(
    column: PublishedColumn, words: Sequence[str], told: Sequence[Row]
) -> list[LeftOut]:
    """What is left out, each once.

    Args:
        words: ``units``, ``years``, ``cells``, or UNIT, YEAR, UNIT YEAR, SERIES UNIT YEAR.
        told: rows on what moves the numbers most, whose cells ``cells`` means.

    Raises:
        InputError: a name that means nothing.
    """
    return [*dict.fromkeys(one for said in words for one in _meant(column, said.strip(), told))]


def _meant(column: PublishedColumn, said: str, told: Sequence[Row]) -> Iterator[LeftOut]:
    if said == UNITS:
        for unit in column.sample.get_column("unit").unique().sort():
            yield LeftOut("unit", unit)
    elif said == YEARS:
        for period in column.sample.get_column("period").unique().sort():
            yield LeftOut("period", period=period)
    elif said == CELLS:
        for row in told:
            if row["subject"] == "cell":
                yield LeftOut("cell", row["unit"], row["period"], row["series_id"])
    else:
        yield _one(column, said.split())


def _one(column: PublishedColumn, words: Sequence[str]) -> LeftOut:
    study = column.study
    has_year = bool(words) and _is_year(words[-1])
    if not has_year:
        return LeftOut("unit", unit_of(study, " ".join(words)))
    if len(words) >= 3 and (words[0] in study.series or _is_no_unit(column, words[:-1])):
        series = found(words[0], {one: one for one in study.series}, f"a series of {study.name}")
        unit = _of_cell(study, series, " ".join(words[1:-1]))
        rows = study.rows(
            "SELECT period FROM {study}.filled_cell WHERE variable = $1 UNION"
            " SELECT period FROM {study}.member_cell WHERE variable = $1",
            [series],
        )
        period = period_of(study, words[-1], [row["period"] for row in rows])
        return LeftOut("cell", unit, period, series)
    period = period_of(study, words[-1], column.sample.get_column("period"))
    if len(words) == 1:
        return LeftOut("period", period=period)
    return LeftOut("observation", unit_of(study, " ".join(words[:-1])), period)


def _of_cell(study: PublishedStudy, series: str, asked: str) -> str:
    """A unit of the study, or a region of a lower level that a series is put together from, by id or name."""
    members = study.rows(
        "SELECT DISTINCT m.unit FROM {study}.member_cell AS m"
        " INNER JOIN catalog.region AS r ON r.unit_code = m.unit"
        " WHERE m.variable = $1 AND $2 IN (r.unit_code, r.region_code, r.name, r.short_name)",
        [series, asked],
    )
    if len(members) == 1 and not units_of(study, asked):
        return str(members[0]["unit"])
    return unit_of(study, asked)


def _is_year(word: str) -> bool:
    said = unicodedata.normalize("NFKC", word).removesuffix("年")
    return said.isdecimal() and len(said) == 4


def _is_no_unit(column: PublishedColumn, words: Sequence[str]) -> bool:
    names = {
        one for row in column.study.units.values() for one in (row["unit_name"], row["name_en"])
    }
    return " ".join(words) not in names
