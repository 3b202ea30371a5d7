"""Series that somebody looks for, with what each file has of them: catalogue and raw files together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.series_search import search_series
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.coverage import coverage, missing_years, regions_lacking

Key = tuple[str, ...]
"""Of one row of `coverage`."""


@dataclass(frozen=True)
class FoundSeries:
    """One series that was found.

    Attributes:
        title: Chinese name, English title and unit, as far as the catalogue has them.
        covered: rows of `sources.coverage.coverage` about it.
        is_refused: a file that cannot be read names it.
        is_near: it is only like what was looked for.
    """

    series_id: str
    title: str
    covered: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    is_refused: bool = False
    is_near: bool = False


@dataclass(frozen=True)
class Holes:
    """What rows of `coverage` lack, by their key.

    Attributes:
        years: key → region's name, empty where it is all of them → years without a value.
        regions: key → names of regions that have nothing at all.
    """

    years: Mapping[Key, Mapping[str, list[int]]]
    regions: Mapping[Key, list[str]]


def find_series(
    words: Sequence[str], catalogue: Catalogue, collection: Collection | None
) -> tuple[list[FoundSeries], Holes]:
    """The series that have all words in their names, else near ones, the closest first.

    Args:
        words: none for all series that files have.
        collection: what the raw files say; None where there are none.
    """
    known = catalogue.series.series
    names = {key: [*one.names, one.english] for key, one in known.items()} if words else {}
    refused = collection.refused if collection is not None else frozenset[str]()
    if collection is not None:
        labels = collection.observations.select("series_id", "series_label").unique()
        for series_id, label in labels.iter_rows():
            names.setdefault(series_id, []).extend([label] if label else [])
        for series_id in refused if words else ():
            names.setdefault(series_id, [])
    exact, near = search_series(words, names)
    ids = exact or near
    rows, holes = _covered(ids, catalogue, collection)
    found = []
    for series_id in ids:
        one = known.get(series_id)
        title = f"{one.names[0]}, {one.english}, {one.unit}" if one else ""
        is_refused = series_id in refused
        found.append(FoundSeries(series_id, title, rows.get(series_id, ()), is_refused, bool(near)))
    return found, holes


def _covered(
    ids: Sequence[str], catalogue: Catalogue, collection: Collection | None
) -> tuple[dict[str, list[dict[str, Any]]], Holes]:
    """Rows of `coverage` by series, and what they lack."""
    if collection is None:
        return {}, Holes({}, {})
    seen = collection.observations.filter(pl.col("series_id").is_in(list(ids)))
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in coverage(seen, collection.files).iter_rows(named=True):
        rows.setdefault(row["series_id"], []).append(row)
    name_of = dict(catalogue.regions.frame.select("region_code", "name").iter_rows())
    years: dict[Key, dict[str, list[int]]] = {}
    for *key, code, gone in missing_years(seen, collection.files).iter_rows():
        years.setdefault(tuple(key), {})[name_of.get(code, code) if code else ""] = gone
    lacking: dict[Key, list[str]] = {}
    for *key, code in regions_lacking(seen, collection.files, catalogue.regions).iter_rows():
        lacking.setdefault(tuple(key), []).append(name_of[code])
    return rows, Holes(years, lacking)
