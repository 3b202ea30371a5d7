"""Parts of a frame: the same columns as of the whole, in the chunks in which the frame lies."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats import tidy_columns
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from nqpf_assets.sources.conflicts import KEY
from nqpf_assets.warehouse import frame_parts
from nqpf_assets.warehouse.frame_parts import (
    beside,
    complete,
    first_of_each,
    folded,
    parts_of,
    taken,
)

FRAMES = {
    "empty": [0],
    "one chunk": [23],
    "chunks": [3, 0, 12, 8],
}


def lengths(frame: pl.DataFrame) -> list[list[int]]:
    return [column.chunk_lengths() for column in frame.get_columns()]


@pytest.fixture(params=list(FRAMES.values()), ids=list(FRAMES))
def frame(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> pl.DataFrame:
    monkeypatch.setattr(frame_parts, "ROWS", 5)
    whole = pl.DataFrame(
        {"n": range(23), "label": [None, "a", "b"] * 7 + ["c", "a"], "year": [1, 2] * 11 + [None]},
        schema={"n": pl.Int64, "label": pl.String, "year": pl.Int32},
    )
    begin, pieces = 0, []
    for length in request.param:
        pieces.append(whole.slice(begin, length))
        begin += length
    return pl.concat(pieces, rechunk=False)


def test_parts_are_the_rows_in_their_order_and_of_one_chunk(frame: pl.DataFrame) -> None:
    parts = list(parts_of(frame))
    assert pl.concat(parts).equals(frame)
    assert all(part.height <= 5 and part.n_chunks() == 1 for part in parts)


def test_columns_of_parts_are_those_of_the_whole(frame: pl.DataFrame) -> None:
    twice = pl.col("n").mul(2).alias("twice")
    found = beside(frame, lambda part: part.select(twice))
    assert found.equals(frame.with_columns(twice))
    parts = [part.height for part in parts_of(frame)]
    assert found["twice"].chunk_lengths() == parts


def test_the_first_of_each_is_that_of_the_whole(frame: pl.DataFrame) -> None:
    expected = frame.group_by("label", "year", maintain_order=True).agg(pl.col("n").first())
    assert first_of_each(frame, ("label", "year"), ["n"]).equals(expected)


def test_rows_without_a_value_are_left_out_and_nothing_else_is_copied(frame: pl.DataFrame) -> None:
    assert complete(frame, ("n",)) is frame
    assert complete(frame, ("n", "label")).equals(frame.drop_nulls(["n", "label"]))


def test_columns_are_put_in_order_and_let_go(frame: pl.DataFrame) -> None:
    frames = [frame]
    order = pl.Series(list(range(frame.height))[::-1], dtype=pl.UInt32)
    assert taken(frames, order).equals(frame.reverse())
    assert frames == []


def test_texts_that_are_one_throughout_are_so_and_stay_what_they_are(frame: pl.DataFrame) -> None:
    n = frame.height
    more = {"one": ["x"] * n, "none": [None] * n, "two": ["x"] * (n - 1) + [None] if n else []}
    wide = frame.with_columns(pl.Series(name, words, pl.String) for name, words in more.items())
    found = folded(wide)
    assert found.equals(wide)
    assert found.schema == wide.schema


def collected(folder: Path) -> Collection:
    raw = folder / "raw/a/2026"
    raw.mkdir(parents=True, exist_ok=True)
    rows = [
        f"{place},{year},{series},{n}.5,亿元"
        for n, (series, place, year) in enumerate(
            (series, place, year)
            for series in ("乙", "地区生产总值", "甲")
            for place in ("天津", "北京", "河北", "山西", "上海")
            for year in (*range(2015, 2000, -1), *range(1951, 2001))
        )
    ]
    (raw / "k.csv").write_text("\n".join(["地区,年份,指标,数值,单位", *rows, ""]), encoding="utf-8")
    columns = "{region: 地区, period: 年份, series: 指标, value: 数值, unit: 单位}"
    card = f"publisher: a\ntitle: t\nstatus: official\ncolumns: {columns}\n"
    (raw / "k.csv.card.yaml").write_text(card, encoding="utf-8")
    return collect(folder / "raw", load_catalogue(None))


@pytest.mark.slow
def test_a_file_that_is_read_in_parts_is_the_same_and_lies_in_the_same_chunks_throughout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column in other chunks than those beside it has all of them copied by what comes next."""
    whole = collected(tmp_path)
    monkeypatch.setattr(tidy_columns, "PART", 100)
    monkeypatch.setattr(frame_parts, "ROWS", 100)
    settled: list[pl.DataFrame] = []

    def settle(
        frames: list[pl.DataFrame], *more: object
    ) -> tuple[pl.DataFrame, tuple[object, ...]]:
        settled.extend(frames)
        return frames[0], ()

    in_parts = collected(tmp_path)
    assert in_parts.problems == whole.problems == ()
    assert in_parts.observations.equals(whole.observations)
    assert in_parts.observations.equals(in_parts.observations.sort(KEY))
    assert in_parts.observations.height == 975
    monkeypatch.setattr("nqpf_assets.sources.collected_rows.settle", settle)
    collected(tmp_path)
    (_, lain) = settled
    assert lain.height == 975
    assert lain["value"].n_chunks() > 5
    same = ["region_level", "vintage", "unit_measure", "file_id", "footnote"]
    assert len({tuple(one) for one in lengths(lain.drop(same))}) == 1
    assert lengths(lain.select(same)) == [[975]] * 5  # one value throughout each


def test_asking_for_chunks_leaves_a_column_of_one_text_unwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[object, ...]] = []
    select = pl.DataFrame.select

    def watched(self: pl.DataFrame, *what: object, **more: object) -> pl.DataFrame:
        asked.append(what)
        return select(self, *what, **more)  # type: ignore[arg-type]

    whole = pl.DataFrame({"n": range(9)}).with_columns(unit=pl.lit("亿元"))
    monkeypatch.setattr(pl.DataFrame, "select", watched)
    assert pl.concat(list(parts_of(whole))).equals(whole)
    assert asked == [("n",)]
