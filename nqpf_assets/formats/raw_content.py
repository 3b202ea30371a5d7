"""One raw file as readers look at it: its bytes, its text, its sheets, each opened once and when asked for.

What the file is called says nothing and is there for messages only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from nqpf_assets.formats import labels, ole
from nqpf_assets.formats.grid import Grid
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.limits import LOOK_ROWS, PAGE_CELLS, PAGE_ROWS
from nqpf_assets.formats.lumps import Lumps
from nqpf_assets.formats.mended_sheets import mended_sheets
from nqpf_assets.formats.mending import Mending
from nqpf_assets.formats.merged_values import merged_values
from nqpf_assets.formats.ooxml import too_large
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.shown_sheets import on_show
from nqpf_assets.formats.tables import Container
from nqpf_assets.formats.text import decode
from nqpf_assets.formats.values import empty_cells
from nqpf_assets.formats.web_tables import is_web_table
from nqpf_assets.formats.workbook import open_workbook
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem

HEAD = 65_536
"""Bytes of a text that are looked at to know it."""
_OLD_STATA = frozenset((113, 114, 115))  # first byte: version; second: byte order


@dataclass(frozen=True)
class Workbook:
    """The sheets of a workbook.

    Attributes:
        grids: sheets that one sees, or that the card names; none where there are problems.
        problems: what forbids to read it.
        told: what is worth knowing of it: hidden sheets, rows and columns.
        ledger: the numbers of all its sheets.
    """

    grids: list[Grid]
    problems: list[Problem]
    told: list[Problem]
    ledger: Ledger


@dataclass(frozen=True)
class RawContent:
    """A file's bytes with what its card says of their shape.

    Attributes:
        content: the bytes.
        file: display name for problems.
        layout, columns: of its card, where it has them.
        mending: slips in it that its card puts right; those of a text are put right in `content`.
        lumps: where the cells of a large table are put; None where all are to be in memory.
    """

    content: bytes
    file: str = ""
    layout: YearbookLayout | None = None
    columns: TidyColumns | None = None
    mending: Mending = field(default_factory=Mending)
    lumps: Lumps | None = None

    def handed_over(self) -> bytes:
        """The bytes, which are not held here any more; for a reader that looks at them last."""
        content = self.content
        object.__setattr__(self, "content", b"")
        return content

    @property
    def is_workbook(self) -> bool:
        """Whether it begins as .xls or .xlsx files do, or is a web page with tables."""
        is_one = self.content.startswith((b"PK\x03\x04", b"PK\x05\x06", ole.SIGNATURE))
        return is_one or is_web_table(self.content)

    @property
    def container(self) -> Container | None:
        """``parquet`` or ``stata`` where it begins as such a table; None for text and workbooks."""
        if self.content.startswith(b"PAR1"):
            return "parquet"
        old = self.content[:1] and self.content[0] in _OLD_STATA
        is_old = old and self.content[1:3] in (b"\x01\x01", b"\x02\x01")
        return "stata" if is_old or self.content.startswith(b"<stata_dta>") else None

    @cached_property
    def text(self) -> str:
        """Its first lines as text; empty where it is none, or in an encoding that nobody knows."""
        if self.is_workbook or self.container is not None:
            return ""
        lead = self.content
        if len(lead) > HEAD:
            lead = lead[: lead.rfind(b"\n", 0, HEAD) + 1] or lead[:HEAD]
        return decode(lead, "")[0]

    @cached_property
    def lines(self) -> list[str]:
        """Those of the first lines that are not blank."""
        return [line for line in self.text.splitlines() if labels.strip(line)]

    @cached_property
    def workbook(self) -> Workbook:
        """Its sheets; without any where it is no workbook."""
        ledger = Ledger()
        if not self.is_workbook:
            return Workbook([], [], [], ledger)
        # Without a card a long table is looked at as well, for the card that it needs.
        rows = PAGE_ROWS if self.layout is not None else LOOK_ROWS
        grids, problems = open_workbook(self.content, self.file, max_rows=rows)
        grids = mended_sheets(grids, self.mending)
        named = (self.layout.sheet,) if self.layout is not None else ()
        shown, told = on_show(grids, ledger, self.file, named)
        for grid in shown:
            ledger.see_rows(grid.rows, grid.place)
        return Workbook([] if problems else shown, problems, told, ledger)

    @property
    def grids(self) -> list[Grid]:
        """The sheets that are read."""
        return self.workbook.grids

    def read_sheets(
        self, format: str, read: Callable[[list[Grid], str, Ledger], Reading]
    ) -> Reading:
        """What a function reads of the sheets, unless one of them is too long for a page."""
        long = next((grid for grid in self.grids if len(grid.rows) > PAGE_ROWS), None)
        if long is not None:
            size = f"{counted(len(long.rows), 'rows')}, {counted(len(long.rows[0]), 'columns')}"
            problem = too_large(self.file, long.sheet, size, PAGE_ROWS, PAGE_CELLS)
            return Reading(format, {}, (), empty_cells(), (problem,))
        reading = read(self.grids, self.file, self.workbook.ledger)
        merged = merged_values(reading.cells, self.grids, self.file)
        return self.with_told(replace(reading, problems=(*reading.problems, *merged)))

    def with_told(self, reading: Reading) -> Reading:
        """A reading with what is worth knowing of the workbook."""
        return replace(reading, problems=(*self.workbook.told, *reading.problems))
