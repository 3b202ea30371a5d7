"""Where regions lie and which touch: what spatial weights are made from.

Facts stand in ``region_neighbours.csv`` (land borders of provinces, each pair once) and
``region_coordinates.csv`` (centres of the seats of government, degrees to two decimals). A project
adds its own regions with ``catalog/neighbours.csv`` and ``catalog/coordinates.csv`` of the same
columns. Hainan has no land neighbour: a study that wants one says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from nqpf_assets.messages.problems import Problem
from nqpf_assets.user_input.own_files import read_own

NEIGHBOUR_SCHEMA: Mapping[str, pl.DataType] = {
    "region_code": pl.String(),
    "neighbour_code": pl.String(),
}
COORDINATE_SCHEMA: Mapping[str, pl.DataType] = {
    "region_code": pl.String(),
    "longitude": pl.Float64(),
    "latitude": pl.Float64(),
}


@dataclass(frozen=True)
class Geography:
    """Neighbours and coordinates of regions.

    Attributes:
        neighbours: one row per pair that touches, columns of `NEIGHBOUR_SCHEMA`.
        coordinates: one row per region, columns of `COORDINATE_SCHEMA`, in degrees.
    """

    neighbours: pl.DataFrame
    coordinates: pl.DataFrame

    @cached_property
    def fingerprint(self) -> str:
        text = self.neighbours.write_csv() + self.coordinates.write_csv()
        return hashlib.sha256(text.encode()).hexdigest()


def load_geography(folder: Path | None = None) -> tuple[Geography, tuple[Problem, ...]]:
    """The shipped geography with a project's two files added, and what is wrong in them.

    Args:
        folder: the project's ``catalog/``; neither file need exist.
    """
    shipped = Path(__file__).parent
    neighbours, wrong_pairs = _read(
        shipped / "region_neighbours.csv", folder and folder / "neighbours.csv", NEIGHBOUR_SCHEMA
    )
    coordinates, wrong_places = _read(
        shipped / "region_coordinates.csv", folder and folder / "coordinates.csv", COORDINATE_SCHEMA
    )
    latest = coordinates.unique("region_code", keep="last", maintain_order=True)
    return Geography(neighbours.unique(maintain_order=True), latest), (*wrong_pairs, *wrong_places)


def _read(
    shipped: Path, own: Path | None, schema: Mapping[str, pl.DataType]
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """The rows of the shipped file, then those of the project's."""
    rows = pl.read_csv(shipped, schema=schema)
    if own is None or not (own.exists() or own.is_symlink()):
        return rows, ()
    content, wrong = read_own(own, f"catalog/{own.name}", within=own.parent, code="catalogue")
    if wrong is not None:
        return rows, (wrong,)
    try:
        added = pl.read_csv(BytesIO(content), schema=schema)
    except PolarsError as error:
        words = str(error).splitlines()[0]
        return rows, (_problem(own, "", ", ".join(schema), words),)
    empty = added.with_row_index("line", offset=2).filter(pl.any_horizontal(pl.all().is_null()))
    problems = [
        _problem(own, f"line {line}", "a value in every column", "an empty one")
        for line in empty.get_column("line")
    ]
    return pl.concat([rows, added]), tuple(problems)


def _problem(file: Path, where: str, expected: str, found: str) -> Problem:
    return Problem(
        file=f"catalog/{file.name}",
        where=where,
        expected=expected,
        found=found,
        remedy="correct the file",
        code="catalogue",
    )
