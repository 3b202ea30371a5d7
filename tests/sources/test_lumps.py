"""Files of many cells, looked at lump by lump: observations and messages are those of all cells together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats import lumps, tidy_columns
from nqpf_assets.formats.lumps import Lumps
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.recognise import read
from nqpf_assets.sources import collected_rows
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from tests.examples import examples

CATALOGUE = load_catalogue(None)
CARD = """\
publisher: p
title: t
status: official
vintage: '2023'
columns: {}
{}
"""
ACROSS = "{region: 地区, period: 年份, values: [地区生产总值, 乙（万人）]}"
YEARS = "{region: 地区, series: 年份, values: [2011年, 2012年]}"
MISSING = "{region: 地区, period: 年份, values: [地区生产总值, 乙（万人）], missing: ['-99']}"
NAMES = ("地区", "年份", "地区生产总值", "乙（万人）")
SAID = st.sampled_from(
    [
        "unit: 亿元",
        "unit: {地区生产总值: 亿元}",
        "",
        "unit: 亿元\nnames_of: 2014",
        "published: 2012-01-01",
    ]
)
REGION = st.sampled_from(
    ["北京市", "天津市", "北京", "河北省", "闸北区", "某地", "", "110000", "崇明县"]
)
YEAR = st.sampled_from(["2011", "2012", "2020", "指标", "生产总值（亿元）", "12", ""])
CELL = st.sampled_from(["1", "2.5", "", "…", "1,234", "3①", "x", "-99", "12%", "9e30", "(3)"])
ROW = st.tuples(REGION, YEAR, CELL, CELL)


def in_lumps(of: int) -> pytest.MonkeyPatch:
    """Read whatever has a cell in lumps of so many, until it is undone."""
    patch = pytest.MonkeyPatch()
    patch.setattr(tidy_columns, "MANY", 1)
    patch.setattr(tidy_columns, "LUMP", of)
    patch.setattr(lumps, "_TOGETHER", of)
    patch.setattr(collected_rows, "TOGETHER", 1)
    return patch


def write(root: Path, rows: list[tuple[str, ...]], columns: str, said: str) -> None:
    folder = root / "raw" / "p" / "2023"
    folder.mkdir(parents=True, exist_ok=True)
    names = NAMES if columns != YEARS else (*NAMES[:2], "2011年", "2012年")
    lines = (",".join(f'"{cell}"' for cell in row) for row in (names, *rows))
    (folder / "t.csv").write_text("\n".join((*lines, "")), "utf-8")
    (folder / "t.csv.card.yaml").write_text(CARD.format(columns, said), "utf-8")


def told(found: Collection) -> tuple[object, ...]:
    return found.problems, found.files.rows(), found.observations.rows(), found.refused


@settings(max_examples=examples(60))
@given(
    st.lists(ROW, min_size=1, max_size=7),
    st.sampled_from([ACROSS, YEARS, MISSING]),
    SAID,
    st.integers(1, 3),
)
def test_lumps_say_what_all_cells_say(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    columns: str,
    said: str,
    of: int,
) -> None:
    root = tmp_path_factory.mktemp("p")
    write(root, rows, columns, said)
    whole = collect(root / "raw", CATALOGUE)
    patch = in_lumps(of)
    try:
        cache = root / "cache"
        first = collect(root / "raw", CATALOGUE, cache=cache)
        again = collect(root / "raw", CATALOGUE, cache=cache)
    finally:
        patch.undo()
    assert told(first) == told(whole)
    assert told(again) == told(whole)


SOUND = [
    (region, year, f"{n}.5", f"{n + 1}")
    for n, (region, year) in enumerate(
        (region, year) for region in ("北京市", "天津市", "河北省") for year in ("2011", "2012")
    )
]


def test_a_sound_file_is_kept_in_lumps_and_read_once(tmp_path: Path) -> None:
    write(tmp_path, SOUND, ACROSS, "unit: {地区生产总值: 亿元}")
    whole = collect(tmp_path / "raw", CATALOGUE)
    assert whole.observations.height == 12
    patch = in_lumps(4)
    try:
        cache = tmp_path / "cache"
        first = collect(tmp_path / "raw", CATALOGUE, cache=cache)
        entries = sorted(path.name.rpartition("-")[2] for path in cache.iterdir())
        again = collect(tmp_path / "raw", CATALOGUE, cache=cache)
        (damaged,) = cache.glob("*-0002")
        damaged.write_bytes(damaged.read_bytes()[:-9])
        anew = collect(tmp_path / "raw", CATALOGUE, cache=cache)
    finally:
        patch.undo()
    assert [one.n_read for one in (first, again, anew)] == [1, 0, 1]
    assert entries[:4] == ["0000", "0001", "0002", "0003"]
    assert len(entries) == 5
    assert told(first) == told(again) == told(anew) == told(whole)


@settings(max_examples=examples(30))
@given(st.lists(ROW, min_size=1, max_size=7), st.integers(1, 3))
def test_one_cell_of_each_kind_has_every_label_unit_and_year(
    rows: list[tuple[str, ...]], of: int
) -> None:
    content = "\n".join(",".join(row) for row in (NAMES, *rows, ())).encode()
    columns = TidyColumns(region="地区", period="年份", values=NAMES[2:])
    whole = read(content, file="t.csv", columns=columns)
    patch = in_lumps(of)
    try:
        kept = Lumps()
        lumped = read(content, file="t.csv", columns=columns, lumps=kept)
        looked = read(content, file="t.csv", columns=columns, lumps=Lumps(is_kept=False))
    finally:
        patch.undo()
    kind = ["series_label", "unit_label", "period"]
    for one in (lumped, looked):
        first = one.cells.unique(kind, keep="first", maintain_order=True).select(*kind, "locator")
        assert first.equals(
            whole.cells.unique(kind, keep="first", maintain_order=True).select(*kind, "locator")
        )
        assert one.n_cells == whole.n_cells
    assert lumped.whole().cells.equals(whole.cells)
    assert replace(lumped.account) == whole.account
    assert lumped.problems == whole.problems
    if kept.n_cells:
        assert set(kept.one_of_each_region()["region_label"]) == set(whole.cells["region_label"])
        assert kept.one_of_each_region()["n"].sum() == whole.n_cells
