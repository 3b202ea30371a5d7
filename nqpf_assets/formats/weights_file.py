"""Spatial weights as a file prints them: a square of units by units, or a row for each pair.

Labels stay as printed; which units they are, and whether the weights are ones, is decided in `sources`. Every
number of the file is a weight or stands on the diagonal, or the file is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.labels import BLANKS, find_label, parse_year
from nqpf_assets.formats.ledger import LABELS, OTHER_SHEET, Account, Ledger
from nqpf_assets.formats.limits import LOOK_ROWS, TABLE_CELLS
from nqpf_assets.formats.numbers import number_of, shows_number
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reading import LINE
from nqpf_assets.formats.shown_sheets import choose_sheet, on_show
from nqpf_assets.formats.tables import read_table
from nqpf_assets.formats.text_grid import text_grid
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.weights_layout import OF_PAIRS, WeightsLayout
from nqpf_assets.formats.workbook import open_workbook
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem

Cell = tuple[str, str, float, str, int | None]
"""Unit and neighbour as printed, the weight, where it stands, and its year where weights differ by year."""
ORDER = (
    "write `order: [unit, unit, …]` under `weights` in the card, the units as whoever made the matrix "
    "had them; nothing is guessed: read in another order the numbers look as good, and a study of 31 "
    "provinces found a spatial lag of the other sign"
)


@dataclass(frozen=True)
class WeightsRead:
    """What a file of weights prints.

    Attributes:
        units: every label, of rows and columns or of pairs, with its place in the file, in the order there.
        cells: weights, those of zero among them; NaN where a matrix prints nothing.
        n_cells: cells that were looked at.
        account: what became of every number.
        heads: of a matrix, the labels of its rows and those of its columns.
        named_at: key of the card that names the units, which then have no place; empty where the file does.
    """

    units: dict[str, str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    n_cells: int = 0
    account: Account = field(default_factory=Account)
    problems: tuple[Problem, ...] = ()
    heads: tuple[Sequence[str], ...] = ()
    named_at: tuple[str, ...] = ()


def read_weights(content: bytes, file: str, layout: WeightsLayout) -> WeightsRead:
    """Read a file by what its card says of it; what is wrong is in `problems`."""
    ledger = Ledger()
    grids, problems = _grids(content, file, ledger, layout.sheet)
    if any(one.severity == "error" for one in problems):
        return WeightsRead(problems=tuple(problems))
    grid, wrong = choose_sheet(grids, layout.sheet, file, ("weights", "sheet"))
    if grid is None:
        return WeightsRead(problems=(*problems, *wrong))
    for other in grids:
        if other is not grid:
            ledger.pass_over(_numbers_in(other.rows), f"{OTHER_SHEET}{other.sheet}")
    page = _Page(grid, file, layout)
    found = page.pairs() if layout.layout == "pairs" else page.matrix()
    problems += found.problems
    ledger.pass_over(_numbers_in(grid.rows) - found.account.seen, LABELS)
    ignored = dict(sorted(ledger.passed_over.items()))
    account = Account(ledger.counted + found.account.seen, found.account.seen, ignored)
    if any(one.severity == "error" for one in problems):
        return WeightsRead(account=account.refusing(), problems=tuple(problems))
    return replace(found, account=account, problems=tuple(problems))


def _grids(
    content: bytes, file: str, ledger: Ledger, sheet: str | None
) -> tuple[list[Grid], list[Problem]]:
    """The sheets of a workbook, or the one that a text or another table is."""
    raw = RawContent(content, file)
    if not content.strip():
        return [], [Problem(file, "", "weights", "an empty file", "fill it", code="empty")]
    if raw.is_workbook:
        grids, problems = open_workbook(content, file, max_rows=LOOK_ROWS, max_cells=TABLE_CELLS)
        shown, told = on_show(grids, ledger, file, (sheet,))
        return shown, problems or told
    if raw.container is None:
        return text_grid(content, file, max_rows=LOOK_ROWS, max_cells=TABLE_CELLS)
    table, _, problems = read_table(content, file, raw.container)
    if not table.columns:
        return [], problems
    table = table.drop(LINE)
    rows = [["" if one is None else one for one in row] for row in table.rows()]
    return [Grid("table", [list(table.columns), *rows])], problems


def numbers_alone(file: str, n_rows: int, n_columns: int) -> Problem:
    """The problem of a matrix that prints no units, and whose card does not give them."""
    return Problem(
        file,
        "",
        "a matrix whose first row and first column name the units",
        f"numbers alone, {_shape(n_rows, n_columns)}: nothing says which unit a row is of",
        ORDER,
        code="weights_order",
        asked_at=("weights",),
    )


def _shape(n_rows: int, n_columns: int) -> str:
    return f"{counted(n_rows, 'rows')} of {counted(n_columns, 'columns')}"


def _numbers_in(rows: Sequence[Sequence[Any]]) -> int:
    return sum(shows_number(cell) for row in rows for cell in row)


@dataclass(frozen=True)
class _Page:
    """A sheet of weights with what the card says of it."""

    grid: Grid
    file: str
    layout: WeightsLayout

    def problem(
        self,
        where: str,
        expected: str,
        found: str,
        remedy: str,
        *keys: str,
        code: str = "weights_file",
    ) -> Problem:
        asked = ("weights", *keys)
        return Problem(self.file, where, expected, found, remedy, code=code, asked_at=asked)

    def matrix(self) -> WeightsRead:
        """A square of weights between its labels, or between those that the card gives it."""
        rows = self.grid.rows
        n_rows, n_columns = len(rows), len(rows[0])
        shape = _shape(n_rows, n_columns)
        if not self.layout.order and shows_number(rows[0][0]) and shows_number(rows[0][-1]):
            return self._refused(numbers_alone(self.file, n_rows, n_columns))
        at = 0 if self.layout.order else 1
        if self.layout.order:
            n = len(self.layout.order)
            expected = f"a square of {counted(n, 'rows')} and nothing beside it, one for each unit of `order`"
            remedy = (
                "give each row its unit in `order`; a matrix that prints its units needs no `order`"
            )
            labels = [list(self.layout.order)] * 2
            # Whether its corner is empty, as the diagonal of many is, says nothing.
            is_square = (n_rows, n_columns) == (n, n)
        else:
            labels = [self._labels(across=False), self._labels(across=True)]
            expected = "a square: as many rows as columns, each headed by its unit"
            remedy = (
                "give the first row and the first column of the sheet the units, and nothing else"
            )
            is_square = n_rows == n_columns and all(map(all, labels))
        if not is_square:
            return self._refused(self.problem("", expected, shape, remedy, *["order"][: not at]))
        return self._square(labels[0], labels[1], at)

    def _labels(self, *, across: bool) -> list[str]:
        """The units that head the rows, or the columns."""
        cells = self.grid.rows[0][1:] if across else [row[0] for row in self.grid.rows[1:]]
        return [printed(cell).strip(BLANKS) for cell in cells]

    def _square(self, down: list[str], across: list[str], at: int) -> WeightsRead:
        problems: list[Problem] = []
        cells: list[Cell] = []
        n_read = 0
        for r, unit in enumerate(down):
            for c, neighbour in enumerate(across):
                cell, place = self.grid.rows[r + at][c + at], self.grid.place(r + at, c + at)
                n_read += shows_number(cell)
                # Empty is the diagonal of many; which cells are on it is known by the units alone.
                weight = float("nan") if is_empty(cell) else self._weight(cell, place, problems)
                cells.append((unit, neighbour, weight, place, None))
        account = Account(n_read, n_read)
        read = WeightsRead({}, cells, len(cells), account, tuple(problems), (down, across))
        if self.layout.order:
            named_at = ("weights", "order")
            return replace(read, units=dict.fromkeys(down, ""), named_at=named_at)
        units = {unit: self.grid.place(r + at, 0) for r, unit in enumerate(down)}
        units |= {
            one: self.grid.place(0, c + at) for c, one in enumerate(across) if one not in units
        }
        return replace(read, units=units)

    def pairs(self) -> WeightsRead:
        """A row for each pair under a row of headers."""
        head = [printed(cell).strip(BLANKS) for cell in self.grid.rows[0]]
        at: list[int] = []
        problems: list[Problem] = []
        for key in OF_PAIRS if self.layout.period is None else (*OF_PAIRS, "period"):
            name = str(getattr(self.layout, key))
            found = find_label(name, head)
            if found is None or head.count(found) > 1:
                expected = f"a column {name!r}, once"
                what = ", ".join(one for one in head if one) or "none"
                problems.append(self.problem("", expected, what, "correct the name", key))
            else:
                at.append(head.index(found))
        if problems:
            return self._refused(*problems)
        cells = list(self._rows(at, problems))
        units: dict[str, str] = {}
        for unit, neighbour, _, place, _ in cells:
            units.setdefault(unit, place)
            units.setdefault(neighbour, place)
        read = (row[one] for row in self.grid.rows[1:] for one in at[2:])
        n_read = sum(map(shows_number, read))
        return WeightsRead(units, cells, len(cells), Account(n_read, n_read), tuple(problems))

    def _rows(self, at: Sequence[int], problems: list[Problem]) -> Iterator[Cell]:
        for r, row in enumerate(self.grid.rows[1:], start=1):
            if self.grid.is_blank(r):
                continue
            unit, neighbour = (printed(row[one]).strip(BLANKS) for one in at[:2])
            for label, column in ((unit, at[0]), (neighbour, at[1])):
                if not label:
                    place = self.grid.place(r, column)
                    problems.append(
                        self.problem(place, "a unit", "an empty cell", "fill it, or remove the row")
                    )
            place = self.grid.place(r, at[2])
            year = self._year(row[at[3]], self.grid.place(r, at[3]), problems) if at[3:] else None
            yield unit, neighbour, self._weight(row[at[2]], place, problems), place, year

    def _year(self, cell: Any, place: str, problems: list[Problem]) -> int | None:
        """The year of a pair; None, and told, where the cell holds none."""
        year = parse_year(cell)
        if year is not None:
            return year
        found = "an empty cell" if is_empty(cell) else f"`{printed(cell)}`"
        remedy = "write the year in four digits"
        problems.append(self.problem(place, "a year", found, remedy, "period"))
        return None

    def _weight(self, cell: Any, place: str, problems: list[Problem]) -> float:
        """The number that a cell holds; NaN, and told, where it holds none or one below zero."""
        number = number_of(cell) if isinstance(cell, str) else cell
        if not isinstance(number, int | float) or isinstance(number, bool) or number != number:
            found = "an empty cell" if is_empty(cell) else f"`{printed(cell)}`"
            remedy = "write 0 for two units that are no neighbours, and nothing but numbers"
            problems.append(self.problem(place, "a weight", found, remedy))
        elif not 0 <= number < float("inf"):
            remedy = "correct it: a neighbour cannot count less than nothing"
            problems.append(self.problem(place, "a weight of zero or more", f"{number:g}", remedy))
        else:
            return float(number)
        return float("nan")

    def _refused(self, *problems: Problem) -> WeightsRead:
        return WeightsRead(problems=problems)
