"""The sheets of a zipped workbook (.xlsx), walked for what calamine does not tell of their cells.

One pass over a sheet's XML, made only where the sheet has something to tell: error cells, formulas,
hidden rows and columns, cells in a number format that changes what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.parsers import expat

from nqpf_assets.formats.cell_marks import STRUCK, CellMarks
from nqpf_assets.formats.number_formats import BUILT_IN, changes

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_TELLING = re.compile(rb"""<(?:[\w.-]{1,50}:)?f[\s/>]|\st\s*=\s*["']e["']|\shidden\s*=""")


def local(tag: str) -> str:
    """A tag or attribute without its namespace."""
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def column_number(letters: str) -> int:
    """``A`` to 1, ``AA`` to 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def telling_styles(styles: bytes) -> dict[str, str]:
    """Number of a cell style to its format, if it may show another number, or to `STRUCK`."""
    if not styles:
        return {}
    codes = dict(BUILT_IN)
    used: list[tuple[int, int]] = []
    fonts: list[bool] = []
    for element in ElementTree.fromstring(styles):
        if local(element.tag) == "numFmts":
            for one in element:
                codes[_whole(one.get("numFmtId"))] = one.get("formatCode", "")
        elif local(element.tag) == "cellXfs":
            used = [(_whole(one.get("fontId")), _whole(one.get("numFmtId"))) for one in element]
        elif local(element.tag) == "fonts":
            fonts = [_is_struck(one) for one in element]
    struck = {n for n, is_struck in enumerate(fonts) if is_struck}
    return {
        str(n): STRUCK if font in struck else codes[number]
        for n, (font, number) in enumerate(used)
        if font in struck or changes(codes.get(number, ""))
    }


def _is_struck(font: ElementTree.Element) -> bool:
    return any(local(one.tag) == "strike" and is_true(one.get("val", "1")) for one in font)


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.strip().isdecimal() else 0


def walk(sheet: bytes, styles: Mapping[str, str], *, is_uncalculated: bool) -> CellMarks:
    """What a sheet tells of its cells.

    Args:
        sheet: the sheet's XML.
        styles: of `telling_styles`.
        is_uncalculated: the program that wrote the workbook left its calculation to Excel, so that a
            formula's 0 stands for nothing.

    Raises:
        ExpatError: the XML is broken.
    """
    if "0" not in styles and _TELLING.search(sheet) is None:
        quick = _formats_alone(sheet, styles) if styles else CellMarks()
        if quick is not None:
            return quick
    walker = _Walker(styles, is_uncalculated)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.text
    parser.Parse(sheet, True)
    return walker.marks


def _formats_alone(sheet: bytes, styles: Mapping[str, str]) -> CellMarks | None:
    """The marks of a sheet that tells of formats only, some ten times faster than by walking it.

    None where a cell is written in another way than programs commonly do.
    """
    numbers = b"|".join(number.encode() for number in styles)
    every = re.compile(
        rb"""<(?:[\w.-]{1,50}:)?c(?=\s)[^<>]*\ss\s*=\s*["']\s*0*(?:%s)\s*["']""" % numbers
    )
    common = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(%s)"' % numbers)
    marks, n_found = CellMarks(), 0
    columns: dict[bytes, int] = {}
    for match in common.finditer(sheet):
        letters = match[1]
        column = columns.get(letters)
        if column is None:
            column = columns[letters] = column_number(letters.decode()) - 1
        marks.add_format(int(match[2]) - 1, column, styles[match[3].decode()])
        n_found += 1
    return marks if n_found == sum(1 for _ in every.finditer(sheet)) else None


class _Walker:
    """Where the pass over a sheet stands; a cell or row without an address follows the last one."""

    def __init__(self, styles: Mapping[str, str], is_uncalculated: bool) -> None:
        self.marks = CellMarks()
        self._styles, self._is_uncalculated = styles, is_uncalculated
        self._row, self._column = -1, -1
        self._about: dict[str, str] = {}
        self._formula: str | None = None
        self._value: str | None = None
        self._inside = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "c":
            self._about, self._formula, self._value = attributes, None, None
            match = _PLACE.search(attributes.get("r", ""))
            self._column += 1
            if match:
                self._row, self._column = int(match[2]) - 1, column_number(match[1]) - 1
        elif name == "row":
            numbered = _whole(attributes.get("r"))
            self._row, self._column = numbered - 1 if numbered else self._row + 1, -1
            if is_true(attributes.get("hidden")):
                self.marks.hidden_rows.add(self._row)
        elif name == "col" and is_true(attributes.get("hidden")):
            first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
            self.marks.hidden_columns.update(range(first - 1, min(last, 16_384)))
        elif name in ("f", "v"):
            self._inside = name
            self._formula = "" if name == "f" else self._formula
            self._value = "" if name == "v" else self._value

    def text(self, text: str) -> None:
        if self._inside == "f":
            self._formula = (self._formula or "") + text
        elif self._inside == "v":
            self._value = (self._value or "") + text

    def end(self, tag: str) -> None:
        name = local(tag)
        if name in ("f", "v"):
            self._inside = ""
        elif name == "c":
            self._tell(self._about.get("t", "n").strip(), (self._value or "").strip())

    def _tell(self, kind: str, value: str) -> None:
        if kind == "e":
            self.marks.errors[self._row, self._column] = value[:12] or "#ERROR!"
            return
        stands_for_nothing = not value if kind != "str" else self._value is None
        if self._formula is not None and (
            stands_for_nothing or (self._is_uncalculated and value == "0")
        ):
            self.marks.add_formula(self._row, self._column, self._formula)
        elif (code := self._styles.get(str(_whole(self._about.get("s"))))) and (
            value or kind == "inlineStr"
        ):
            self.marks.add_format(self._row, self._column, code)


def is_true(value: str | None) -> bool:
    """Whether an attribute says yes."""
    return value is not None and value.strip().lower() in ("1", "true")
