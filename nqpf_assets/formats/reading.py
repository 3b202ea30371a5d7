"""What a reader returns: the cells of one file, as printed, each with its locator.

A reader is a pure function from bytes to a `Reading`. It does not match names to the
catalogue, convert units or choose between vintages; that is done by those who read the
observations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from nqpf_assets.formats.ledger import Account, Ledger
from nqpf_assets.formats.lumps import Lumps
from nqpf_assets.messages.problems import Problem

CELL_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "sheet": pl.String,  # null in text files
    "locator": pl.String,  # "Sheet1!C5" in a workbook, "line 5, column 3" in a text file
    "series_label": pl.String,  # indicator as printed, without its unit; null where the file is silent
    "unit_label": pl.String,  # unit as printed; null where the file is silent
    "region_label": pl.String,  # region as printed, outer blanks removed; null where silent
    "region_level": pl.Int32,  # depth by leading blanks or "of which" marks; 0 where flat
    "period": pl.Int32,  # calendar year
    "text": pl.String,  # the cell as printed
    "value": pl.Float64,  # null where the publisher gives no value
    "footnote": pl.String,  # note mark or text that belongs to this cell, or null
}
LINE = "_line"
"""Column of a plain table with the number of the row, or of its line in a text file."""


@dataclass(frozen=True)
class Reading:
    """The content of one source file.

    Attributes:
        format: name of the format that was recognised by content, e.g. ``nbs_csv_old``.
        facts: what the file says about itself (``database``, ``indicator``, ``unit``, ``title``,
            ``source``, ``region``, ``period``, ``status``), for comparison with its origin card.
        notes: footnotes as printed.
        cells: one row per cell, columns of `CELL_SCHEMA`; cells without a value are kept as null.
        problems: everything that is wrong in the file, all at once.
        ledger: the numbers of the file, and the reason of each that is not among the cells.
        suggested: lines of an origin card for a table that needs one, to be looked over.
        region_at: where a region stands, with # for the number of its row; None where nobody says.
        provinces: ``region_label, beside, province`` where the file prints provinces beside its
            regions; `beside` as below.
        beside: ``locator, beside``: the province and the city, as far as they are printed, beside the
            region of each cell, joined by `region_match.SEPARATOR`.
        account: what the ledger comes to; made by `recognise.read`, which closes it.
        lumps: the cells of a table that has many, where whoever reads asks for them so; `cells` has one of
            each kind then.
    """

    format: str
    facts: Mapping[str, str]
    notes: tuple[str, ...]
    cells: pl.DataFrame
    problems: tuple[Problem, ...] = field(default=())
    ledger: Ledger = field(default_factory=Ledger)
    account: Account = field(default_factory=Account)
    suggested: tuple[str, ...] = ()
    region_at: str | None = None
    provinces: pl.DataFrame | None = None
    beside: pl.DataFrame | None = None
    lumps: Lumps | None = None

    @property
    def n_cells(self) -> int:
        """How many cells there are."""
        return self.cells.height if self.lumps is None else self.lumps.n_cells

    def whole(self) -> Reading:
        """The reading with all its cells in memory."""
        if self.lumps is None:
            return self
        return replace(self, cells=self.lumps.whole(), lumps=None)
