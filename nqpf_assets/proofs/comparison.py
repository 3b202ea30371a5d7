"""One table of a manuscript held against the published one: every cell, row, column and note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from nqpf_assets.proofs.former import Former
from nqpf_assets.proofs.manuscripts.manuscript import FoundTable
from nqpf_assets.proofs.matching import Published, columns_of, rows_of
from nqpf_assets.proofs.texts import cell_text, number_of, plain, says

OUTDATED, ROUNDED, RETYPED = "outdated", "rounded wrongly", "retyped"
STARS, DIGITS, BRACKETS, WORDS = "stars", "more digits than are published", "brackets", "words"
EMPTY, ADDED, MISSING, NOTE = "missing", "not published", "row or column missing", "note"


@dataclass(frozen=True)
class Difference:
    """One thing in which a table differs.

    Attributes:
        where: the cell, row, column or note, in words.
        found: what the manuscript has.
        published: what is published.
        kind: one of the words above.
        why: what it rests on, where more is known.
    """

    where: str
    found: str
    published: str
    kind: str
    why: str = ""

    @property
    def told(self) -> str:
        more = f" ({self.why})" if self.why else ""
        if self.kind == MISSING:
            return f"{self.where}: not in the manuscript"
        if self.kind == ADDED:
            return f"{self.where}: not published"
        found = self.found or "nothing"
        return f"{self.where}: {found}, published {self.published or 'nothing'}: {self.kind}{more}"


def differences(
    found: FoundTable, one: Published, former: Sequence[Former]
) -> tuple[list[Difference], int]:
    """Everything in which the two differ, and how many cells were compared."""
    columns = columns_of(found, one)
    rows = rows_of(found, one, columns)
    told = [*_missing(found, one, columns, rows)]
    n_cells = 0
    for which, place in rows.items():
        for mine, their in columns.items():
            n_cells += 1
            text, published = found.rows[place][their], one.rows[which][mine]
            was = [(past.told, _was(past, one, which, mine)) for past in former]
            kind, why = verdict(text, published, [(who, old) for who, old in was if old])
            if kind:
                where = f"{_row_name(one, which)} × {one.table.heads[mine - 1]}"
                told.append(Difference(where, cell_text(text), published, kind, why))
    return [*told, *_notes(found, one)], n_cells


def _was(past: Former, one: Published, which: int, column: int) -> str:
    return past.cells.get((one.keys[which], one.table.heads[column - 1]), "")


def _row_name(one: Published, which: int) -> str:
    if which == 0:
        return "head"
    label, is_below, _ = one.keys[which]
    return f"{label} (below)" if is_below else label or f"line {which}"


def verdict(text: str, published: str, former: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """In which way a cell differs, and why; nothing where it says the same.

    Args:
        former: who published what before, the newest first.
    """
    told, right = cell_text(text), cell_text(published)
    if told == right or told.casefold() == right.casefold():
        return "", ""
    mine, theirs = number_of(told), number_of(right)
    if mine is not None and theirs is not None:
        is_same = says(mine, theirs)
        if is_same and mine.brackets == theirs.brackets and mine.stars == theirs.stars:
            return "", ""
    for who, old in former:
        was = number_of(old)
        is_old = cell_text(old) == told
        if mine is not None and was is not None:
            is_old = is_old or (says(mine, was) and mine.stars == was.stars)
        if is_old:
            return OUTDATED, f"as in {who}"
    if mine is None or theirs is None:
        return (EMPTY if not told else ADDED if not right else WORDS), ""
    if is_same:
        return (STARS if mine.stars != theirs.stars else BRACKETS), ""
    if mine.decimals > theirs.decimals and says(theirs, mine):
        return DIGITS, ""
    is_near = abs(mine.value - theirs.value) <= mine.unit * 1
    if mine.decimals < theirs.decimals and is_near:
        return ROUNDED, ""
    return RETYPED, _slip(told, right)


def _slip(told: str, right: str) -> str:
    """What a hand may have done."""
    if mine := number_of(told):
        theirs = number_of(right)
        if theirs is not None and mine.value == -theirs.value:
            return "the sign"
    mine_digits, digits = re.sub(r"\D", "", told), re.sub(r"\D", "", right)
    if sorted(mine_digits) == sorted(digits):
        return "digits in another order"
    if len(mine_digits) == len(digits) and sum(map(str.__ne__, mine_digits, digits)) == 1:
        return "one digit"
    return ""


def _missing(
    found: FoundTable, one: Published, columns: dict[int, int], rows: dict[int, int]
) -> Iterator[Difference]:
    """Rows and columns that only one of the two has."""
    for place, head in enumerate(one.table.heads, start=1):
        if place not in columns:
            yield Difference(f"column {head}", "", "", MISSING)
    for which, row in enumerate(one.rows):
        if which not in rows and which and any(row[1:]):
            yield Difference(f"row {_row_name(one, which)}", "", "", MISSING)
    for place, row in enumerate(found.rows):
        has_numbers = any(number_of(row[their]) for their in columns.values())
        if place not in rows.values() and has_numbers and place > min(rows.values(), default=0):
            yield Difference(f"row {row[0] or place + 1}", "", "", ADDED)


def note_key(text: str) -> str:
    """A note as two hands would write it: signs between words apart."""
    return re.sub(r"[^\w.%<>=*()-]+", "", plain(text)).casefold()


def _notes(found: FoundTable, one: Published) -> Iterator[Difference]:
    """Notes that are not below the table as they are published."""
    below = {note_key(text): text for text in found.below if text}
    for note in one.table.notes:
        key = note_key(note)
        if any(key in other for other in below):
            continue
        near = max(below, key=lambda other: _ratio(key, other), default="")
        is_near = bool(near) and _ratio(key, near) >= 0.6
        yield Difference("note", plain(below[near]) if is_near else "", note, NOTE)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:2000], other[:2000]).ratio()
