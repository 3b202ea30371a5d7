"""Spatial weights of all raw files, put together as `source.weight` and `source.weight_unit`.

What one file of weights says is read in `unit_weights`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from nqpf_assets.catalog.table_frames import shape_of
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.file_rows import file_id
from nqpf_assets.sources.unit_weights import UnitWeights
from nqpf_assets.warehouse.store import TableKey

WEIGHT: TableKey = ("source", "weight")
WEIGHT_UNIT: TableKey = ("source", "weight_unit")


@dataclass
class CollectedWeights:
    """Weights as files are read: each with the file's place and content, and its card."""

    read: list[tuple[str, str, LoadedCard, UnitWeights]] = field(default_factory=list)

    def add(self, shown: str, sha256: str, loaded: LoadedCard, weights: UnitWeights) -> None:
        """Take the weights of one file."""
        self.read.append((shown, sha256, loaded, weights))

    def links(self) -> pl.DataFrame:
        """A row for each unit and neighbour, columns of `source.weight`."""
        return self._rows(WEIGHT, lambda one: one.links)

    def units(self) -> pl.DataFrame:
        """The units that each knows, columns of `source.weight_unit`."""
        return self._rows(WEIGHT_UNIT, lambda one: one.units)

    def _rows(self, key: TableKey, rows: Callable[[UnitWeights], pl.DataFrame]) -> pl.DataFrame:
        frames = [
            rows(weights)
            .with_columns(
                weights_name=pl.lit(weights.name),
                data_status=pl.lit(loaded.card.status),
                file_id=pl.lit(file_id(sha256)),
            )
            .select(shape_of(key).names())
            for _, sha256, loaded, weights in self.read
        ]
        return pl.concat([pl.DataFrame(schema=shape_of(key)), *frames])

    def problems(self) -> Iterator[Problem]:
        """Files that give weights of one name: a study could not say which it means."""
        first: dict[str, str] = {}
        for shown, _, loaded, weights in self.read:
            if weights.name in first:
                yield Problem(
                    file=shown,
                    where="",
                    expected=f"a name of its own for these weights: {loaded.where('weights', 'name')}",
                    found=f"`{weights.name}`, as in {first[weights.name]}",
                    remedy="rename one of the two, or remove the older file",
                    code="weights_name",
                )
            first.setdefault(weights.name, shown)
