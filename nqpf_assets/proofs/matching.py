"""Which table of a manuscript is which published one, and which of their rows and columns belong together.

A table is known by what the export writes beside it (its name, its label), by its caption, its labels, its
numbers. Rows and columns keep their order; one that was dropped, added or renamed does not shift the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from nqpf_assets.exports.printed.side_by_side import side_by_side
from nqpf_assets.exports.printed.table import PrintedTable
from nqpf_assets.proofs.manuscripts.manuscript import FoundTable
from nqpf_assets.proofs.texts import cell_text, label_text, number_of, plain

LEAST = 0.8
"""A table that is less alike is no table of the study."""
_NAMES = re.compile(r"Table ([a-z0-9_]+)\.([a-z0-9_]+(?: \+ [a-z0-9_]+)*)\.")

Key = tuple[str, bool, int]
"""Label of a line, whether it stands below that line in parentheses, which of several."""


@dataclass(frozen=True)
class Published:
    """A published table as rows of texts: heads first, then lines."""

    table: PrintedTable

    @cached_property
    def rows(self) -> list[tuple[str, ...]]:
        lines = [(line.label, *(cell.text for cell in line.cells)) for line in self.table.lines]
        return [("", *self.table.heads), *lines]

    @cached_property
    def keys(self) -> list[Key]:
        """Of each row."""
        found: list[Key] = [("", False, 0)]
        seen: dict[tuple[str, bool], int] = {}
        label = ""
        for line in self.table.lines:
            is_below = line.kind == "parentheses"
            label = label if is_below else line.label
            seen[label, is_below] = seen.get((label, is_below), 0) + 1
            found.append((label, is_below, seen[label, is_below]))
        return found

    @cached_property
    def labels(self) -> set[str]:
        return {label_text(line.label) for line in self.table.lines if line.label}

    @cached_property
    def numbers(self) -> set[str]:
        return _numbers(self.rows)

    @cached_property
    def title(self) -> str:
        return label_text(self.table.title)

    def cells(self) -> dict[tuple[Key, str], str]:
        """Every cell by its line and head."""
        return {
            (key, head): text
            for key, row in zip(self.keys[1:], self.rows[1:], strict=True)
            for head, text in zip(self.table.heads, row[1:], strict=True)
        }


def matched(
    tables: Sequence[FoundTable], published: Sequence[Published]
) -> list[tuple[FoundTable, Published]]:
    """Tables of the manuscript with the published one that each is, in the manuscript's order."""
    known = [*published, *_beside(tables, published)]
    seen = [_Seen(found) for found in tables]
    scores = [
        (_likeness(found, one), -place, -which)
        for place, found in enumerate(seen)
        for which, one in enumerate(known)
    ]
    pairs: dict[int, int] = {}
    for score, place, which in sorted(scores, reverse=True):
        if score >= LEAST and -place not in pairs and -which not in pairs.values():
            pairs[-place] = -which
    return [(tables[place], known[which]) for place, which in sorted(pairs.items())]


def _beside(tables: Sequence[FoundTable], published: Sequence[Published]) -> list[Published]:
    """Published tables that stand side by side in one, as the line below it says."""
    by_name = {one.table.full_name: one.table for one in published}
    found = []
    for table in tables:
        for study, names in _NAMES.findall(" ".join([*table.marks, *table.below])):
            parts = [by_name.get(f"{study}.{name}") for name in names.split(" + ")]
            whole = [one for one in parts if one is not None and one.is_regression]
            if len(parts) > 1 and len(whole) == len(parts):
                found.append(Published(side_by_side(whole)))
    return found


@dataclass(frozen=True)
class _Seen:
    """What a table of the manuscript is compared by, read once."""

    found: FoundTable

    @cached_property
    def labels(self) -> set[str]:
        return {label_text(row[0]) for row in self.found.rows if row[0]}

    @cached_property
    def numbers(self) -> set[str]:
        return _numbers(self.found.rows)

    @cached_property
    def caption(self) -> str:
        return label_text(self.found.caption)

    @cached_property
    def below(self) -> str:
        return plain(" ".join(self.found.below[:40]))


def _likeness(found: _Seen, one: Published) -> float:
    """How much two tables have in common; 2 and more where the manuscript names it."""
    in_labels = len(found.labels & one.labels) / max(1, len(one.labels))
    in_numbers = len(found.numbers & one.numbers) / max(1, len(one.numbers))
    caption, title = found.caption, one.title
    has_title = bool(title) and (
        title in caption or SequenceMatcher(None, caption, title).ratio() > 0.8
    )
    return 2 * _is_named(found, one.table) + in_labels + in_numbers + 0.7 * has_title


def _is_named(found: _Seen, table: PrintedTable) -> bool:
    label = f"tab:{re.sub('[^A-Za-z0-9]+', '-', table.full_name)}"
    if {label, table.full_name, f"Published table {table.full_name}"} & {*found.found.marks}:
        return True
    return f"Table {table.full_name}." in found.below


def _numbers(rows: Sequence[Sequence[str]]) -> set[str]:
    return {cell_text(cell) for row in rows for cell in row[1:] if number_of(cell) is not None}


def columns_of(found: FoundTable, one: Published) -> dict[int, int]:
    """Place of a published column → its place in the manuscript."""
    width = len(found.rows[0]) if found.rows else 0
    theirs = [[row[place] for row in found.rows] for place in range(1, width)]
    ours = [[row[place] for row in one.rows] for place in range(1, len(one.rows[0]))]

    def likeness(which: int, place: int) -> float:
        head = label_text(ours[which][0])
        is_same = bool(head) and head in {label_text(cell) for cell in theirs[place][:3]}
        mine = {cell_text(cell) for cell in ours[which][1:] if cell}
        common = len(mine & {cell_text(cell) for cell in theirs[place]}) / max(1, len(mine))
        return 0.05 + is_same + common

    pairs = in_order(len(ours), len(theirs), likeness, 0)
    return {which + 1: place + 1 for which, place in pairs}


def rows_of(found: FoundTable, one: Published, columns: dict[int, int]) -> dict[int, int]:
    """Place of a published row → its place in the manuscript."""

    def likeness(which: int, place: int) -> float:
        ours, theirs = one.rows[which], found.rows[place]
        label, other = label_text(ours[0]), label_text(theirs[0])
        pairs = [(ours[mine], theirs[their]) for mine, their in columns.items()]
        told = [(mine, their) for mine, their in pairs if mine or their]
        same = sum(cell_text(mine) == cell_text(their) for mine, their in told) / max(1, len(told))
        alike = sum(_kind(mine) == _kind(their) for mine, their in told) / max(1, len(told))
        in_label = 1.2 if label == other and label else 0.3 if label == other else 0.0
        return in_label + same + 0.5 * alike

    return dict(in_order(len(one.rows), len(found.rows), likeness, 0.7))


def _kind(text: str) -> str:
    number = number_of(text)
    if number is None:
        return "words" if text else ""
    return number.brackets or "number"


def in_order(
    n_ours: int, n_theirs: int, likeness: Callable[[int, int], float], least: float
) -> list[tuple[int, int]]:
    """Pairs of two lists, in the order of both, that are most alike in all.

    Args:
        least: two that are less alike are no pair.
    """
    best = [[0.0] * (n_theirs + 1) for _ in range(n_ours + 1)]
    alike = [[likeness(one, other) for other in range(n_theirs)] for one in range(n_ours)]
    for one in range(n_ours - 1, -1, -1):
        for other in range(n_theirs - 1, -1, -1):
            value = alike[one][other]
            paired = value + best[one + 1][other + 1] if value > least else 0.0
            best[one][other] = max(paired, best[one + 1][other], best[one][other + 1])
    pairs, one, other = [], 0, 0
    while one < n_ours and other < n_theirs:
        value = alike[one][other]
        if value > least and best[one][other] == value + best[one + 1][other + 1]:
            pairs.append((one, other))
            one, other = one + 1, other + 1
        elif best[one][other] == best[one + 1][other]:
            one += 1
        else:
            other += 1
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    return pairs
