"""The slips of one file while it is opened: which were put right, what lies under them, and which do not fit.

How a text is put right belongs to `mended_text`, and sheets to `mended_sheets`: before any reader looks at
them, by one rule for all. What was read by a slip is said on the cells that rest on it by `mended_cells`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nqpf_assets.formats.labels import normalise, strip
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.slips import Slip
from nqpf_assets.messages.problems import Problem


@dataclass(frozen=True)
class Reach:
    """What a slip lies on.

    Attributes:
        rows, columns: from 1; several where its cell is merged over them, no columns of a whole line.
        sheet: of a workbook, as it is spelled.
        is_alone: nothing else stands in its row, as with titles and lines of units.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...] = ()
    sheet: str | None = None
    is_alone: bool = False


@dataclass
class Mending:
    """The slips of one file, each known by its number in the card.

    Attributes:
        slips: of its card, in the card's order.
        file: display name for problems.
        sheet: that the card names.
        others: sheets that are read by the same card, each with a mending of its own.
        problems: slips that do not fit their file.
        reaches: what the others lie on.
        numbers_lost: numbers that the file shows and that are not read for a slip.
        seen: what the file prints at the places.
        columns: of a table of one's own those that its card has read, from 1; None of other files.
    """

    slips: Sequence[Slip] = ()
    file: str = ""
    sheet: str | None = None
    others: Sequence[str] = ()
    problems: dict[int, Problem] = field(default_factory=dict)
    reaches: dict[int, Reach] = field(default_factory=dict)
    numbers_lost: dict[int, int] = field(default_factory=dict)
    seen: dict[int, str] = field(default_factory=dict)
    columns: frozenset[int] | None = None

    def is_printed(self, number: int, text: str) -> bool:
        """Whether a place prints what its slip says; told where it does not."""
        self.seen[number] = text
        if strip(text) == strip(self.slips[number].printed):
            return True
        self.differs(number, repr(text) if strip(text) else "nothing")
        return False

    def put_right(self, number: int, reach: Reach, n_lost: int | None = None) -> None:
        """Note that another text is read.

        Args:
            number: of the slip.
            reach: what it lies on.
            n_lost: numbers that are not read for it; of a cell it is known by its texts.
        """
        slip = self.slips[number]
        after = not slip.is_missing and shows_number(slip.read)
        if n_lost is None:
            n_lost = int(shows_number(slip.printed) and not after)
        self.numbers_lost[number] = n_lost
        self.reaches[number] = reach

    def only_columns(self, numbers: Iterable[int]) -> None:
        """Say which columns of a table of one's own are read, from 1."""
        self.columns = frozenset(numbers)

    def is_elsewhere(self, number: int) -> bool:
        """Whether a slip is on a sheet that is read for itself."""
        sheet = self.reaches[number].sheet if number in self.reaches else None
        others = map(normalise, self.others)
        return sheet is not None and normalise(sheet) in others

    def differs(self, number: int, found: str) -> None:
        """Tell that a place prints something else, or is none."""
        slip = self.slips[number]
        remedy = (
            "the file is another by now, or the place: correct the slip in the card, or remove it"
        )
        self._tell(number, f"{slip.printed!r}, as the card's `slips` say", found, remedy)

    def refuse(self, number: int, expected: str) -> None:
        """Tell that a place cannot be one of this file."""
        found = f"`{self.slips[number].at}`"
        self._tell(number, expected, found, "correct the place in the card's `slips`, or remove it")

    def refuse_all(self, expected: str) -> None:
        """Tell that no slip of a file of this kind can be put right."""
        for number in range(len(self.slips)):
            self.refuse(number, expected)

    def _tell(self, number: int, expected: str, found: str, remedy: str) -> None:
        self.problems[number] = Problem(
            file=self.file,
            where=self.slips[number].at,
            expected=expected,
            found=found,
            remedy=remedy,
            code="slip_not_there",
            asked_at=("slips", number),
        )
