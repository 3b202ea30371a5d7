"""One column of a yearbook page: its name, its unit and its year, from the cells of its header.

A cell with nothing but a unit gives the unit, one with nothing but a year the year; what remains, from
the top down, is the name. Behind a name stands a unit in brackets, a year, or words that tell it from
another: ``生产总值(现价)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nqpf_assets.catalog.two_languages import parts_of
from nqpf_assets.formats import labels
from nqpf_assets.formats.header_units import Bracket, is_index_of, read_bracket, unit_of_header

YEARS_ALONE = "年份"
"""The header of a column over which nothing but a year is printed, as a layout writes it."""


@dataclass(frozen=True)
class Column:
    """One printed column.

    Attributes:
        number: place in the grid, from 0.
        path: its header from the top down, as printed, without units in brackets.
        spellings: all ways in which a layout may write it: with all brackets, without units, without the
            base of an index.
        parent_spellings: the same of `parent`.
        parent: path of the column that this one is a part of ("of which"), if it is one.
        unit: printed at the column, or at its parent, or above the table.
        year: printed over the column.
        mark: footnote mark at the header.
        label: column with the labels of its rows; another than the first where tables stand side by side.
        is_doubtful: its header could be read as one unit or another, so that it has none.
        words: bracket at the header that holds no unit and was taken for a part of the name.
    """

    number: int
    path: tuple[str, ...]
    parent: tuple[str, ...] = ()
    unit: str | None = None
    year: int | None = None
    mark: str | None = None
    label: int = 0
    is_doubtful: bool = False
    spellings: tuple[str, ...] = ()
    parent_spellings: tuple[str, ...] = ()
    words: str | None = None

    @property
    def header(self) -> str:
        return " / ".join(self.path) or YEARS_ALONE

    @property
    def full_header(self) -> str:
        return f"{' / '.join(self.parent)} > {self.header}" if self.parent else self.header

    @property
    def as_printed(self) -> str:
        """The header with all its brackets."""
        parts = (*self.parent_spellings[:1], *self.spellings[:1])
        return " > ".join(parts) or self.header

    @property
    def forms(self) -> tuple[str, ...]:
        """All that a layout may write for it, for comparison: what tells most stands first."""
        own = (*self.spellings, self.header)
        whole = [f"{parent} > {header}" for parent in self.parent_spellings for header in own]
        chinese = map(_in_chinese, (*whole, *own))
        return tuple(dict.fromkeys(map(comparable, (*whole, *own, *chinese))))

    @property
    def shown(self) -> str:
        """The header in messages, with the year over it."""
        return self.full_header if self.year is None else f"{self.full_header} ({self.year})"


def _in_chinese(header: str) -> str:
    """A header in two languages without the Latin part of each row."""
    rows = (parts_of(row) or (row,) for row in header.split(" / "))
    return " / ".join(parts[0] for parts in rows)


def comparable(header: str) -> str:
    """A header, printed or written in a layout, in the form in which the two are compared.

    The sign # for "of which" is left out, since YAML takes it for the start of a comment, and so is the
    stroke before a bracket that stands in a row of its own.
    """
    return labels.normalise(header).replace("#", "").replace("/(", "(")


@dataclass
class ColumnDraft:
    """A column while its cells are read from the top down.

    Attributes:
        parts: its header as shown, without units.
        printed: the same with all its brackets.
        bare: the same without the base of an index.
    """

    above: str | None
    parts: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    bracketed: str | None = None
    own: str | None = None
    year: int | None = None
    mark: str | None = None
    words: str | None = None
    is_doubtful: bool = False

    def read(self, text: str) -> None:
        """Take one cell of the header; of one in two languages the unit is that of the Chinese part."""
        both = parts_of(text)
        if both is not None and unit_of_header(both[1], None)[0] is None:
            self._read_both(*both)
            return
        if (alone := labels.is_unit_alone(text)) is not None:
            name, bracket = "", alone
        else:
            name, inside, found_mark = labels.split_unit(text)
            name, plain_mark = labels.split_mark(name)
            self.mark, bracket = self.mark or found_mark or plain_mark, inside or ""
        kept, shown, bare = name, name, name
        if bracket:
            kept, found = f"{name}({bracket})", read_bracket(bracket)
            if found.words is not None and not (found.kind == "number" and not name):
                shown = f"{name}({found.words})"
            bare = name if found.kind == "base" else shown
            self._take(found, bracket, name)
        if name:
            page = self.bracketed or self.own or self.above
            own, doubt = unit_of_header(labels.region_of(name)[0], page)
            self.own = own or self.own
            self.is_doubtful = doubt or (self.is_doubtful and own is None)
        for parts, part in ((self.parts, shown), (self.printed, kept), (self.bare, bare)):
            if part:
                parts.append(part)

    def _read_both(self, chinese: str, latin: str) -> None:
        """Take a cell in two languages, which are one name."""
        n_before = len(self.parts)
        self.read(chinese)
        if len(self.parts) > n_before:
            name = labels.split_unit(latin)[0]
            for parts, more in ((self.parts, name), (self.printed, latin), (self.bare, name)):
                parts[-1] = f"{parts[-1]} {more}"

    def _take(self, found: Bracket, text: str, name: str) -> None:
        """What a bracket says of the column."""
        if found.kind == "year":
            self.year = labels.parse_year(text)
        elif found.kind == "words":
            self.words = text
        elif found.kind == "unit":
            self.bracketed = found.unit
        elif found.kind == "several":
            self.is_doubtful = True
        elif found.kind == "base":
            # Beside another unit of the page it may be a remark on prices.
            if is_index_of(name or "".join(self.parts[-1:]), self.bracketed or self.above):
                self.bracketed = text
            else:
                self.is_doubtful = True

    def column(self, number: int) -> Column | None:
        """What was read; None where all the cells are empty."""
        if not self.parts and self.year is None:
            return None
        is_doubtful = self.is_doubtful and self.bracketed is None
        unit = self.bracketed or (None if is_doubtful else self.own)
        written = (self.printed, self.parts, self.bare)
        spellings = tuple(" / ".join(parts) for parts in written if parts)
        return Column(
            number,
            tuple(self.parts),
            unit=unit,
            year=self.year,
            mark=self.mark,
            is_doubtful=is_doubtful,
            spellings=spellings,
            words=self.words,
        )
