"""What a step reads: a stored table, whole or in part, and what lies outside of the warehouse.

A part of a table is for the stages to define. Here is only what a step must know of one: its rows, and the
hashes that tell whether they changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import polars as pl


class View(Protocol):
    """Some rows and columns of a table, the same ones in either form."""

    def query(self, store: Store) -> str:
        """As a query over the table's file."""

    def frame(self, store: Store) -> pl.LazyFrame:
        """As a frame."""


class Scanned(Protocol):
    """Tables by name, wherever they lie: what a step reads, or what was collected and not yet kept."""

    def scan(self, schema: str, table: str) -> pl.LazyFrame:
        """A table as a frame."""


class Hash(Protocol):
    """How it is told whether the rows of a view are what they were."""

    def __call__(self, store: Store) -> Mapping[str, str]:
        """Part of the view, in words → hash of its rows; all tables that are asked have a record."""


@dataclass(frozen=True)
class Read:
    """One table that a step reads.

    Attributes:
        key: the table.
        view: what the step sees of it; None: all. What it does not see cannot have entered what it made.
        hash: by what the step is out of date; None: by the table as a whole.
        parts: names of the parts of the table that are seen, where a change of other parts cannot enter what
            is seen; None: every change can. Empty: none can, as where what is seen is only told in words.
    """

    key: TableKey
    view: View | None = None
    hash: Hash | None = None
    parts: frozenset[str] | None = None

    def hashes(self, store: Store) -> Mapping[str, str]:
        """What is read, in words → hash of its content; empty where the table is not built."""
        record = store.record(self.key)
        if record is None:
            return {}
        return {self.name: record.sha256} if self.hash is None else self.hash(store)

    @property
    def name(self) -> str:
        return ".".join(self.key)

    def frame(self, store: Store) -> pl.LazyFrame:
        """The rows that are seen."""
        return store.scan(self.key) if self.view is None else self.view.frame(store)


def whole(*keys: TableKey) -> tuple[Read, ...]:
    """Tables that are read whole."""
    return tuple(map(Read, keys))


class Outside(Protocol):
    """What lies outside of the warehouse, by content, as it was when somebody looked."""

    @property
    def hashes(self) -> Mapping[str, str]:
        """Name, as the user knows it → hash of its content."""
