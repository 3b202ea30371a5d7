"""A printed table: its heads, its lines of cells, its notes. Every format draws the same one.

What a cell shows is text, as the terminal shows it. Rows of a published table become lines in `lines`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["heading", "estimate", "parentheses", "number", "fact"]
"""What a line is: names under the heads, an estimate, what stands in parentheses below it, a row of
numbers, what is said of a column (observations, fit)."""

SYNTHETIC = "SYNTHETIC DATA"
"""Said in the title of a table and in the properties of a file that rest on synthetic files."""

_NUMBER = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?)(e[+-]?\d+)?(\*{0,3})")
_NUMBERED = re.compile(r"table_(\d+(?:_\d+)*)")


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        text: as it is printed.
        value: the number behind it, where the published table has one.
        link: the address at which it is explained; empty where nobody asked for one.
    """

    text: str = ""
    value: float | int | None = None
    link: str = ""


@dataclass(frozen=True)
class Printed:
    """A number as text shows it.

    Attributes:
        value: what it says.
        decimals: how many it shows.
        power: the power of ten as written, ``e-05``; empty where there is none.
        has_thousands: thousands are set apart by commas.
        stars: after it.
    """

    value: float
    decimals: int
    power: str
    has_thousands: bool
    stars: str


@dataclass(frozen=True)
class Line:
    """One line of a table: its label and a cell for each head."""

    kind: Kind
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Span:
    """Columns side by side that belong together, under one head."""

    text: str
    n_columns: int


@dataclass(frozen=True)
class PrintedTable:
    """A table as a paper prints it.

    Attributes:
        study, name: ``study.name`` is the published table; several names with ` + ` where they stand side
            by side.
        title: in words.
        heads: one for each column of cells.
        lines: from top to bottom, headings first.
        notes: below the table, each a paragraph.
        is_synthetic: it rests on synthetic files.
        left: places of columns that hold words and stand left.
        spans: heads above the heads.
    """

    study: str
    name: str
    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    is_synthetic: bool = False
    left: frozenset[int] = field(default_factory=frozenset)
    spans: tuple[Span, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.study}.{self.name}"

    @property
    def number(self) -> str | None:
        """Of the paper's own count, from its name: ``table_4_1`` is 4.1; None for other names."""
        found = _NUMBERED.fullmatch(self.name)
        return found[1].replace("_", ".") if found else None

    @property
    def said_title(self) -> str:
        """The title, which says where the data are synthetic."""
        return f"{self.title} [{SYNTHETIC}]" if self.is_synthetic else self.title

    @property
    def is_regression(self) -> bool:
        """Its columns are models, and stand centred; other tables have numbers, which stand right."""
        return any(line.kind in ("heading", "estimate", "fact") for line in self.lines)

    @property
    def headings(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.kind == "heading")

    @property
    def body(self) -> tuple[tuple[Line, ...], ...]:
        """Lines below the heads, in parts: results, then facts of the columns."""
        rest = [line for line in self.lines if line.kind != "heading"]
        results = tuple(line for line in rest if line.kind != "fact")
        facts = tuple(line for line in rest if line.kind == "fact")
        return tuple(part for part in (results, facts) if part)


def number_in(text: str) -> Printed | None:
    """The number that a cell shows to the last digit; None for words, and for what stands in brackets."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    digits, power, stars = found[1], found[2] or "", found[3]
    value, decimals = float(f"{digits.replace(',', '')}{power}"), len(digits.partition(".")[2])
    thousands = "," if "," in digits else ""
    again = format(value, f"{thousands}.{decimals}{'e' if power else 'f'}")
    if again != f"{digits}{power}":
        return None  # 007 and +1 are names, and 20 digits more than a number holds
    return Printed(value, decimals, power, bool(thousands), stars)


def without_stars(text: str) -> tuple[str, str]:
    """A cell's text and the stars after it."""
    bare = text.rstrip("*")
    return (bare, text[len(bare) :]) if bare else (text, "")
