"""Every number that a study publishes is explained, in words and as rows with the same facts.

Of numbers of which there are many, as points of curves and units of maps, some of each kind are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.long_numbers import OF_INDEX, LongForm, LongNumber
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import SCHEMA, all_stops, errors, rows_of
from nqpf_assets.exports.told_walk import lines_of
from nqpf_assets.studies.tables import TABLE_KINDS
from nqpf_assets.user_input.project import Project

SEED = 20261127
STUDIES = ("province", "chongqing")
MOST_OF_A_KIND = 3
"""Walks that are held in a run, of the eight hundred that are generated; a second or two each."""
LONG = tuple(dict.fromkeys(one for kind in TABLE_KINDS.all.values() for one in kind.long))
NOT_IN_SAMPLE = {"obstacle", "rank_change"}
"""Long forms of which the sample has no table; `tests/stages/test_indices_taken_apart.py` looks at these."""
IN_WORDS = ("name", "unit", "unit_name", "period", "unit_measure", "role", "text", "file", "locator",
            "printed", "printed_unit", "publisher", "vintage", "card")  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Words, the number that is published, and of what kind it is; of a group, its name."""

    words: tuple[str, ...]
    value: float | None
    kind: str
    group: str | None = None


@pytest.fixture(scope="module")
def warehouse(built_sample: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_sample.database), read_only=True) as connection:
        yield connection


def of_regressions(study: PublishedStudy) -> Iterator[Question]:
    """Every kind of number of every estimator."""
    seen = set()
    rows = [
        (row, name)
        for name in ("estimate", "effect", "test")
        for row in study.rows(
            f"SELECT r.*, m.estimator FROM {{study}}.{name} AS r"
            " INNER JOIN {study}.model AS m USING (table_name, column_label) ORDER BY ALL"
        )
    ]
    random.Random(SEED).shuffle(rows)
    for row, name in rows:
        effect = row.get("effect")
        term = row["test"] if name == "test" else row["term"]
        kind = (row["estimator"], name, effect or term)
        if kind in seen:
            continue
        seen.add(kind)
        words = (f"{study.name}.{row['table_name']}", row["column_label"])
        value = row["statistic" if name == "test" else "estimate"]
        yield Question((*words, f"{effect}: {term}" if effect else term), value, name)


def of_printed(study: PublishedStudy, table: str) -> Iterator[Question]:
    """Of each column one number."""
    rows = [
        row for row in study.rows(f"FROM {study.table(table)}") if row.get("row_kind") != "note"
    ]
    draw = random.Random(SEED)
    for column in rows[0]:
        row = draw.choice(rows)
        # How many units there are rests on no value.
        if isinstance(row[column], int | float) and column not in ("row_position", "n_units"):
            words = (f"{study.name}.{table}", str(row["row_label"]), column)
            yield Question(words, float(row[column]), "printed")


def of_long(study: PublishedStudy, table: str, owner: str) -> Iterator[Question]:
    """Of each column or measure, of all units, groups and pairs of groups, one number."""
    drawn: dict[str, list[LongNumber]] = {}
    for number in LongForm(study, table, owner).numbers:
        if number.value is not None:
            drawn.setdefault(f"{number.name} {sorted(number.of)}", []).append(number)
    draw = random.Random(SEED)
    for numbers in drawn.values():
        one = draw.choice(numbers)
        words = [one.name, *(part for of in one.of.values() for part in str(of).split(", "))]
        draw.shuffle(words)
        group = one.of.get("group_name") if "other_group" not in one.of else None
        yield Question((f"{study.name}.{owner}", *words), one.value, table, group and str(group))


def of_panel(study: PublishedStudy) -> Iterator[Question]:
    draw = random.Random(SEED)
    for name in study.variables:
        rows = study.rows(
            "FROM panel.cell WHERE study = ? AND variable = ? AND value IS NOT NULL ORDER BY ALL",
            [study.name, name],
        )
        for row in draw.sample(rows, min(1, len(rows))):
            words = (f"{study.name}.{name}", row["unit"], str(row["period"]))
            yield Question(words, row["value"], "panel")


def questions(connection: duckdb.DuckDBPyConnection) -> list[Question]:
    asked: list[Question] = []
    for name in STUDIES:
        study = PublishedStudy(connection, name)
        asked += [*of_regressions(study), *of_panel(study)]
        for table in ("table_read", "growth_cell"):
            for row in study.rows(
                f"SELECT DISTINCT table_name AS t FROM {{study}}.{table} ORDER BY t"
            ):
                asked += of_printed(study, row["t"])
                asked += [one for form in LONG for one in of_long(study, form, row["t"])]
        indices = [one for one, row in study.variables.items() if row["role"] == "index"]
        for index in indices:
            asked += [one for form in OF_INDEX for one in of_long(study, form, index)]
    return asked


def missing_words(row: Row, line: str) -> Iterator[str]:
    """What a row says and its line does not."""
    told = {name: row[name] for name in IN_WORDS}
    told |= {name: row[name] and f"{row[name]:.10g}" for name in ("value", "weight")}
    told["factor"] = row["factor"] and row["factor"] != 1 and f"× {row['factor']:.10g}"
    told["count"] = row["count"] and row["count"] != 1 and f"n = {row['count']}"
    told["status"] = row["status"] != "reported" and row["status"]
    told["source"] = row["source"] == "recomputed" and row["source"]
    for name, value in told.items():
        if value and " ".join(str(value).split()) not in line:
            yield f"{name} {value}"


def faults(connection: duckdb.DuckDBPyConnection, asked: Question) -> Iterator[str]:
    """What of a walk is not as it should be."""
    answered = answer(connection, asked.words)
    walk, names = answered.walk, answered.study.unit_names
    yield from (f"{stop.kind} {stop.name}: {why}" for stop, why in errors(walk))
    if walk.value != asked.value:
        yield f"told {walk.value}, published {asked.value}"
    stops = [*all_stops(walk)]
    if not any(one.kind in ("cell", "cells") for one in stops):
        yield "no cell"
    is_of_one = asked.kind not in ("estimate", "effect", "test")
    if is_of_one and not any(one.place.printed for one in stops):
        yield "no cell as it is printed"
    if asked.group is not None:
        units = {one.unit for one in stops if one.text == "read by the number"}
        groups = [of.get(asked.group, []) for of in answered.study.groups.values()]
        if not any(units <= {*members} for members in groups):
            yield f"reads units outside of {asked.group}"
    lines = [
        (depth, line)
        for depth, line in lines_of(walk, names)
        if not line.startswith("DOES NOT ADD UP")
    ]
    rows = rows_of(walk, names)
    if [row["depth"] for row in rows] != [depth for depth, _ in lines]:
        yield "rows and lines are not as many, or not as deep"
    for row, (_, line) in zip(rows, lines, strict=False):
        assert [*row] == [*SCHEMA]
        for one in missing_words(row, line):
            yield f"row {row['step']} {row['kind']}: {one} is not in {line!r}"


@pytest.mark.slow
def test_every_number_of_the_sample_has_a_whole_walk(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    asked = questions(warehouse)
    kinds = {*LONG, *OF_INDEX, "estimate", "effect", "test", "printed", "panel"}
    kinds -= NOT_IN_SAMPLE
    assert {one.kind for one in asked} == kinds
    draw, found = random.Random(SEED), list[tuple[tuple[str, ...], str]]()
    for kind in sorted(kinds):
        own = [one for one in asked if one.kind == kind]
        for one in draw.sample(own, min(MOST_OF_A_KIND, len(own))):
            found += [(one.words, fault) for fault in faults(warehouse, one)]
    assert found == []
