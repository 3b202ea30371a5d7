"""Neighbours and coordinates: against reference data, and a project's own files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.geography import load_geography

SHIPPED, _ = load_geography()
PLACES = {code: (longitude, latitude) for code, longitude, latitude in SHIPPED.coordinates.rows()}
KILOMETRES_PER_DEGREE = 111.2
CENTRES = [
    ("130300", 119.58936, 39.94104), ("150300", 106.81583, 39.68442), ("210500", 123.765, 41.28861),
    ("210800", 122.23176, 40.66472), ("220100", 125.32278, 43.88), ("230600", 125.0, 46.58333),
    ("320800", 119.01917, 33.58861), ("321000", 119.43583, 32.39722), ("330100", 120.16142, 30.29365),
    ("330400", 120.75, 30.7522), ("330800", 118.86861, 28.95944), ("341200", 115.81667, 32.9),
    ("360600", 117.0, 28.23333), ("410200", 114.30742, 34.7986), ("410300", 112.43684, 34.67345),
    ("420200", 115.04814, 30.24706), ("421100", 114.87035, 30.45143), ("440300", 114.0683, 22.54554),
    ("441400", 116.11768, 24.28859), ("450100", 108.31667, 22.81667), ("511300", 106.08473, 30.79508),
    ("520200", 104.83333, 26.59444), ("530100", 102.71833, 25.03889), ("540100", 91.1, 29.65),
    ("610800", 109.73753, 38.29181), ("621000", 107.64455, 35.70976),
]  # fmt: skip
"""Centres of cities that prefectures are named after, of GeoNames (CC BY 4.0), drawn from all."""


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two places, longitude before latitude in degrees, on a plane that touches the first."""
    east = (one[0] - other[0]) * np.cos(np.radians(one[1]))
    return float(KILOMETRES_PER_DEGREE * np.hypot(east, one[1] - other[1]))


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
    assert len({*expected} & PLACES.keys()) == 31
    for code in {*expected} & PLACES.keys():
        # A city has more than one centre: sources differ by some kilometres, never by a degree.
        assert kilometres(PLACES[code], tuple(map(float, expected[code]))) < 20, code


@pytest.mark.parametrize(("year", "without"), [(2012, 67), (2025, 34)])
def test_every_prefecture_and_nearly_every_county_has_a_place(year: int, without: int) -> None:
    """As docs/catalog.md says."""
    regions = load_catalogue().regions
    assert {*regions.units("prefecture", year=year)["region_code"]} <= PLACES.keys()
    counties = {*regions.units("county", year=year)["region_code"]}
    assert len(counties - PLACES.keys()) == without


@pytest.mark.parametrize(("code", "longitude", "latitude"), CENTRES)
def test_prefectures_lie_where_geonames_has_their_cities(
    code: str, longitude: float, latitude: float
) -> None:
    """A government may have moved to a new quarter: 23 km in the one that moved farthest, Benxi."""
    assert kilometres(PLACES[code], (longitude, latitude)) < 25


def test_counties_lie_near_the_seat_of_their_prefecture() -> None:
    """In the order of size of a prefecture: an exchanged digit of a degree would put one elsewhere.

    The largest of the country, Alxa and Ngari, are more than 500 km across, and Sansha is sea.
    """
    regions = load_catalogue().regions
    prefectures = {*regions.units("prefecture", year=2025)["region_code"]} - {"460300"}
    parents = regions.units("county", year=2025).select("region_code", "parent").rows()
    far = {
        code: kilometres(PLACES[code], PLACES[parent])
        for code, parent in parents
        if code in PLACES and parent in prefectures
    }
    assert len(far) > 2600
    assert max(far.values()) < 530
    assert sum(one > 200 for one in far.values()) < 0.05 * len(far)


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
