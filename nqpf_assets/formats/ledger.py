"""What became of every number that a file shows: read, ignored by name, or refused.

The numbers are counted where a file is opened, before any reader looks at them; what was read is
counted in the cells that the reader gives; whatever it passes over it names here, with a reason.
`recognise.read` closes the ledger of every file: a number that is in none of the three is an error,
so that no reader can lose one without saying so. What is no number is not counted: labels, notes,
empty cells, signs for "no value".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from nqpf_assets.formats.labels import normalise
from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.messages.problems import Problem

LABELS = "labels and years"
"""Numbers that name a row or a column: the years of a header, the codes of regions."""
OTHER_SHEET, HIDDEN_SHEET, COVERED = "sheet ", "hidden sheet ", "under merged cells"
"""Beginnings of the reasons for numbers on sheets that are not read, and under merged labels."""


@dataclass(frozen=True)
class Account:
    """The numbers of one file: `seen` is the sum of the others.

    Attributes:
        seen: numeric cells that the file shows.
        read: cells that were read as values.
        ignored: those that were passed over, by reason.
        refused: those of a file with errors, none of which is published.
    """

    seen: int = 0
    read: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    refused: int = 0

    @property
    def n_ignored(self) -> int:
        return sum(self.ignored.values())

    @property
    def words(self) -> str | None:
        """What was ignored, in words: ``row 全市: 13; labels and years: 14``."""
        return "; ".join(f"{reason}: {n}" for reason, n in self.ignored.items()) or None

    def passing_over(self, reason: str, n: int) -> Account:
        """The account after n of the read cells were left out for a reason."""
        if not n:
            return self
        ignored = Counter(self.ignored)
        ignored[reason] += n
        return replace(self, read=self.read - n, ignored=dict(ignored))

    def refusing(self) -> Account:
        """The account of a file of which nothing is taken."""
        return replace(self, read=0, refused=self.seen - self.n_ignored)


def merged(accounts: Sequence[Account], sheets: Collection[str]) -> Account:
    """One account of a workbook whose sheets were read one by one.

    Args:
        accounts: one for each sheet that was read; each counts the others as passed over.
        sheets: names of those sheets.
    """
    ignored: Counter[str] = Counter()
    read_sheets = set(map(normalise, sheets))
    of_all = (OTHER_SHEET, HIDDEN_SHEET, COVERED)
    for place, account in enumerate(accounts):
        for reason, n in account.ignored.items():
            if not reason.startswith(of_all):
                ignored[reason] += n
                continue
            name = reason.removeprefix(HIDDEN_SHEET).removeprefix(OTHER_SHEET)
            if place == 0 and normalise(name) not in read_sheets:
                ignored[reason] += n
    read, refused = sum(a.read for a in accounts), sum(a.refused for a in accounts)
    return Account(accounts[0].seen, read, dict(sorted(ignored.items())), refused)


class Ledger:
    """The numeric cells of one file, and the reasons for which some are not read.

    Pages are kept cell by cell, by the locators of `reading.CELL_SCHEMA`; long tables by count.
    """

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}  # locator to the number as printed
        self.reasons: dict[str, str] = {}  # locator to reason; kept for numbers only
        self.counted = 0
        self.passed_over: Counter[str] = Counter()

    def see_rows(self, rows: Sequence[Sequence[Any]], place: Callable[[int, int], str]) -> None:
        """Look at every cell of a page or sheet."""
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if shows_number(cell):
                    self.cells[place(number, column)] = str(cell)

    def see_count(self, n: int) -> None:
        """Count cells that are not kept one by one."""
        self.counted += n

    def ignore(self, locator: str, reason: str) -> None:
        """Pass over one cell; one that holds no number needs no reason."""
        if locator in self.cells:
            self.reasons.setdefault(locator, reason)

    def ignore_row(
        self, place: Callable[[int, int], str], row: int, width: int, reason: str
    ) -> None:
        """Pass over a row; cells of it that have a reason already keep it."""
        for column in range(width):
            self.ignore(place(row, column), reason)

    def ignore_count(self, n: int, reason: str) -> None:
        """Pass over cells that were counted and are not kept one by one."""
        if n:
            self.passed_over[reason] += n

    def pass_over(self, n: int, reason: str) -> None:
        """Count cells and pass over them at once."""
        self.see_count(n)
        self.ignore_count(n, reason)

    def close(
        self, cells: pl.DataFrame, file: str, *, is_refused: bool, n_read: int | None = None
    ) -> tuple[Account, list[Problem]]:
        """The account of the file, and an error where numbers are in none of its columns.

        Args:
            cells: what was read, with `reading.CELL_SCHEMA`.
            file: display name for problems.
            is_refused: the file has errors that were told, so that nothing of it is taken.
            n_read: how many values were read, where `cells` has but some of them.
        """
        has_value = cells["value"].is_not_null()
        taken = set(cells["locator"].filter(has_value)) if self.cells else set()
        ignored = Counter(self.passed_over)
        lost: list[str] = []
        for locator in self.cells:
            if locator in taken:
                continue
            if locator in self.reasons:
                ignored[self.reasons[locator]] += 1
            else:
                lost.append(locator)
        seen = len(self.cells) + self.counted
        n_read = int(has_value.sum()) if n_read is None else n_read
        account = Account(seen, n_read, dict(sorted(ignored.items())))
        if is_refused:
            return account.refusing(), []
        difference = seen - account.read - account.n_ignored
        if not difference and not lost:
            return account, []
        return account.refusing(), list(self._lost(lost, difference, file))

    def _lost(self, lost: list[str], difference: int, file: str) -> list[Problem]:
        expected = "every number of the file read, or left out by name"
        remedy = (
            "look at these cells: put the rows or columns in order under the table's header, or "
            "move what does not belong to the table to a file of its own"
        )
        problems = [
            Problem(
                file=file,
                where=place,
                expected=expected,
                found=f"{self.cells[place]!r}, which was not read",
                remedy=remedy,
                code="lost_cells",
            )
            for place in lost[:PROBLEMS]
        ]
        if len(lost) > PROBLEMS or not lost:
            n = len(lost) - PROBLEMS if lost else difference
            found = f"{n} more, not read" if n > 0 else f"{-n} read that are not in it"
            problems.append(
                Problem(
                    file=file,
                    where="",
                    expected=expected,
                    found=found,
                    remedy=remedy,
                    code="lost_cells",
                )
            )
        return problems
