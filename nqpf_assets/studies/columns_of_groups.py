"""`within_each` of a column: one column for each group, as if each were written.

A study is read so before anything else looks at its columns. Each of them has the places of the one that is
written, so that a problem stands at its line; groups are held against the study as those of `sample` are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nqpf_assets.studies.columns import GROUP, Column
from nqpf_assets.studies.regression_table import RegressionTable
from nqpf_assets.studies.spec import Study
from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml, Place

WITHIN = ("sample", "within")


def with_columns_of_groups(study: Study, document: LinedYaml) -> tuple[Study, LinedYaml]:
    """The study and the document with all columns, and with the places of each."""
    tables = dict(study.tables)
    places: Mapping[KeyPath, Place] = document.places
    data = {**document.data, "tables": {**document.data.get("tables", {})}}
    for name, table in study.tables.items():
        if isinstance(table, RegressionTable) and any(one.within_each for one in table.columns):
            columns = [one for column in table.columns for one in _columns(column)]
            tables[name] = table.model_copy(update={"columns": tuple(columns)})
            written = data["tables"][name]
            pairs = zip(written["columns"], table.columns, strict=True)
            each = [one for entry, column in pairs for one in _entries(entry, column)]
            data["tables"][name] = {**written, "columns": each}
            places = _moved(places, ("tables", name, "columns"), table)
    if places is document.places:
        return study, document
    return study.model_copy(update={"tables": tables}), replace(document, data=data, places=places)


def _columns(column: Column) -> Iterator[Column]:
    """The column itself, or one for each of its groups."""
    if not column.within_each:
        yield column
    for grouping, group in _groups(column):
        within = {**column.sample.within, grouping: group}
        update: dict[str, Any] = {
            "label": label_of(column.label, group),
            "sample": column.sample.model_copy(update={"within": within}),
            "within_each": {},
        }
        yield column.model_copy(update=update)


def _entries(written: dict[str, Any], column: Column) -> Iterator[dict[str, Any]]:
    """The same of what is written."""
    if not column.within_each:
        yield written
    rest = {key: value for key, value in written.items() if key != "within_each"}
    for grouping, group in _groups(column):
        sample = rest.get("sample") or {}
        within = {**(sample.get("within") or {}), grouping: group}
        label = label_of(column.label, group)
        yield rest | {"label": label, "sample": {**sample, "within": within}}


def label_of(label: str, group: str) -> str:
    """The label of a group's column: with the group for `{group}`, or behind it."""
    return label.replace(GROUP, group) if GROUP in label else f"{label} {group}"


def _groups(column: Column) -> Iterator[tuple[str, str]]:
    for grouping, groups in column.within_each.items():
        yield from ((grouping, group) for group in groups)


def _moved(
    places: Mapping[KeyPath, Place], at: KeyPath, table: RegressionTable
) -> dict[KeyPath, Place]:
    """The places with those of each column of a table at its new position."""
    depth = len(at)
    found = {path: one for path, one in places.items() if path[:depth] != at or len(path) == depth}
    below: dict[int, dict[KeyPath, Place]] = {}
    for path, place in places.items():
        if path[:depth] == at and len(path) > depth:
            below.setdefault(int(path[depth]), {})[path[depth + 1 :]] = place
    position = 0
    for number, column in enumerate(table.columns):
        own = below.get(number, {})
        kept = {path: place for path, place in own.items() if path[:1] != ("within_each",)}
        for more in _places_of_groups(own, column) if column.within_each else [{}]:
            found |= {(*at, position, *path): place for path, place in (more | kept).items()}
            position += 1
    return found


def _places_of_groups(
    own: Mapping[KeyPath, Place], column: Column
) -> Iterator[dict[KeyPath, Place]]:
    """For each group, the places of the keys that it would have in `sample`."""
    for grouping, groups in column.within_each.items():
        for number in range(len(groups)):
            whole = own.get(("within_each",), Place(1, 1))
            group = own.get(("within_each", grouping, number), whole)
            yield {WITHIN[:1]: whole, WITHIN: whole, (*WITHIN, grouping): group}
