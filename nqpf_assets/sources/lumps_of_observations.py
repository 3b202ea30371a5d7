"""Observations of a table with many cells, lump by lump: what is told of it is told by a few cells of all.

What labels and units say stands in one cell of each kind, what regions say in one of each label and year.
Where a region has two labels, or units of the project are taken for others, all cells are looked at together,
as of small files (`observations`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.region_match import match_regions
from nqpf_assets.formats.lumps import Lumps
from nqpf_assets.formats.values import empty_cells
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.mixed_levels import taken_for_regions
from nqpf_assets.sources.names_of_year import idle_names, name_years
from nqpf_assets.sources.observations import as_observations, odd_names, resolved, unresolved
from nqpf_assets.sources.one_region_twice import several_spellings
from nqpf_assets.sources.printed_province import elsewhere
from nqpf_assets.sources.region_problems import region_problems
from nqpf_assets.sources.resolution import resolve_labels

_REGION = ("region_label", "period")


def may_be_lumps(card: OriginCard) -> bool:
    """Whether a file with this card can be looked at lump by lump.

    Not where the card leaves rows out, fills in their regions or puts cells right: these are told by all
    cells together.
    """
    return not (card.ignore or card.sheets or card.slips) and card.region is None


@dataclass(frozen=True)
class LumpsOfObservations:
    """The observations of a file that are not made yet.

    Attributes:
        cells: of the file.
        pairs: what its names and units stand for.
        regions: the region of each label and year.
        problems: what could not be resolved.
    """

    cells: Lumps
    pairs: pl.DataFrame
    regions: pl.DataFrame
    problems: tuple[Problem, ...]

    def each(self) -> Iterator[pl.DataFrame]:
        """The observations, as `observations_of` gives them."""
        return map(self._observations, self.cells.each())

    def nothing(self) -> pl.DataFrame:
        """No observations, in their shape."""
        return self._observations(empty_cells())

    def _observations(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Those of some cells, whose own level is that of the printed row."""
        found = cells.drop("region_level").join(
            self.regions, on=_REGION, how="left", nulls_equal=True, maintain_order="left"
        )
        return as_observations(found.hstack(resolved(cells, self.pairs)))


def lumps_of_observations(
    lumps: Lumps, card: OriginCard, catalogue: Catalogue, *, file: str, region_at: str | None
) -> LumpsOfObservations | None:
    """How the cells become observations; None where that is to be told by all cells together.

    Args:
        lumps: the cells of the file.
        card: of the file, see `may_be_lumps`.
        catalogue: regions and series.
        file: path as the user knows it.
        region_at: where regions stand, as its reading says.
    """
    pairs = resolve_labels(lumps.one_of_each(), card, catalogue)
    rows = lumps.one_of_each_region().with_columns(label="region_label")
    regions = catalogue.regions
    years = name_years(rows["period"], card)
    match = match_regions(rows["label"], years, regions, n_cells=rows["n"])
    if not several_spellings(rows["label"], match.codes).is_empty():
        return None
    if taken_for_regions(match, rows, regions, card, file, region_at):
        return None
    problems = unresolved(pairs, catalogue, file)
    if card.names_of is not None:
        plain = match_regions(rows["label"], rows["period"], regions)
        problems += idle_names(card.names_of, match.codes, plain.codes, file)
    problems += odd_names(pairs, file)
    problems += region_problems(
        match, rows, file, region_at, by_layout=False, card_years=card.years
    )
    problems += elsewhere(match, rows, regions, None, file, whole=None)
    known = rows.select(*_REGION, region_code=match.codes, region_level=match.levels)
    return LumpsOfObservations(lumps, pairs, known, tuple(problems))
