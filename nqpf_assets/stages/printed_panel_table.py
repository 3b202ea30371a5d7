"""A described panel: what its measures hand over, and how they become a printed table.

The measures themselves belong to the modules that the kinds of tables name.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.stages.index_apart import IndexApart
    from nqpf_assets.stages.provenance.numbers_read import Read

Row = Mapping[str, object]


@dataclass(frozen=True)
class PanelRows:
    """What a table that describes the panel is made from.

    Attributes:
        name: of the table, study before it; it seeds what is drawn.
        rows: of the panel in the table's years, by unit and period.
        geography: which regions touch, and where they lie; for kinds that say they read it.
        titles: variable or index → its title, of those that have one; for kinds that print them.
        index: the index that the table takes apart; for kinds that name one.
    """

    name: str
    rows: pl.DataFrame
    geography: Geography | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    index: IndexApart | None = None

    def labels(self, names: Sequence[str]) -> dict[str, str]:
        """Variables → what their rows are called: titles, with the name where two have the same."""
        return row_labels(names, self.titles)


def row_labels(names: Sequence[str], titles: Mapping[str, str]) -> dict[str, str]:
    """Variables → what their rows are called, by the titles of those that have one."""
    called = {name: titles.get(name, name) for name in names}
    known = Counter(called.values())
    return {
        name: title if known[title] == 1 else f"{title} ({name})" for name, title in called.items()
    }


@dataclass(frozen=True)
class Described:
    """One table that describes the panel.

    Attributes:
        long: registered study table → its rows, the name of the table left out.
        kind: of the printed rows: ``period``, ``group`` or ``variable``.
        columns: of the printed table, after the label: name → whether it counts whole things.
        printed: rows of the printed table, with a ``row_label``.
        sample: unit, period of the rows that were used.
        reads: on which of them each number rests.
        notes: what the reader has to be told.
    """

    long: Mapping[str, pl.DataFrame]
    kind: str
    columns: Mapping[str, bool]
    printed: Sequence[Row]
    sample: pl.DataFrame
    reads: Sequence[Read]
    notes: Sequence[str]


def printed_frame(described: Described, notes: Sequence[str]) -> pl.DataFrame:
    """The finished table: numbers in columns, notes as its last rows."""
    import polars as pl

    rows = [{"row_kind": described.kind, **row} for row in described.printed]
    rows += [{"row_kind": "note", "row_label": note} for note in notes]
    schema: dict[str, pl.DataType] = {
        "row_position": pl.Int32(),
        "row_label": pl.String(),
        "row_kind": pl.String(),
    }
    for name, is_count in described.columns.items():
        schema[name] = pl.Int64() if is_count else pl.Float64()
    return pl.DataFrame(
        [{"row_position": place, **row} for place, row in enumerate(rows, start=1)],
        schema=schema,
    )


def number(value: float) -> float | None:
    """A number, or None where it is not defined."""
    return float(value) if math.isfinite(value) else None
