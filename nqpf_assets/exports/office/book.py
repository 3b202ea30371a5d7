"""A workbook of Excel that is being written: names of sheets, formats, texts that are never computed.

Every text is written as a text, whatever it begins with. Dates of the file are those of the publication.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeGuard

from nqpf_assets.exports.about import About
from nqpf_assets.exports.printed.table import Cell, Printed, number_in
from nqpf_assets.messages.problems import shortened
from nqpf_assets.messages.shown_text import without_controls

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_000
"""Characters of a cell, of which Excel takes 32,767."""
MOST_ROWS = 1_048_000
"""Rows of a sheet, of which Excel has 1,048,576."""
_LONGEST_NAME = 31
"""UTF-16 units of a sheet's name: letters beyond the basic plane count twice."""
_LONGEST_PROPERTY = 220
_EXACT = 2**53
"""Whole numbers beyond it are not whole in Excel."""


class Book:
    """A workbook in memory."""

    def __init__(self, title: str = "", about: About | None = None) -> None:
        import xlsxwriter

        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, {"in_memory": True})
        self.names: dict[str, None] = {}
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.book.set_properties(_properties(title, about))

    def sheet(self, name: str) -> Worksheet:
        """A new sheet, by a name that Excel takes and no other sheet has."""
        plain = re.sub(r"[\[\]:*?/\\']", "_", without_controls(name)).strip() or "sheet"
        number, unique = 1, _cut(plain, _LONGEST_NAME)
        while unique.casefold() in self.names or unique.casefold() == "history":
            number += 1
            unique = f"{_cut(plain, _LONGEST_NAME - len(str(number)) - 1)}_{number}"
        self.names[unique.casefold()] = None
        return self.book.add_worksheet(unique)

    def format(self, **properties: Any) -> Any:
        """A format, the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def content(self) -> bytes:
        """The file."""
        self.book.close()
        return self.buffer.getvalue()


def _cut(text: str, longest: int) -> str:
    """The beginning of a text in so many UTF-16 units, no letter in halves."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * longest].decode("utf-16-le", "ignore")


def _properties(title: str, about: About | None) -> dict[str, Any]:
    """What a file manager and a search show; without a publication the first day that a file can name."""
    if about is None:
        return {"created": dt.datetime(1980, 1, 1)}
    return {
        "title": _property(title),
        "subject": _property(about.words),
        "keywords": _property(about.keywords),
        "comments": _property(f"{about.words} Tables: {', '.join(about.names)}"),
        "author": "nqpf-assets",
        "category": "SYNTHETIC DATA" if about.is_synthetic else "",
        "created": about.published_at.replace(tzinfo=None),
    }


def _property(text: str) -> str:
    return shortened(without_controls(text), _LONGEST_PROPERTY)


def put_text(sheet: Worksheet, row: int, column: int, text: str, form: Any = None) -> None:
    """A text that stays one."""
    sheet.write_string(row, column, shortened(without_controls(text), LONGEST_CELL), form)


def put(sheet: Worksheet, row: int, column: int, value: object, form: Any = None) -> None:
    """A value of any plain type; what Excel has no word for is a text."""
    if value is None:
        if form is not None:
            sheet.write_blank(row, column, None, form)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, form)
    elif _is_number(value):
        sheet.write_number(row, column, value, form)
    else:
        put_text(sheet, row, column, str(value), form)


def _is_number(value: object) -> TypeGuard[int | float]:
    """Whether Excel keeps it as the number that it is."""
    if isinstance(value, int):
        return abs(value) < _EXACT
    return isinstance(value, float) and math.isfinite(value)


def _shows(value: float, printed: Printed | None) -> bool:
    """Whether Excel, by a format of so many decimals, shows a number as it is printed.

    It rounds the 15 decimal digits that it knows of a number, halves away from zero, where print rounds the
    number itself: 2.675 is printed 2.67. And it shows a minus before a zero that was something.
    """
    if printed is None or not math.isfinite(value):
        return False
    known = Decimal(f"{value:.15g}")
    power = known.adjusted() if printed.power and known else 0
    digits = Decimal(1).scaleb(power - printed.decimals)
    try:
        as_excel = known.quantize(digits, ROUND_HALF_UP)
    except InvalidOperation:  # more digits than Decimal holds: none that print would show
        return False
    as_printed = Decimal(f"{printed.value:.{printed.decimals}{'e' if printed.power else 'f'}}")
    return as_excel == as_printed and (as_printed != 0 or value == 0)


def put_printed(
    book: Book, sheet: Worksheet, row: int, column: int, cell: Cell, **looks: Any
) -> None:
    """A printed cell: a number with the digits and stars that are printed, else its text.

    What stands in parentheses is a text: Excel would take (7.40) for −7.4.
    """
    found = number_in(cell.text)
    numbers = () if found is None else (cell.value, found.value)
    value = next((one for one in numbers if one is not None and _shows(float(one), found)), None)
    if found is None or value is None:
        put_text(sheet, row, column, cell.text, book.format(**looks | {"num_format": "@"}))
        return
    digits = f"0.{'0' * found.decimals}" if found.decimals else "0"
    shown = f"#,##{digits}" if found.has_thousands else digits
    shown += "E+00" if found.power else ""
    shown += f'"{found.stars}"' if found.stars else ""
    sheet.write_number(row, column, value, book.format(**looks | {"num_format": shown}))
