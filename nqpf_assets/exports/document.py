"""What formats are given beside plain rows: printed tables with their style, datasets with their labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nqpf_assets.exports.about import About
from nqpf_assets.exports.printed.style import TableStyle
from nqpf_assets.exports.printed.table import SYNTHETIC, PrintedTable

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection

Linked = Callable[["Connection", PrintedTable], PrintedTable]
"""A printed table → the same with an address in each cell that has a number."""


@dataclass(frozen=True)
class Document:
    """Printed tables that leave in one file.

    Attributes:
        title: of the file.
        tables: in their order.
        about: what the file says of itself.
        style: how the tables look.
    """

    title: str
    tables: tuple[PrintedTable, ...]
    about: About
    style: TableStyle

    @property
    def said_title(self) -> str:
        """The title, which says where the data are synthetic."""
        return f"{self.title} [{SYNTHETIC}]" if self.about.is_synthetic else self.title


@dataclass(frozen=True)
class Dataset:
    """Rows that leave with the words that explain them.

    Attributes:
        name: ``schema.table``.
        title: what one row is.
        rows: the table.
        labels: column → what it holds.
        about: what the file says of itself.
        notes: on the whole of it.
        details: column → unit of measurement, formula, source, in words.
    """

    name: str
    title: str
    rows: pl.DataFrame
    labels: Mapping[str, str]
    about: About
    notes: tuple[str, ...] = ()
    details: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
