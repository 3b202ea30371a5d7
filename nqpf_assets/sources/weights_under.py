"""The spatial weights under ``raw/`` alone, for who needs them before everything is read.

Formulas with spatial lags are put together when a project is opened. What is wrong with a file is told when
all are read (`collection`); here its weights are then not there.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from nqpf_assets.catalog.geography import LINK_SCHEMA, LINKED_SCHEMA
from nqpf_assets.formats.limits import FILE_BYTES
from nqpf_assets.sources.card_files import load_cards
from nqpf_assets.sources.raw_files import walk
from nqpf_assets.sources.unit_weights import read_weights_file

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.sources.collection import Collection


def with_weights_under(raw: Path, catalogue: Catalogue) -> Catalogue:
    """The catalogue with the weights of the files under a folder."""
    links: dict[str, pl.DataFrame] = {}
    units: dict[str, pl.DataFrame] = {}
    files, _ = walk(raw, raw.name) if raw.is_dir() else ([], [])
    by_folder: dict[Path, list[str]] = {}
    for file in files:
        by_folder.setdefault(file.path.parent, []).append(file.path.name)
    for folder, names in by_folder.items():
        for name, loaded in load_cards(folder, folder.name, names).cards.items():
            if loaded.card.weights is None:
                continue
            path = folder / name
            try:
                content = path.read_bytes() if path.stat().st_size <= FILE_BYTES else b""
            except OSError:
                continue
            found = read_weights_file(content, loaded, catalogue, name)[1]
            # The same bytes may stand twice, and are read once; of two files of one name both are refused.
            if found is not None and found.name not in links:
                said = {
                    "weights_name": pl.lit(found.name),
                    "data_status": pl.lit(loaded.card.status),
                }
                links[found.name] = found.links.with_columns(**said).select(list(LINK_SCHEMA))
                units[found.name] = found.units.with_columns(**said).select(list(LINKED_SCHEMA))
    if not links:
        return catalogue
    return _with(catalogue, pl.concat(links.values()), pl.concat(units.values()))


def with_weights_of(found: Collection, catalogue: Catalogue) -> Catalogue:
    """The catalogue with the weights that were collected."""
    return _with(catalogue, found.weights, found.weight_units)


def _with(catalogue: Catalogue, links: pl.DataFrame, linked: pl.DataFrame) -> Catalogue:
    geography = replace(catalogue.geography, links=links, linked=linked)
    return replace(catalogue, geography=geography)
