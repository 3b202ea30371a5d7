"""Raised, lowered and struck-out letters of a zipped workbook (.xlsx), made letters that show it.

calamine joins the runs of a text and drops how they are set: 1234 with the mark of a note raised behind
it becomes 12341, and digits that are struck out stay digits. Before the workbook is opened, raised digits
are therefore written as ¹²³, lowered ones as ₁₂₃, and a stroke is laid over what is struck out: no reader
takes either for a number, and marks are known as marks.
"""

from __future__ import annotations

import re
from xml.parsers import expat
from xml.sax.saxutils import escape

from nqpf_assets.formats.letters import lowered, raised, struck
from nqpf_assets.formats.sheet_walk import is_true, local

_MOST = 10_000_000
"""Letters that are written anew; each becomes up to eight bytes."""
_SET = re.compile(rb"vertAlign|strike")


def show_settings(part: bytes) -> bytes:
    """The shared texts, or a sheet, with runs written as they are set.

    Raises:
        ExpatError: the XML is broken.
    """
    if _SET.search(part) is None:
        return part
    runs = _Runs()
    parser = runs.parser
    parser.Parse(part, True)
    pieces, at = [], 0
    for start, end, new in runs.changes:
        pieces += [part[at:start], new]
        at = end
    return b"".join([*pieces, part[at:]])


class _Runs:
    """The texts of runs that are raised, lowered or struck out: where they stand and what to write."""

    def __init__(self) -> None:
        self.changes: list[tuple[int, int, bytes]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._letters
        self._is_run = False
        self._align, self._is_struck = "", False
        self._from: int | None = None
        self._text: list[str] = []
        self._n_letters = 0

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "r":
            self._is_run, self._align, self._is_struck = True, "", False
        elif not self._is_run:
            return
        elif name == "vertAlign":
            self._align = attributes.get("val", "").strip()
        elif name == "strike":
            self._is_struck = is_true(attributes.get("val", "1"))
        elif name == "t" and (self._is_struck or self._align in ("superscript", "subscript")):
            self._from, self._text = self.parser.CurrentByteIndex, []

    def _letters(self, text: str) -> None:
        if self._from is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        name = local(tag)
        if name == "r":
            self._is_run = False
        elif name == "t" and self._from is not None:
            text = "".join(self._text)
            self._n_letters += len(text)
            if self._n_letters > _MOST:
                raise expat.ExpatError(f"more than {_MOST} letters that are raised or struck out")
            if self._align == "superscript":
                text = raised(text)
            elif self._align == "subscript":
                text = lowered(text)
            text = struck(text) if self._is_struck else text
            # Numbers of letters are the same in every encoding that the part may be in.
            written = escape(text).encode("ascii", "xmlcharrefreplace")
            opening = f'<{tag} xml:space="preserve">'.encode()
            if text and self.parser.CurrentByteIndex > self._from:
                self.changes.append((self._from, self.parser.CurrentByteIndex, opening + written))
            self._from = None
