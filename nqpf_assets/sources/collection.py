"""Walk ``raw/`` and collect every observation, each with the file and the place it stands at.

Names are matched and units recognised here, values are left as printed. All that is wrong in
any file is collected in one run. Where a card says something else than its file is checked
in `agreement`, what a cell resolves to in `observations`, and finished files are remembered
in `cache`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.problems import Problem

FILE_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "file_id": pl.String,  # first 12 hexadecimal digits of the content's hash
    "path": pl.String,  # relative to the project, with forward slashes
    "sha256": pl.String,
    "publisher": pl.String,
    "title": pl.String,
    "format": pl.String,  # as recognised by content
    "vintage": pl.String,
    "edition": pl.String,
    "status": pl.String,  # official, survey or synthetic
    "n_cells": pl.Int64,  # cells read, missing ones included
    "n_series": pl.Int64,
    "published": pl.Date,
    "accessed": pl.Date,
    "licence": pl.String,
    "citation": pl.String,
    "url": pl.String,
    "notes": pl.String,  # of the card and of the file, one a line
    "also_at": pl.String,  # other paths with the same content, joined by "; "
}

OBSERVATION_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "series_id": pl.String,
    "region_code": pl.String,  # of the catalogue: units, totals and areas alike
    "region_level": pl.String,  # country, province, county; area for a group of units
    "period": pl.Int32,
    "vintage": pl.String,
    "value": pl.Float64,  # in `unit`; null where the publisher gives no value
    "unit": pl.String,  # as printed by the file or said by its card; not converted
    "file_id": pl.String,
    "locator": pl.String,
    "footnote": pl.String,
    "reported_text": pl.String,  # the cell as printed
    "series_label": pl.String,  # as printed, null where the file is silent
    "region_label": pl.String,
}


@dataclass(frozen=True)
class Collection:
    """What the raw files hold.

    Attributes:
        files: one row per file by content, columns of `FILE_SCHEMA`; only files without errors.
        observations: one row per series, region, period and vintage, `OBSERVATION_SCHEMA`.
        problems: errors and warnings of all files; any error means the two are incomplete.
        n_read: files that were read and not found in the cache.
    """

    files: pl.DataFrame
    observations: pl.DataFrame
    problems: tuple[Problem, ...]
    n_read: int


def collect(raw: Path, catalogue: Catalogue, *, cache: Path | None = None) -> Collection:
    """Everything that the files under `raw` say.

    Args:
        raw: the folder ``raw/`` of a project.
        catalogue: the regions and series of the project.
        cache: folder for what was read, so that an unchanged file is not read again.
    """
    raise NotImplementedError


def check_paths(paths: Iterable[Path], catalogue: Catalogue) -> Collection:
    """What `collect` would say about these files and folders alone; nothing is kept."""
    raise NotImplementedError
