"""Neighbours and coordinates: against reference data, and a project's own files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.geography import load_geography

SHIPPED, _ = load_geography()
KILOMETRES_PER_DEGREE = 111.2


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def test_provinces_touch_as_the_reference_borders_say(shared: Path) -> None:
    rows = _rows(shared / "real/reference/province_adjacency_from_cnmaps.csv")
    expected = {frozenset((row["code_a"], row["code_b"])) for row in rows}
    assert {frozenset(pair) for pair in SHIPPED.neighbours.iter_rows()} == expected


def test_seats_of_government_lie_where_the_reference_has_them(shared: Path) -> None:
    rows = _rows(shared / "real/reference/province_capital_centroid_datav.csv")
    expected = {row["adcode"]: (row["center_lon"], row["center_lat"]) for row in rows}
    assert len(SHIPPED.coordinates) == 31
    for code, longitude, latitude in SHIPPED.coordinates.iter_rows():
        other_longitude, other_latitude = map(float, expected[code])
        east = (longitude - other_longitude) * np.cos(np.radians(latitude))
        distance = KILOMETRES_PER_DEGREE * np.hypot(east, latitude - other_latitude)
        # A city has more than one centre: sources differ by some kilometres, never by a degree.
        assert distance < 20, code


def test_every_region_is_in_the_catalogue() -> None:
    known = set(load_catalogue().regions.frame["region_code"])
    named = pl.concat([SHIPPED.neighbours["region_code"], SHIPPED.neighbours["neighbour_code"]])
    assert {*named, *SHIPPED.coordinates["region_code"]} <= known


def test_a_project_adds_and_corrects(tmp_path: Path) -> None:
    (tmp_path / "neighbours.csv").write_text("region_code,neighbour_code\nv1,v2\n", "utf-8")
    (tmp_path / "coordinates.csv").write_text(
        "region_code,longitude,latitude\nv1,106.5,29.5\n110000,116.0,40.0\n", "utf-8"
    )
    found, problems = load_geography(tmp_path)
    assert problems == ()
    assert len(found.neighbours) == len(SHIPPED.neighbours) + 1
    moved = found.coordinates.filter(pl.col("region_code") == "110000")
    assert moved.rows() == [("110000", 116.0, 40.0)]


def test_mistakes_are_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "neighbours.csv").write_text("region_code,neighbour_code\nv1,\n", "utf-8")
    (tmp_path / "coordinates.csv").write_text(
        "region_code,longitude,latitude\nv1,east,1\n", "utf-8"
    )
    _, problems = load_geography(tmp_path)
    assert [(one.file, one.where) for one in problems] == [
        ("catalog/neighbours.csv", "line 2"),
        ("catalog/coordinates.csv", "line 2"),
    ]
