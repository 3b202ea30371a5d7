"""What a kind of table is: a name, what a study writes of such a table, and the function that makes it.

The function is named and not imported, so that a study can be read without the libraries that compute.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import Field

from nqpf_assets.studies.index_method import DimensionIndex, IndexOptions
from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.user_input.strict import Name, Strict

Path = tuple[str | int, ...]
PRINTED_COLUMNS = ("row_position", "row_label", "row_kind")
"""Columns that every printed table has beside its own."""


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong with a table, with the keys that lead to it."""

    at: Path
    expected: str
    found: str
    remedy: str
    code: str


def twice(key: str, names: Iterable[str], expected: str) -> Iterator[Wrong]:
    """Names that a list of a table has more than once."""
    known: set[str] = set()
    for place, name in enumerate(names):
        if name in known:
            yield Wrong((key, place), expected, f"`{name}` twice", "remove one of them", "twice")
        known.add(name)


class StudyTable(Strict):
    """What a study writes of any table; a kind adds ``kind: Literal[…]``, its keys, and what they name."""

    title: str = Field(description="title as printed")

    def series(self) -> Iterator[tuple[str, Path]]:
        """Series that it names outside of formulas, each with its place."""
        return iter(())

    def regions(self) -> Iterator[tuple[str, Path]]:
        """Regions that it names, which need not be units of the study."""
        return iter(())

    def neighbours(self) -> dict[str, WeightOptions]:
        """Keys that say who is whose neighbour."""
        return {}

    def in_codes(self, units: Mapping[str, str], regions: Mapping[str, str]) -> Self:
        """The same table with units and regions named by their codes.

        Args:
            units: names and codes of the study's units → codes; regions: of all regions.
        """
        return self

    def wrong(self) -> Iterator[Wrong]:
        """What cannot be as it is, beyond what a key alone shows."""
        return iter(())

    def indices(self) -> tuple[str, ...]:
        """Indices that are made again for it, with their indicators apart."""
        return ()

    def columns_in_words(self) -> dict[str, str]:
        """What its printed columns are, where they follow from its keys."""
        return {}


class PanelTable(StudyTable):
    """A table that describes the panel: its function gets the rows of the table's years.

    Keys that name variables or indices, and groupings, are said by their names: they are looked up before
    anything is built.
    """

    variable_keys: ClassVar[frozenset[str]] = frozenset({"variable"})
    grouping_keys: ClassVar[frozenset[str]] = frozenset({"grouping"})
    reads_geography: ClassVar[bool] = False
    prints_titles: ClassVar[bool] = False
    """Its rows are variables, and bear their titles."""

    first: int | None = Field(None, description="first year; that of the study where left out")
    last: int | None = Field(None, description="last year; that of the study where left out")
    note: str | None = Field(None, description="printed under the table")

    def variables(self) -> tuple[str, ...]:
        """Variables and indices that it is made from, of which it says what they rest on."""
        return tuple(getattr(self, key) for key in sorted(self.variable_keys))

    def groupings(self) -> tuple[str, ...]:
        """Groupings by which it is made."""
        named = (getattr(self, key, None) for key in sorted(self.grouping_keys))
        return tuple(one for one in named if one is not None)

    def numbers(self) -> Mapping[str, bool]:
        """Columns of its printed table, after the label: name → whether it counts whole things."""
        return {}


class GroupedTable(PanelTable):
    """A table that describes the panel by group."""

    grouping: Name = Field(description="a grouping of the study's `groups`")


class IndexTable(PanelTable):
    """A table that takes an index of the study apart into its indicators."""

    variable_keys: ClassVar[frozenset[str]] = frozenset({"index"})

    index: Name = Field(description="an index of the study")

    def indices(self) -> tuple[str, ...]:
        return (self.index,)

    def wrong_of(self, index: IndexOptions) -> Iterator[Wrong]:
        """What cannot be of this index; that it is one of the study's is told elsewhere."""
        n = sum(map(len, index.dimensions.values())) if isinstance(index, DimensionIndex) else 0
        if n < 2:
            yield Wrong(
                ("index",),
                "an index of two or more indicators in dimensions",
                f"`{self.index}`, by `method: {index.method}`"
                + (", of one indicator" if n else ", which has no indicators"),
                "name another index, or leave the table out",
                "not_of_index",
            )


@dataclass(frozen=True)
class TableKind:
    """One kind of table.

    Attributes:
        name: as ``kind:`` names it.
        model: what a study writes.
        function: ``module:function``. Of a `PanelTable` it gets the table and a `PanelRows`, and gives a
            `Described`; of others a `CompiledStudy`, the name and the table, and it gives the step.
        long: tables in the schema of a study that take its numbers; columns.yaml describes them.
    """

    name: str
    model: type[StudyTable]
    function: str
    long: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module that makes it."""
        return self.function.partition(":")[0]

    @property
    def make(self) -> Callable[..., Any]:
        """The function, imported now."""
        module, _, name = self.function.partition(":")
        function: Callable[..., Any] = getattr(importlib.import_module(module), name)
        return function
