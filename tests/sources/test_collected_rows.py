"""Observations that are put aside in files: the same, and the same contradictions, as in memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources import collected_rows
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from nqpf_assets.warehouse.duckdb_engine import Query, in_memory, write_query
from nqpf_assets.warehouse.put_aside import PutAside

CATALOGUE = load_catalogue(None)
CARD = """\
publisher: {}
title: t
status: official
unit: 亿元
columns: {{region: 地区, period: 年份, values: [{}]}}
"""


def write(root: Path, folder: str, name: str, values: list[str], more: float) -> None:
    """A table of two series, of three regions in two years; the second file prints the cells of one again."""
    raw = root / "raw" / folder
    raw.mkdir(parents=True, exist_ok=True)
    rows = [
        ",".join((place, str(year), *(f"{year + n + more}" for n in range(len(values)))))
        for place in ("天津", "北京", "河北")
        for year in (2019, 2018)
    ]
    (raw / name).write_text("\n".join((",".join(("地区", "年份", *values)), *rows, "")), "utf-8")
    card = CARD.format(folder.partition("/")[0], ", ".join(values))
    (raw / f"{name}.card.yaml").write_text(card, "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "a/2026", "first.csv", ["乙", "地区生产总值"], 0.5)
    write(tmp_path, "a/2026", "again.csv", ["地区生产总值", "甲"], 1.5)
    write(tmp_path, "a/2026", "other.csv", ["乙"], 7.5)
    write(tmp_path, "b/2025", "older.csv", ["甲"], 2.5)
    return tmp_path


def found(root: Path) -> Collection:
    return collect(root / "raw", CATALOGUE)


def test_series_settled_one_by_one_are_those_of_all(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = found(root)
    assert isinstance(whole.kept, pl.DataFrame)
    monkeypatch.setattr(collected_rows, "LUMP", 1)
    monkeypatch.setattr(collected_rows, "MOST", 15)
    monkeypatch.setattr(collected_rows, "TOGETHER", 1)
    parts = found(root)
    assert isinstance(parts.kept, PutAside)
    assert [one.select("series_id").collect().n_unique() for one in parts.kept.each()] == [1, 1, 1]
    assert [one.code for one in whole.problems] == ["two_values"], (
        "of 乙; those of the product agree"
    )
    assert parts.problems == whole.problems
    assert whole.observations.height == 24
    assert parts.observations.equals(whole.observations)
    table = parts.table()
    assert isinstance(table, Query)
    with in_memory() as connection:
        write_query(connection, table, root / "made.parquet")
    assert pl.read_parquet(root / "made.parquet").equals(whole.observations)


def test_small_files_are_joined_to_few_pieces_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collected_rows, "LUMP", 4)
    rows = collected_rows.CollectedRows()
    for size, first in ((1, 0), (2, 1), (2, 3), (1, 5), (5, 6), (3, 11)):
        rows.add(pl.DataFrame({"n": range(first, first + size)}))
    assert [one.height for one in rows.frames] == [5, 1, 5]
    assert [one.n_chunks() for one in rows.frames] == [1, 1, 1]
    assert pl.concat([*rows.frames, *rows.small])["n"].to_list() == [*range(14)]


def test_a_large_file_without_observations_settles_to_none(root: Path) -> None:
    empty = found(root).observations.clear()
    rows = collected_rows.CollectedRows()
    rows.add(empty, is_large=True)
    settled, told = rows.settled(empty, {}, CATALOGUE.series)
    assert isinstance(settled, PutAside)
    assert settled.scan().collect().equals(empty)
    assert told == ()


def test_lumps_of_a_large_file_are_put_aside_behind_the_files_before_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = found(root)
    monkeypatch.setattr(collected_rows, "LUMP", 7)
    monkeypatch.setattr(collected_rows, "_GROUP", 2)
    rows = collected_rows.CollectedRows()
    for at in range(0, whole.observations.height, 5):
        rows.add(whole.observations.slice(at, 5), is_large=at > 4)
    settled, _ = rows.settled(whole.observations.clear(), {}, CATALOGUE.series)
    assert isinstance(settled, PutAside)
    assert settled.scan().collect().equals(whole.observations)
