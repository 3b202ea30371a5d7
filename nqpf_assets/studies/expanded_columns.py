"""Entries of a table's `columns` that stand for several columns: a base with its variants, one of each group.

What a column prepares in a way of its own becomes variables and indices of the study here, too. A study is
read so before anything else looks at it: whatever asks for columns finds each as if it were written, with
the places of what was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.studies.columns_of_groups import columns_of_groups
from nqpf_assets.studies.columns_of_variants import columns_of_variants
from nqpf_assets.studies.prepared_columns import Prepared, prepared
from nqpf_assets.studies.prepared_names import FILLING, Made
from nqpf_assets.studies.prepared_study import with_entries
from nqpf_assets.studies.regression_table import RegressionTable
from nqpf_assets.studies.spec import Study
from nqpf_assets.studies.variant_column import BaseColumn
from nqpf_assets.studies.written_column import WrittenColumn
from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml, Place


def with_all_columns(study: Study, document: LinedYaml) -> tuple[Study, LinedYaml]:
    """The study and the document with all columns, and with the places of each.

    Raises:
        InputError: with what is wrong with variants, each at its line.
    """
    tables, written = dict(study.tables), {**document.data.get("tables", {})}
    places: Mapping[KeyPath, Place] = document.places
    problems: list[Problem] = []
    made, beside = Made(study), list[Prepared]()
    for name, table in study.tables.items():
        if not isinstance(table, RegressionTable):
            continue
        if not any(
            one.within_each or one.variants or one.prepare or one.interpolation
            for one in table.columns
        ):
            continue
        at: KeyPath = ("tables", name)
        listed = (*at, "columns")
        columns: list[WrittenColumn] = []
        for entry in _entries(table, written[name]["columns"], _below(document.places, listed)):
            base = BaseColumn(entry, table, at, document)
            found, wrong = columns_of_variants(base, study.periods.years)
            problems += wrong
            for one in found:
                inherited = _inherited(entry, one) if one is not found[0] else ()
                ready = prepared(replace(base, entry=one), made, inherited)
                problems += ready.problems
                beside.append(ready)
                columns += columns_of_groups(ready.column)
        tables[name] = table.model_copy(update={"columns": tuple(one.column for one in columns)})
        written[name] = {**written[name], "columns": [dict(one.written) for one in columns]}
        places = _moved(places, listed, columns)
    if problems:
        raise InputError(problems)
    if places is document.places:
        return study, document
    data = {**document.data, "tables": written}
    whole = study.model_copy(update={"tables": tables})
    return with_entries(whole, replace(document, data=data, places=places), beside)


def _entries(
    table: RegressionTable,
    written: Sequence[Mapping[str, Any]],
    places: Mapping[int, Mapping[KeyPath, Place]],
) -> Iterator[WrittenColumn]:
    """The entries of a table as they are written."""
    for number, (column, said) in enumerate(zip(table.columns, written, strict=True)):
        yield WrittenColumn(column, said, places.get(number, {}))


def _inherited(entry: WrittenColumn, variant: WrittenColumn) -> tuple[str, ...]:
    """What a variant prepares as its column says it, by where it stands."""
    places: dict[str, KeyPath] = {name: ("prepare", name) for name in variant.column.prepare}
    places[FILLING] = ("interpolation",)
    return tuple(
        name for name, at in places.items() if variant.places.get(at) == entry.places.get(at)
    )


def _below(places: Mapping[KeyPath, Place], at: KeyPath) -> dict[int, dict[KeyPath, Place]]:
    """Position in a list → the places of its item."""
    found: dict[int, dict[KeyPath, Place]] = {}
    for path, place in places.items():
        if path[: len(at)] == at and len(path) > len(at):
            found.setdefault(int(path[len(at)]), {})[path[len(at) + 1 :]] = place
    return found


def _moved(
    places: Mapping[KeyPath, Place], at: KeyPath, columns: Sequence[WrittenColumn]
) -> dict[KeyPath, Place]:
    """The places with those of each column of a table at its new position."""
    depth = len(at)
    found = {path: one for path, one in places.items() if path[:depth] != at or len(path) == depth}
    for position, one in enumerate(columns):
        found |= {(*at, position, *path): place for path, place in one.places.items()}
    return found
