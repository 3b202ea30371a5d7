"""From which places of which files a study's cells come, for the words of a broken rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.table_parts import NOTHING
from nqpf_assets.steps.reads import Read
from nqpf_assets.warehouse.duckdb_engine import literal, quoted

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection
    from nqpf_assets.warehouse.store import Store, TableKey

Cell = tuple[str, str, int]
"""Variable, unit and year."""

MOST_PLACES = 3
"""Places that are named of one cell, which may rest on several."""


def reads_for_words(study: str) -> tuple[Read, ...]:
    """The tables that `places_of` looks at; what they hold makes no table stale."""
    tables = ("filled_cell", "filled_from", "member_cell", "rests_on")
    return tuple(map(read_for_words, (*((study, one) for one in tables), ("source", "file"))))


def read_for_words(key: TableKey) -> Read:
    """A table at which only the words of a check look."""
    return Read(key, hash=_nothing, parts=NOTHING)


def _nothing(store: Store) -> Mapping[str, str]:
    return {}


def places_of(connection: Connection, cells: Sequence[Cell], *, study: str) -> dict[Cell, str]:
    """File and place of the published values that each cell is computed from, in words.

    Args:
        connection: has the tables of `reads_for_words`.
        cells: few cells of variables of the study.
        study: its name.
    """
    if not cells:
        return {}
    schema = quoted(study)
    asked = ", ".join(f"({literal(v)}, {literal(u)}, {int(p)})" for v, u, p in cells)
    rows = connection.execute(f"""
        WITH asked AS (SELECT * FROM (VALUES {asked}) AS t (variable, unit, period))
        SELECT a.variable, a.unit, a.period,
            list_sort(list(DISTINCT f.path || coalesce(': ' || coalesce(c.locator, m.locator), ''))
                FILTER (f.file_id IS NOT NULL)),
            count(DISTINCT c.variable || ' ' || c.unit || ' ' || c.period) FILTER (f.file_id IS NULL)
        FROM asked AS a
        INNER JOIN {schema}.rests_on AS r ON r.variable = a.variable AND r.is_pooled IS NOT TRUE
        INNER JOIN {schema}.filled_cell AS c
            ON c.variable = r.series_id AND c.unit = coalesce(r.of_region, a.unit) AND c.value IS NOT NULL
            AND c.period BETWEEN greatest(coalesce(r.at_year, a.period) + r.first_lag, r.not_before)
            AND least(coalesce(r.at_year, a.period) + r.last_lag, r.not_after)
        LEFT JOIN {schema}.filled_from AS g
            ON c.status = 'aggregated' AND g.variable = c.variable AND g.unit = c.unit AND g.period = c.period
        LEFT JOIN {schema}.member_cell AS m
            ON m.variable = g.from_series AND m.unit = g.from_unit AND m.period = g.from_period
        LEFT JOIN source.file AS f ON f.file_id = coalesce(c.file_id, m.file_id)
        GROUP BY a.variable, a.unit, a.period""").fetchall()
    return {(v, u, p): _words(places or [], n_filled) for v, u, p, places, n_filled in rows}


def _words(places: list[str], n_filled: int) -> str:
    named = places[:MOST_PLACES]
    if len(places) > MOST_PLACES:
        named.append(f"{len(places) - MOST_PLACES} more")
    if n_filled:
        named.append("a filled gap" if n_filled == 1 else f"{counted(n_filled, 'filled gaps')}")
    return ", ".join(named)
