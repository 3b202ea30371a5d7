"""`nqpf series`: what is found by which words, and that regions, years and gaps are counted as they are."""

from __future__ import annotations

import csv
import io
import random
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.series_search import search_series
from nqpf_assets.sources.coverage import coverage, missing_years
from tests.command import nqpf

TIDY = "province,year,{series}\n{rows}"
CARD = """title: own table
publisher: {publisher}
status: official
unit: 亿元
columns: {{region: province, period: year, values: ["{series}"]}}
"""
PLACES = (("f", "1"), ("f", "2"), ("g", "3"))
NAMES = {
    "gdp": ["地区生产总值", "Gross regional product"],
    "gdp_per_capita": ["人均地区生产总值", "Gross regional product per head"],
    "fertilizer_use": ["农用化肥施用折纯量", "Chemical fertilizer applied"],
    "sewage": ["污水排放量", "Sewage"],
}


@pytest.mark.parametrize(
    ("words", "exact", "near"),
    [
        (("gdp",), ["gdp", "gdp_per_capita"], []),
        (("生产总值",), ["gdp", "gdp_per_capita"], []),
        (("地区 生产总值",), ["gdp", "gdp_per_capita"], []),
        (("Product", "head"), ["gdp_per_capita"], []),
        (("ＧＤＰ per",), ["gdp_per_capita"], []),
        (("fertil",), ["fertilizer_use"], []),
        (("age",), [], []),
        (("fertiliser",), [], ["fertilizer_use"]),
        (("化肥使用量",), [], ["fertilizer_use"]),
        (("污水排放总量",), [], ["sewage"]),
        (("月球",), [], []),
        ((), sorted(NAMES), []),
    ],
)
def test_words_find_names(words: tuple[str, ...], exact: list[str], near: list[str]) -> None:
    assert search_series(words, NAMES) == (exact, near)


def test_every_series_of_the_catalogue_is_first_for_each_of_its_names() -> None:
    known = load_catalogue(None).series.series
    names = {key: [*one.names, one.english] for key, one in known.items()}
    wrong = [
        (key, name)
        for key, one in known.items()
        for name in (key, *one.names)
        if search_series([name], names)[0][:1] != [key]
    ]
    assert not wrong


def test_coverage_counts_as_one_would_by_hand() -> None:
    drawn = random.Random(14)
    cells = [
        {"series_id": series, "region_code": region, "region_level": "province", "period": year,
         "vintage": "2026", "value": None if drawn.random() < 0.2 else 1.0, "unit_measure": "人",
         "file_id": file}
        for series, (file, region), year in product("ab", PLACES, range(2000, 2009))
        if drawn.random() < 0.6
    ]  # fmt: skip
    observations = pl.DataFrame(cells, schema_overrides={"value": pl.Float64, "period": pl.Int32})
    files = pl.DataFrame(
        {"file_id": ["f", "g"], "publisher": ["P", "Q"], "data_status": "official",
         "path": ["raw/f", "raw/g"]}
    )  # fmt: skip
    gaps: dict[tuple[str, str], set[tuple[str, int]]] = {}
    for series_id, publisher, _, _, code, years in missing_years(observations, files).iter_rows():
        have = {
            one["region_code"]
            for one in cells
            if one["series_id"] == series_id
            and one["value"] is not None
            and {"f": "P", "g": "Q"}[str(one["file_id"])] == publisher
        }
        for region in [code] if code else have:
            gaps.setdefault((series_id, publisher), set()).update((region, year) for year in years)
    rows = coverage(observations, files).to_dicts()
    assert len(rows) == 4
    for row in rows:
        file = {"P": "f", "Q": "g"}[row["publisher"]]
        have = {
            (one["region_code"], one["period"])
            for one in cells
            if (one["series_id"], one["file_id"]) == (row["series_id"], file)
            and one["value"] is not None
        }
        years = [year for _, year in have]
        span = range(min(years), max(years) + 1)
        grid = set(product({region for region, _ in have}, span))
        assert (row["first_year"], row["last_year"]) == (span[0], span[-1])
        assert (row["n_values"], row["n_gaps"]) == (len(have), len(grid - have))
        assert gaps.get((row["series_id"], row["publisher"]), set()) == grid - have


def put(project: Path, place: str, rows: str, publisher: str, series: str) -> None:
    path = project / "raw" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TIDY.format(rows=rows, series=series), "utf-8")
    card = CARD.format(publisher=publisher, series=series)
    path.with_name(f"{path.name}.card.yaml").write_text(card, "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    put(place, "a/2024/a.csv", "北京,2020,1\n北京,2022,3\n天津,2020,1\n天津,2021,2\n", "甲", "gdp")
    put(place, "b/2025/b.csv", "北京,2020,1\n北京,2021,2\n", "乙", "gdp")
    put(place, "b/2025/c.csv", "北京,2020,1\n", "乙", "茶叶销售额")
    return place


def test_what_files_have_is_told(project: Path) -> None:
    ran = nqpf("series", "地区生产总值", project=project)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "gdp: 地区生产总值, Gross regional product, 亿元",
        "  乙 2025: 1 province 2020–2021, 2 values in 亿元, no gaps; raw/b/2025/b.csv",
        "  甲 2024: 2 provinces 2020–2022, 4 values in 亿元, 2 gaps; raw/a/2024/a.csv",
        "    without a value: 北京市 2021; 天津市 2022",
    ]
    own = nqpf("series", "茶叶", project=project)
    assert own.out.startswith("茶叶销售额\n  乙 2025: 1 province 2020, 1 value in 亿元, no gaps;")
    assert not (project / "warehouse" / "nqpf.duckdb").exists()


def test_without_a_word_all_that_files_have(project: Path) -> None:
    ran = nqpf("series", "--format", "csv", project=project)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(one["series_id"], one["publisher"], one["n_gaps"]) for one in rows] == [
        ("gdp", "乙", "0"), ("gdp", "甲", "2"), ("茶叶销售额", "乙", "0"),
    ]  # fmt: skip
    assert rows[1]["gaps"] == "北京市 2021; 天津市 2022"


def test_a_file_that_is_refused_is_named_as_such(project: Path) -> None:
    put(project, "c/2025/d.csv", "北京,2020,一\n", "丙", "茶叶产量")
    ran = nqpf("series", "茶叶产量", project=project)
    assert ran.status == 0
    assert ran.out == "茶叶产量\n  in a file that is refused: `nqpf check` says why\n"
    assert ran.err == "1 file of raw/ refused or without a card: `nqpf check`\n"


def test_nothing_like_it(project: Path) -> None:
    ran = nqpf("series", "月球引力", project=project)
    assert (ran.status, ran.out, ran.err) == (2, "", "no series is named like `月球引力`\n")
    near = nqpf("series", "茶叶出售额", project=project)
    assert near.err == "no series has `茶叶出售额` in its names; near ones:\n"
    assert near.out.startswith("茶叶销售额\n")


def test_rows_say_as_well_what_is_not_there(project: Path) -> None:
    put(project, "c/2025/d.csv", "北京,2020,一\n", "丙", "茶叶产量")
    ran = nqpf("series", "月球引力", "--format", "csv", project=project)
    assert (ran.status, len(ran.out.splitlines())) == (2, 1)
    assert ran.err == (
        "no series is named like `月球引力`\n1 file of raw/ refused or without a card: `nqpf check`\n"
    )


def test_without_a_word_and_without_a_file(tmp_path: Path) -> None:
    assert nqpf("series", project=tmp_path).err == "no file of raw/ has a series\n"


def test_without_files_the_catalogue_answers(tmp_path: Path) -> None:
    ran = nqpf("series", "gdp", project=tmp_path)
    assert ran.status == 0
    assert ran.out.startswith(
        "gdp: 地区生产总值, Gross regional product, 亿元\n  in the catalogue;"
    )


def test_a_genuine_table_of_thirty_provinces_lacks_tibet(tmp_path: Path, shared: Path) -> None:
    folder = shared / "real" / "more" / "eps"
    assert nqpf("add", folder, "--yes", project=tmp_path).status == 0
    ran = nqpf("series", project=tmp_path)
    assert "30 provinces" in ran.out
    assert "    not in it: 西藏自治区\n" in ran.out
