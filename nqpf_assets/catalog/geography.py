"""Where regions lie and which touch: what spatial weights are made from.

Facts stand in ``region_neighbours.csv`` (land borders of provinces, each pair once), in
``region_coordinates.csv`` (centres of the seats of government of provinces, degrees to two decimals) and in
``region_coordinates_of_china.csv`` (seats of prefectures and counties, to three, in the coordinates of
Chinese maps, which lie up to .7 km beside WGS 84; from the table of the package cpca 0.5.5, under the MIT
licence; a county that became a district keeps its seat). A project adds its own regions with
``catalog/neighbours.csv`` and ``catalog/coordinates.csv`` of the same columns. Hainan has no land neighbour:
a study that wants one says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from nqpf_assets.catalog.own_csv import own_csv
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


LINK_SCHEMA: Mapping[str, pl.DataType] = {
    "weights_name": pl.String(),
    "region_code": pl.String(),
    "neighbour_code": pl.String(),
    "weight": pl.Float64(),
    "weight_year": pl.Int32(),
}
LINKED_SCHEMA: Mapping[str, pl.DataType] = {
    "weights_name": pl.String(),
    "region_code": pl.String(),
    "data_status": pl.String(),
    "weight_year": pl.Int32(),
}


@dataclass(frozen=True)
class Geography:
    """Neighbours and coordinates of regions, and the weights that raw files give them.

    Attributes:
        neighbours: one row per pair that touches, columns of `NEIGHBOUR_SCHEMA`.
        coordinates: one row per region, columns of `COORDINATE_SCHEMA`, in degrees.
        links: one row per weights of a raw file, region and neighbour, and year where they differ by it, at
            least `LINK_SCHEMA`.
        linked: one row per weights of a raw file and region that they know, and year, at least
            `LINKED_SCHEMA`.
    """

    neighbours: pl.DataFrame
    coordinates: pl.DataFrame
    links: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LINK_SCHEMA))
    linked: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LINKED_SCHEMA))

    def years_of(self, weights: str) -> tuple[int, ...]:
        """Years in which weights of a raw file differ; none where they are the same in all."""
        years = self.linked.filter(weights_name=weights).get_column("weight_year")
        return tuple(years.drop_nulls().unique().sort().to_list())

    def years_without(self, weights: str, first: int, last: int) -> list[int]:
        """Years in between of which weights that differ by year have nothing; none of those that do not."""
        there = self.years_of(weights)
        return [year for year in range(first, last + 1) if there and year not in there]

    @cached_property
    def fingerprint(self) -> str:
        text = self.neighbours.write_csv() + self.coordinates.write_csv()
        return hashlib.sha256(text.encode()).hexdigest()


def load_geography(
    folder: Path | None = None, known: Collection[str] | None = None
) -> tuple[Geography, tuple[Problem, ...]]:
    """The shipped geography with a project's two files added, and what is wrong in them.

    Args:
        folder: the project's ``catalog/``; neither file need exist.
        known: codes of its regions; unchecked where left out.
    """
    shipped = Path(__file__).parent
    problems: list[Problem] = []

    def read(name: str, schema: Mapping[str, pl.DataType], wrong: Wrong) -> pl.DataFrame:
        ours = sorted(shipped.glob(f"region_{name.removesuffix('.csv')}*.csv"))
        rows = pl.concat([pl.read_csv(one, schema=schema) for one in ours])
        own = folder and folder / name
        if own is None or not (own.exists() or own.is_symlink()):
            return rows
        added = _own_rows(own, schema)
        if isinstance(added, list):
            problems.extend(added)
            return rows
        codes = [column for column in schema if column.endswith("_code")]
        for row, values in enumerate(added.iter_rows(named=True), start=2):
            told = [] if known is None else list(_unknown(values, codes, known))
            told += wrong(values)
            problems.extend(_problem(own, f"line {row}", *one) for one in told)
        return pl.concat([rows, added])

    neighbours = read("neighbours.csv", NEIGHBOUR_SCHEMA, _wrong_pair)
    seen: set[str] = set()
    coordinates = read("coordinates.csv", COORDINATE_SCHEMA, lambda row: _wrong_place(row, seen))
    latest = coordinates.unique("region_code", keep="last", maintain_order=True)
    return Geography(neighbours.unique(maintain_order=True), latest), tuple(problems)


Words = tuple[str, str, str]
"""What was expected, what was found, what to do."""
Wrong = Callable[[Mapping[str, Any]], list[Words]]


def _own_rows(own: Path, schema: Mapping[str, pl.DataType]) -> pl.DataFrame | list[Problem]:
    """The rows of a project's file, or what keeps it from being read."""
    content, wrong = read_own(own, f"catalog/{own.name}", within=own.parent, code="catalogue")
    if wrong is not None:
        return [wrong]
    text = own_csv(content, f"catalog/{own.name}", f"a table of {own.stem}")
    if isinstance(text, Problem):
        return [text]
    if {*text.columns} != {*schema}:
        expected, found = f"the columns {', '.join(schema)}", ", ".join(text.columns)
        return [_problem(own, "line 1", expected, found, "add what is missing, remove the rest")]
    text = text.select(list(schema)).with_columns(pl.all().str.strip_chars().replace("", None))
    rows = text.cast(pl.Schema(schema), strict=False)
    problems = []
    for column in schema:
        for row in rows[column].is_null().arg_true():
            found = text[column][row]
            problems.append(
                _problem(
                    own,
                    f"line {row + 2}",
                    f"a number in `{column}`" if found else "a value in every column",
                    f"`{found}`" if found else f"`{column}` empty",
                    "correct it" if found else "fill it in",
                )
            )
    return problems or rows


def _unknown(
    row: Mapping[str, Any], codes: Iterable[str], known: Collection[str]
) -> Iterator[Words]:
    for column in codes:
        if row[column] not in known:
            remedy = "correct it, or add the region to catalog/regions.csv"
            yield "a region_code of the catalogue", f"`{row[column]}`", remedy


def _wrong_pair(row: Mapping[str, Any]) -> list[Words]:
    if row["region_code"] != row["neighbour_code"]:
        return []
    return [("two regions that touch", f"`{row['region_code']}` twice", "correct one of the two")]


def _wrong_place(row: Mapping[str, Any], seen: set[str]) -> list[Words]:
    """A place that is none on the globe, or a second one of a region; `seen` grows."""
    told: list[Words] = []
    for column, most in (("longitude", 180), ("latitude", 90)):
        if not -most <= row[column] <= most:
            expected, found = f"degrees from -{most} to {most}", f"`{column}: {row[column]:g}`"
            told.append((expected, found, "correct it; are longitude and latitude exchanged?"))
    if row["region_code"] in seen:
        told.append(("each region once", f"`{row['region_code']}` again", "keep one of the two"))
    seen.add(row["region_code"])
    return told


def _problem(file: Path, where: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(
        file=f"catalog/{file.name}",
        where=where,
        expected=expected,
        found=found,
        remedy=remedy,
        code="catalogue",
    )
