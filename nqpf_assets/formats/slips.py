"""What an origin card says of slips in a file: a place, what is printed there, and as what it is read.

Written by hand, or by `nqpf add`, inside the card (YAML); nothing here opens a file. A slip is the mistake of
whoever copied the file out. A number that its publisher printed wrong is a correction (docs/corrections.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from nqpf_assets.formats.labels import normalise, strip
from nqpf_assets.messages.problems import Refusal, Refused, shortened

MISSING = "missing"
"""What is read where nothing can be: of a cell no value, of a line nothing."""
_SHOWN = 60
"""Characters of a line that messages show; the card has it whole."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
"""Signs that no line of a text can have; a tab parts columns."""
_OF_TEXT = re.compile(r"line (\d{1,9})(?:, column (\d{1,6}))?")
_OF_SHEET = re.compile(r"(?:('(?:[^']|'')+'|[^!']+)!)?([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class SlipPlace:
    """A place as messages name it: ``line 5, column 3``, ``line 5``, ``Sheet1!C5``.

    Attributes:
        row, column: from 1; without a column it is a whole line.
        sheet: of a workbook; None where it names none.
        is_text: it is a line, and no cell of a sheet.
    """

    row: int
    column: int | None = None
    sheet: str | None = None
    is_text: bool = False

    @property
    def key(self) -> tuple[str | None, int, int | None]:
        """The same for all spellings of one place."""
        return None if self.sheet is None else normalise(self.sheet), self.row, self.column


def place_of(text: str) -> SlipPlace | None:
    """The place that a text names."""
    if (match := _OF_TEXT.fullmatch(text)) is not None:
        column = int(match[2]) if match[2] else None
        place = SlipPlace(int(match[1]), column, is_text=True)
    elif (match := _OF_SHEET.fullmatch(text)) is not None:
        sheet = match[1]
        if sheet is not None and sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        number = 0
        for letter in match[2]:
            number = number * 26 + ord(letter) - 64
        place = SlipPlace(int(match[3]), number, sheet)
    else:
        return None
    return place if place.row and place.column != 0 else None


def _printed(value: Any) -> Any:
    """A number or year that YAML did not take for a word."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Printed = Annotated[str, BeforeValidator(_printed), StringConstraints(min_length=1)]


class Slip(BaseModel):
    """One slip in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    at: Text = Field(
        description="the place as messages name it: `line 5, column 3`, `line 5`, `Sheet1!C5`"
    )
    printed: Printed = Field(description="what the file prints there; another text is refused")
    read: Printed = Field(
        description="what is read in its place: a text, or `missing`: no value, or nothing of the line"
    )
    reason: Text = Field(description="why it is known to be a slip")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        refusals = []
        if place_of(self.at) is None:
            expected = "a place as messages name it: `line 5, column 3`, `line 5` or `Sheet1!C5`"
            refusals.append(Refusal(("at",), expected, f"`{self.at}`", "write it so"))
        if strip(self.read) == strip(self.printed):
            expected, remedy = "another text than the printed one", "correct it, or remove the slip"
            refusals.append(Refusal(("read",), expected, f"`{self.read}` again", remedy))
        if (sign := _NO_TEXT.search(self.read)) is not None:
            found = "a text of several lines" if sign[0] in "\r\n" else f"the sign {sign[0]!a}"
            refusals.append(Refusal(("read",), "a text in one line", found, "write it in one"))
        if refusals:
            raise Refused(refusals)
        return self

    @property
    def place(self) -> SlipPlace:
        """Where it is."""
        found = place_of(self.at)
        assert found is not None
        return found

    @property
    def is_missing(self) -> bool:
        """Whether nothing is read in its place."""
        return strip(self.read) == MISSING

    @property
    def words(self) -> str:
        """What is made of it: ``'e', read as missing: a letter among numbers``."""
        if self.place.column is None and self.is_missing:
            read = "left out"
        else:
            read = "read as " + (MISSING if self.is_missing else repr(shortened(self.read, _SHOWN)))
        return f"{shortened(self.printed, _SHOWN)!r}, {read}: {self.reason}"


def each_once(slips: Sequence[Slip], at: tuple[str | int, ...]) -> Iterator[Refusal]:
    """Slips at a place that another one has, or on a line that another one reads as a whole.

    Args:
        slips: of a card or one of its sheets.
        at: the keys that lead to them.
    """
    seen: set[tuple[str | None, int, int | None]] = set()
    lines = {one.place.row for one in slips if one.place.column is None}
    for number, one in enumerate(slips):
        is_again = one.place.key in seen
        is_inside = one.place.is_text and one.place.column is not None and one.place.row in lines
        if is_again or is_inside:
            found = f"`{one.at}` again" if is_again else f"`{one.at}`, of a line that is read whole"
            yield Refusal((*at, number, "at"), "each place once", found, "keep one of the two")
        seen.add(one.place.key)


def outside_sheets(
    slips: Sequence[Slip], sheets: Sequence[str], at: tuple[str | int, ...]
) -> Iterator[Refusal]:
    """Slips on sheets that a card does not read.

    Args:
        slips: of the card or one of its sheets.
        sheets: that are read; a place without one is in the only one.
        at: the keys that lead to the slips.
    """
    names = set(map(normalise, sheets))
    for number, one in enumerate(slips):
        sheet = one.place.sheet
        if (sheet is None and len(names) == 1) or normalise(sheet or "") in names:
            continue
        expected = f"a cell of a sheet that the card reads: {', '.join(sheets)}"
        yield Refusal((*at, number, "at"), expected, f"`{one.at}`", "correct or remove it")
