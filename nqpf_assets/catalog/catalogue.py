"""The catalogue of a project: regions, series and geography that ship with it, and its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nqpf_assets.catalog.geography import Geography, load_geography
from nqpf_assets.catalog.region_files import load_regions
from nqpf_assets.catalog.regions import Regions
from nqpf_assets.catalog.series import SeriesCatalogue
from nqpf_assets.catalog.series_files import load_series
from nqpf_assets.messages.problems import InputError, Problem, did_you_mean

FILES = ("regions.csv", "region_groups.csv", "series.yaml", "neighbours.csv", "coordinates.csv")
"""What a project's ``catalog/`` may hold."""


@dataclass(frozen=True)
class Catalogue:
    """What things are: `regions` valid in time, known `series`, and where regions lie."""

    regions: Regions
    series: SeriesCatalogue
    geography: Geography

    @cached_property
    def fingerprint(self) -> str:
        """Hash of everything in it; another hash means that names may resolve otherwise."""
        text = self.regions.fingerprint + self.series.fingerprint
        return hashlib.sha256(text.encode()).hexdigest()


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The shipped catalogue with a project's files added.

    A table of another name is refused: it would lie there unread.

    Args:
        folder: the project's ``catalog/``; it need not exist.

    Raises:
        InputError: with every mistake of the project's files.
    """
    regions, region_problems = load_regions(folder / "regions.csv" if folder else None)
    series, series_problems = load_series(folder / "series.yaml" if folder else None)
    geography, geography_problems = load_geography(folder, {*regions.frame["region_code"]})
    problems = (*region_problems, *series_problems, *geography_problems, *_unread(folder))
    if problems:
        raise InputError(problems)
    return Catalogue(regions, series, geography)


def _unread(folder: Path | None) -> Iterator[Problem]:
    """Tables in the project's folder that nobody reads."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".yaml", ".yml") and path.name not in FILES:
            yield Problem(
                file=f"{folder.name}/{path.name}",
                where="",
                expected=f"one of {', '.join(FILES)}",
                found="a file that is not read",
                remedy=did_you_mean(path.name, FILES) or "rename or remove it",
                code="catalogue",
            )
