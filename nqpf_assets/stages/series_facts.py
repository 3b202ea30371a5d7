"""What steps read of cells that read no value: who published a series when, in which unit, in what numbers.

Parameter tables of a study and the list of units follow from these facts. A cell that has another value, and
is of the same file, unit and kind, makes none of them anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from nqpf_assets.stages.series_views import BY_SERIES, FILE, OBSERVATION, reads_of_series
from nqpf_assets.steps.reads import Read
from nqpf_assets.studies.refilled_series import published
from nqpf_assets.warehouse.duckdb_engine import connect
from nqpf_assets.warehouse.made_from import hashes_of_parts
from nqpf_assets.warehouse.store import Store

OF_CELLS = ("series_id", "unit_measure", "vintage")
OF_FILES = ("publisher", "published", "vintage_order")
NUMBERS = (
    "count(o.value) > 0",
    "bool_and(o.value = round(o.value))",
    "bool_and(o.value IN (0, 1))",
    "bool_and(o.value <> 0)",
    "bool_and(o.value > 0)",
)
"""What `filling_rules.kinds_of_numbers` and `signs_of_numbers` ask of all values of a series."""


def facts_of_series(series: Collection[str]) -> tuple[Read, ...]:
    """Reads of both source tables that see these series, and are told by the facts alone."""

    def told(store: Store) -> Mapping[str, str]:
        of_all = fact_hashes(store)
        named = sorted({*map(published, series)})
        return {f"facts of {one}": of_all.get(one, "none") for one in named}

    reads = reads_of_series(BY_SERIES, series)
    return tuple(replace(one, hash=told) for one in reads)


def units_of_all() -> Read:
    """A read of all cells that is told by the units of measurement that occur."""

    def told(store: Store) -> Mapping[str, str]:
        reads = {OBSERVATION: ("unit_measure",)}
        return hashes_of_parts("units", store, reads, lambda: _units(store))

    return Read(OBSERVATION, hash=told)


def _units(store: Store) -> Mapping[str, str]:
    units = store.scan(OBSERVATION).select("unit_measure").drop_nulls().unique().collect()
    return {"units of measurement": "\n".join(sorted(units["unit_measure"]))}


def fact_hashes(store: Store) -> Mapping[str, str]:
    """Series → its facts in all files."""
    reads = {OBSERVATION: (*OF_CELLS, "file_id", "value"), FILE: ("file_id", *OF_FILES)}
    return hashes_of_parts("facts", store, reads, lambda: _facts(store))


def _facts(store: Store) -> dict[str, str]:
    said = ", ".join((*(f"o.{one}" for one in OF_CELLS), *(f"f.{one}" for one in OF_FILES)))
    with connect(store, BY_SERIES) as connection:
        rows = connection.execute(f"""
            WITH told AS (
                SELECT o.series_id, row({said})::VARCHAR AS words, {_named_numbers()}
                FROM source.observation AS o
                INNER JOIN source.file AS f ON f.file_id = o.file_id
                GROUP BY {said}
            )
            SELECT
                series_id, md5(string_agg(words, chr(10) ORDER BY words)),
                {_of_all_cells()}
            FROM told GROUP BY series_id ORDER BY series_id
        """).fetchall()
    return {series: " ".join(map(str, facts)) for series, *facts in rows}


def _of_all_cells() -> str:
    """One of numbers that are there at all, else all; where there are none nothing speaks against it."""
    every = (f"bool_and(coalesce(n_{place}, TRUE))" for place in range(1, len(NUMBERS)))
    return ", ".join(("bool_or(n_0)", *every))


def _named_numbers() -> str:
    return ", ".join(f"{one} AS n_{place}" for place, one in enumerate(NUMBERS))
