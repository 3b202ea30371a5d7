"""Whatever grid is written in a format is read back; whatever bytes come, nothing is raised."""

from __future__ import annotations

import io
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.recognise import read, recognise
from tests.formats.conftest import build_xls, build_xlsx

Grid = dict[tuple[str, int], float | None]
NAMES = ("万州区", "涪陵区", "渝中区", "彭水苗族土家族自治县", "内蒙古", "重庆市")
COLUMNS = TidyColumns(region="region", period="year", values=("x",))
quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    regions = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    years = draw(st.lists(st.integers(1950, 2050), min_size=1, max_size=5, unique=True))
    # Excel, and the writer used here, keep fifteen or sixteen digits of a float.
    decimal = st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: float(f"{x:.15g}"))
    number = decimal | st.integers(0, 10**9).map(float) | st.none()
    return {(region, year): draw(number) for region in regions for year in years}


def _axes(grid: Grid) -> tuple[list[str], list[int]]:
    return list(dict.fromkeys(r for r, _ in grid)), list(dict.fromkeys(y for _, y in grid))


def _text(value: float | None) -> str:
    return "" if value is None else repr(value)


def _old(grid: Grid) -> bytes:
    regions, years = _axes(grid)
    lines = ["数据库：分省年度数据", "指标：甲(乙)(亿元)", "时间：最近5年"]
    lines.append(",".join(["地区", *(f"{year}年" for year in years)]))
    lines += [",".join([r, *(_text(grid[r, y]) for y in years)]) for r in regions]
    return ("\n".join([*lines, "数据来源：国家统计局"]) + "\n").encode("gb18030")


def _new(grid: Grid) -> bytes:
    regions, years = _axes(grid)
    rows = [["地区", *(f"{year}年" for year in years)]]
    rows += [[r, *(_text(grid[r, y]) for y in years)] for r in regions]
    lines = ["".join(f"{cell}\t," for cell in row) for row in rows]
    return "\n".join(["\ufeff数据库：x ", "时间： ", *lines, "数据来源：国家统计局"]).encode()


def _page(build: Callable[..., bytes]) -> Callable[[Grid], bytes]:
    def write(grid: Grid) -> bytes:
        regions, years = _axes(grid)
        return build([["地区", *years], *[[r, *(grid[r, y] for y in years)] for r in regions]])

    return write


def _eps(grid: Grid) -> bytes:
    regions, years = _axes(grid)
    rows: list[list[object]] = [[None, None, *map(str, years)]]
    rows += [["甲（亿元）", r, *(_text(grid[r, y]) for y in years)] for r in regions]
    merges = [(1, 0, len(regions), 0)] if len(regions) > 1 else []
    return build_xlsx([*rows, [None], ["数据来源：<p>x</p>"]], merges)


def _long(grid: Grid) -> bytes:
    lines = ["数据集名称,指标名称,地区,年份,数值,单位"]
    lines += [f"d,甲 (亿元) ,{r},{y},{_text(v)},亿元" for (r, y), v in grid.items()]
    return "".join(f"{line}\n" for line in lines).encode("utf-8-sig")


def _answer(grid: Grid) -> bytes:
    import json

    data = [
        {"code": f"{y}YY", "values": [
            {"i_showname": "甲 (亿元) ", "value": _text(v), "du_name": "亿元", "da_name": r}
        ]}
        for (r, y), v in grid.items()
    ]  # fmt: skip
    return json.dumps({"success": True, "data": data}, ensure_ascii=False).encode()


PUBLISHED: list[Callable[[Grid], bytes]] = [
    _old, _new, _page(build_xlsx), _page(build_xls), _eps, _long, _answer,
]  # fmt: skip


def _read_back(content: bytes, **card: object) -> Grid:
    reading = read(content, file="f", **card)  # type: ignore[arg-type]
    assert reading.problems == (), reading.problems
    return {(r, y): v for r, y, v in reading.cells.select("region_label", "period", "value").rows()}


@pytest.mark.slow
@quick
@given(grids(), st.sampled_from(PUBLISHED))
def test_published_formats_read_back(grid: Grid, write: Callable[[Grid], bytes]) -> None:
    assert _read_back(write(grid)) == grid


@pytest.mark.slow
@quick
@given(grids(), st.sampled_from(["csv", "parquet", "stata", "xlsx"]))
def test_tidy_tables_read_back(grid: Grid, container: str) -> None:
    table = pl.DataFrame(
        [(r, y, v) for (r, y), v in grid.items()],
        schema={"region": pl.String, "year": pl.Int32, "x": pl.Float64},
        orient="row",
    )
    buffer = io.BytesIO()
    if container == "csv":
        table.write_csv(buffer)
    elif container == "parquet":
        table.write_parquet(buffer)
    elif container == "stata":
        import pandas as pd

        frame = pd.DataFrame(table.to_dict(as_series=False)).astype({"x": "float64"})
        frame.to_stata(buffer, write_index=False, version=118)
    else:
        buffer.write(build_xlsx([table.columns, *table.rows()]))
    assert _read_back(buffer.getvalue(), columns=COLUMNS) == grid


@quick
@given(grids(), st.sampled_from([build_xls, build_xlsx]), st.booleans())
def test_yearbook_pages_read_back(grid: Grid, build: Callable[..., bytes], units: bool) -> None:
    regions, years = _axes(grid)
    width = 2 * len(years)
    years_row = [cell for year in years for cell in (float(year), None)]
    second = ["甲（亿元）" if units else "甲", "乙"] * len(years)
    rows: list[list[object]] = [["表1.1 各区生产总值", *[None] * width], ["单位：人"]]
    rows += [["地  区   ", *years_row], [None, *second], ["总  计", *[1.0] * width]]
    rows += [[f"  {r}", *(c for y in years for c in (grid[r, y], 0.0))] for r in regions]
    merges = [(0, 0, 0, width), (2, 0, 3, 0)]
    merges += [(2, 1 + 2 * n, 2, 2 + 2 * n) for n in range(len(years))]
    layout = YearbookLayout(columns={"a": "甲"}, ignore=("乙",))
    reading = read(build(rows, merges), file="f", layout=layout)
    assert reading.problems == (), reading.problems
    cells = reading.cells
    assert {(r, y): v for r, y, v in cells.select("region_label", "period", "value").rows()} == grid
    assert set(cells["unit_label"]) == {"亿元" if units else "人"}


@quick
@given(st.binary(max_size=400), st.sampled_from(["", "PK", "ole", "dta", "par", "json", "csv"]))
def test_any_bytes_give_problems_or_cells(tail: bytes, kind: str) -> None:
    heads = {
        "PK": b"PK\x03\x04", "ole": bytes.fromhex("D0CF11E0A1B11AE1"), "par": b"PAR1",
        "dta": b"<stata_dta>", "json": b'{"returncode":200,', "csv": "地区,2019年\n".encode(),
    }  # fmt: skip
    content = heads.get(kind, b"") + tail
    recognise(content)
    for card in ({}, {"columns": COLUMNS}, {"layout": YearbookLayout(columns={"a": "x"})}):
        reading = read(content, file="f", **card)
        assert reading.problems or not reading.cells.is_empty()


@quick
@given(grids(), st.sampled_from(PUBLISHED), st.floats(0, 1))
def test_any_cut_gives_problems_or_cells(
    grid: Grid, write: Callable[[Grid], bytes], share: float
) -> None:
    content = write(grid)
    reading = read(content[: int(len(content) * share)], file="f")
    assert reading.problems or not reading.cells.is_empty()


@quick
@given(grids(), st.sampled_from(PUBLISHED), st.data())
def test_any_damage_gives_problems_or_cells(
    grid: Grid, write: Callable[[Grid], bytes], data: st.DataObject
) -> None:
    content = bytearray(write(grid))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    reading = read(bytes(content), file="f")
    assert reading.problems or not reading.cells.is_empty()
