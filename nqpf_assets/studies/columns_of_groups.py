"""`within_each` of a column: one column for each group, as if each were written.

Each of them has the places of the one that is written, so that a problem stands at its line; groups are held
against the study as those of `sample` are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nqpf_assets.studies.columns import GROUP
from nqpf_assets.studies.written_column import WrittenColumn
from nqpf_assets.user_input.lined_yaml import KeyPath, Place

WITHIN = ("sample", "within")


def columns_of_groups(one: WrittenColumn) -> Iterator[WrittenColumn]:
    """The column itself, or one for each of its groups."""
    if not one.column.within_each:
        yield one
    kept = {path: place for path, place in one.places.items() if path[:1] != ("within_each",)}
    rest = {key: value for key, value in one.written.items() if key != "within_each"}
    sample, said = one.column.sample, rest.get("sample") or {}
    assert not isinstance(one.column.within_each, str), "with groups, see `groups_of_each`"
    for grouping, groups in one.column.within_each.items():
        for number, group in enumerate(groups):
            label = label_of(one.column.label, group)
            update: dict[str, Any] = {
                "label": label,
                "sample": sample.model_copy(update={"within": {**sample.within, grouping: group}}),
                "within_each": {},
            }
            within = {**(said.get("within") or {}), grouping: group}
            yield WrittenColumn(
                one.column.model_copy(update=update),
                rest | {"label": label, "sample": {**said, "within": within}},
                _places_of_group(one, grouping, number) | kept,
            )


def label_of(label: str, group: str) -> str:
    """The label of a group's column: with the group for `{group}`, or behind it."""
    return label.replace(GROUP, group) if GROUP in label else f"{label} {group}"


def _places_of_group(one: WrittenColumn, grouping: str, number: int) -> dict[KeyPath, Place]:
    """The places of the keys that the column of a group would have in `sample`."""
    whole = one.places.get(("within_each",), Place(1, 1))
    group = one.places.get(("within_each", grouping, number), whole)
    return {WITHIN[:1]: whole, WITHIN: whole, (*WITHIN, grouping): group}
