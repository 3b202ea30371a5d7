"""Files in the shapes that occur, made here, by `nqpf add --yes`: cell for cell as openpyxl has them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.recognise import read
from nqpf_assets.sources.collector import collect
from tests.command import Ran, nqpf
from tests.formats.conftest import build_book, build_xlsx

Rows = list[list[object]]
PLACES = ("北京", "天津", "河北", "山西")
YEARS = (2018, 2019, 2020)
MEASURES = (("地区生产总值", "亿元"), ("年末常住人口", "万人"), ("粮食产量", "万吨"))


def _numbers(n: int, start: int) -> list[float]:
    """Values that are no years and differ from all others."""
    return [10000.5 + start * 100 + place for place in range(n)]


def _by_region(n: int, start: int = 0) -> Rows:
    return [[one, *_numbers(n, start + place)] for place, one in enumerate(PLACES)]


WITH_UNITS = [f"{name}({unit})" for name, unit in MEASURES]
TITLE = "2-3 各省主要经济指标（2020年）"
NOTE: Rows = [["注：本表按当年价格计算。"]]
SHAPES: dict[str, tuple[dict[str, Rows], int]] = {
    "a sheet for each year": (
        {
            str(y): [["地区", *WITH_UNITS], *_by_region(3, 10 * n)]
            for n, y in enumerate(YEARS)
        },
        36,
    ),
    "a titled sheet for each year": (
        {
            f"{y}年": [
                [f"{y}年分地区产量"],
                ["单位：万吨"],
                ["地区", "粮食产量", "棉花产量"],
                *_by_region(2, 10 * n),
            ]
            for n, y in enumerate(YEARS)
        },
        24,
    ),
    "a sheet for each indicator, years across": (
        {name: [["地区", *YEARS], *_by_region(3, 10 * n)] for n, name in enumerate(WITH_UNITS)},
        36,
    ),
    "indicators down, regions across, a column of units": (
        {
            "Sheet1": [
                [TITLE],
                ["指标", "单位", *PLACES],
                *[[name, unit, *_numbers(4, n)] for n, (name, unit) in enumerate(MEASURES)],
                *NOTE,
            ]
        },
        12,
    ),
    "indicators down, regions across, units behind names": (
        {
            "Sheet1": [
                [TITLE],
                ["指标", *PLACES],
                *[[name, *_numbers(4, n)] for n, name in enumerate(WITH_UNITS)],
            ]
        },
        12,
    ),
    "indicators and regions down, years across": (
        {
            "中国城市数据库": [
                ["指标", "地区", *YEARS],
                *[
                    [name, one, *_numbers(3, 10 * n + place)]
                    for n, name in enumerate(WITH_UNITS)
                    for place, one in enumerate(PLACES)
                ],
            ]
        },
        36,
    ),
    "regions and indicators down, units beside, years across": (
        {
            "数据": [
                ["省份", "指标", "单位", *YEARS],
                *[
                    [one, name, unit, *_numbers(3, 10 * n + place)]
                    for place, one in enumerate(PLACES)
                    for n, (name, unit) in enumerate(MEASURES)
                ],
            ]
        },
        36,
    ),
    "a table of regions and years below a title": (
        {
            "Sheet1": [
                ["表1 分省数据"],
                ["省份", "年份", *WITH_UNITS],
                *[
                    [one, y, *_numbers(3, 10 * n + m)]
                    for n, one in enumerate(PLACES)
                    for m, y in enumerate(YEARS)
                ],
                [],
                *NOTE,
            ]
        },
        36,
    ),
    "two tables below each other": (
        {
            "Sheet1": [
                ["2-1 分地区粮食（2020年）"],
                ["单位：万吨"],
                ["地区", "粮食产量"],
                *_by_region(1),
                [],
                ["2-2 分地区人口（2020年）"],
                ["单位：万人"],
                ["地区", "年末常住人口"],
                *_by_region(1, 10),
            ]
        },
        8,
    ),
}  # fmt: skip
"""Sheets, and how many values they have."""


def _add(tmp_path: Path, content: bytes, *words: str) -> tuple[Ran, dict[str, float], pl.DataFrame]:
    """What the command said, and the values read by their places."""
    (tmp_path / "new.xlsx").write_bytes(content)
    (tmp_path / "catalog").mkdir()
    ran = nqpf("add", tmp_path / "new.xlsx", "--yes", "--publisher", "某", *words, project=tmp_path)
    found = collect(tmp_path / "raw", load_catalogue(tmp_path / "catalog")).observations
    found = found.drop_nulls("value")
    ours = {
        locator.replace("'", ""): value
        for locator, value in found.select("locator", "value").rows()
    }
    return ran, ours, found


def _theirs(content: bytes) -> dict[str, float]:
    """Every number that is no year, by its place."""
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and cell.value not in YEARS
    }


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_read_without_a_typed_fact(tmp_path: Path, shape: str) -> None:
    sheets, n = SHAPES[shape]
    content = build_book(sheets)
    ran, ours, found = _add(tmp_path, content)
    assert ran.status == 0, ran.err
    assert "0 cards with open facts" in ran.out
    assert ours == _theirs(content)
    assert len(ours) == n
    assert found["unit_measure"].null_count() == 0
    assert set(found["period"]) <= set(YEARS)


def test_a_label_that_is_merged_down_is_that_of_each_row(tmp_path: Path) -> None:
    rows: Rows = [["省份", "年份", "gdp（亿元）"]]
    rows += [[None if n % 2 else PLACES[n // 2], 2018 + n % 2, 500.5 + n] for n in range(8)]
    content = build_xlsx(rows, [(1 + 2 * n, 0, 2 + 2 * n, 0) for n in range(4)])
    ran, ours, found = _add(tmp_path, content)
    assert ran.status == 0, ran.err
    assert ours == _theirs(content)
    read_as = dict(zip(found["value"], found["region_label"], strict=True))
    assert read_as == {500.5 + n: PLACES[n // 2] for n in range(8)}


@pytest.mark.slow
def test_rows_over_others_are_left_out_by_name(tmp_path: Path) -> None:
    rows: Rows = [
        ["2-1 社会经济情况（2020年）"],
        ["地区", "粮食产量（万吨）"],
        ["京津组"],
        *_by_region(1)[:2],
    ]
    rows += [["晋冀组"], *[[one, 77.5 + n] for n, one in enumerate(PLACES[2:])]]
    ran, ours, _ = _add(tmp_path, build_xlsx(rows))
    assert ran.status == 0, ran.err
    assert len(ours) == 4


@pytest.mark.slow
def test_regions_of_two_panels_are_told_and_not_mixed(tmp_path: Path) -> None:
    rows: Rows = [
        ["6-1 居民收入（2020年）"],
        ["单位：元"],
        ["地区", "人均收入"],
        ["城镇居民"],
        *_by_region(1),
    ]
    ran, ours, _ = _add(tmp_path, build_xlsx([*rows, ["农村居民"], *_by_region(1, 10)]))
    assert ran.status == 2
    assert "each series, region and year once" in ran.err
    assert not ours


@pytest.mark.slow
def test_a_second_table_of_another_year_is_told(tmp_path: Path) -> None:
    sheets, _ = SHAPES["two tables below each other"]
    rows = [list(row) for row in sheets["Sheet1"]]
    (title,) = [row for row in rows if row and "2-2" in str(row[0])]
    title[0] = "2-2 分地区人口（2019年）"
    ran, ours, _ = _add(tmp_path, build_book({"Sheet1": rows}))
    assert ran.status == 2
    assert "2019" in ran.err
    assert not ours


def test_years_across_and_indicators_down_need_the_region_alone(tmp_path: Path) -> None:
    rows: Rows = [["1-2 总量指标"], ["指标", "单位", *YEARS]]
    rows += [[name, unit, *_numbers(3, n)] for n, (name, unit) in enumerate(MEASURES)]
    content = build_xlsx(rows)
    ran, ours, found = _add(tmp_path, content, "--region", "全国")
    assert ran.status == 0, ran.err
    assert ours == _theirs(content)
    assert set(found["period"]) == set(YEARS)


def _cells(content: bytes, layout: YearbookLayout) -> pl.DataFrame:
    reading = read(content, file="f", layout=layout)
    assert [one for one in reading.problems if one.severity == "error"] == []
    return reading.cells


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    table=st.lists(
        st.lists(st.integers(3000, 10**9).map(lambda n: n / 4), min_size=4, max_size=4),
        min_size=1,
        max_size=6,
    ),
    gap=st.integers(0, 2),
)
def test_a_turned_page_has_the_cells_of_the_page(
    table: Sequence[Sequence[float]], gap: int
) -> None:
    """The same table down and across: other places, and nothing else."""
    names = [f"指标{'甲乙丙丁戊己'[n]}" for n in range(len(table))]
    above: Rows = [["各地区指标（2020年）"], ["单位：亿元"], *([[]] * gap)]
    columns = {name: name for name in names}
    across: Rows = [
        ["指标", *PLACES],
        *([name, *row] for name, row in zip(names, table, strict=True)),
    ]
    down: Rows = [
        ["地区", *names],
        *([one, *row] for one, row in zip(PLACES, zip(*table, strict=True), strict=True)),
    ]
    keys = ["series_label", "region_label", "period", "unit_label", "value"]
    ours = _cells(
        build_xlsx([*above, *across, *NOTE]),
        YearbookLayout(row_head="指标", turned=True, columns=columns),
    )
    theirs = _cells(build_xlsx([*above, *down, *NOTE]), YearbookLayout(columns=columns))
    assert ours.select(keys).sort(keys).equals(theirs.select(keys).sort(keys))
    sheet = openpyxl.load_workbook(io.BytesIO(build_xlsx([*above, *across]))).worksheets[0]
    for locator, value in ours.select("locator", "value").rows():
        assert sheet[locator.rsplit("!")[-1]].value == value


COUNTIES = [("110105", "朝阳区"), ("220104", "朝阳区"), ("110101", "东城区")]
BESIDE = {
    "codes alone tell them apart": (
        ["区划代码", "县", "年份", "粮食产量(万吨)"],
        [],
        "region: 区划代码",
    ),
    "two levels in one head": (["代码", "县市", "年份", "粮食产量(万吨)"], [], "region: 代码"),
    "a city stands beside": (
        ["区划代码", "城市", "县", "年份", "粮食产量(万吨)"],
        ["某市"],
        "region: 县",
    ),
}


@pytest.mark.parametrize("kind", BESIDE)
def test_counties_of_one_name_are_told_apart_by_their_codes(tmp_path: Path, kind: str) -> None:
    header, city, said = BESIDE[kind]
    rows = [[code, *city, name, 2020, 10.5 + n] for n, (code, name) in enumerate(COUNTIES)]
    path = tmp_path / "in.xlsx"
    path.write_bytes(build_xlsx([header, *rows]))
    ran = nqpf("add", path, "--publisher", "局", "--yes", project=tmp_path)
    (card,) = tmp_path.glob("raw/*/*/*.card.yaml")
    assert f"  {said}\n" in card.read_text("utf-8")
    if not city:
        assert ran.status == 0, ran.err
        found = collect(tmp_path / "raw", load_catalogue(None)).observations
        assert sorted(found["region_code"]) == sorted(code for code, _ in COUNTIES)
