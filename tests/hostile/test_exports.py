"""A spreadsheet that opens an export computes nothing; whoever wants the texts as stored gets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.exports.formats.csv import csv_text
from nqpf_assets.messages.shown_text import LEADS
from tests.command import nqpf

FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\")", "@SUM(1)", "+1+1", "-1-1",
    "-2+3+cmd|' /C x'!A0",
    "\t=1", "\r=1", "\n=1", "＝1+1", "+A1", "-A1", "=", "+", "@",
]  # fmt: skip
HARMLESS = [
    "-1", "+1", "-1.5", "-.5", "-1,234.5", "-1e-05", "+1E5", "-12.5%", "-0.123***", "-", "--", "–", "—",
    "a=1", "1=1", " =1", "北京市", "", "'=1", "(0.12)", "1;=cmd|' /C calc'!A0", "1\t=1+1", 'a"b', "a,b",
]  # fmt: skip


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    (tmp_path / "warehouse").mkdir()
    with duckdb.connect(str(tmp_path / "warehouse" / "nqpf.duckdb")) as connection:
        connection.execute('CREATE TABLE t (place INT, "=1+1" TEXT, number DOUBLE)')
        for place, text in enumerate([*FORMULAS, *HARMLESS]):
            connection.execute("INSERT INTO t VALUES (?, ?, -1.5)", [place, text])
    return tmp_path


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_formulas_get_an_apostrophe(warehouse: Path) -> None:
    ran = nqpf("query", "FROM t ORDER BY 1", "-f", "csv", project=warehouse)
    head, *rows = cells(ran.out)
    assert head == ["place", "'=1+1", "number"]
    assert [row[1] for row in rows] == [*(f"'{text}" for text in FORMULAS), *HARMLESS]
    assert {row[2] for row in rows} == {"-1.5"}
    assert ran.out.count('"1;=cmd') == 1, "a country where ; separates sees one cell"


def test_exact_is_refused_where_it_says_nothing(warehouse: Path) -> None:
    ran = nqpf("query", "FROM t", "--exact", project=warehouse)
    assert ran.status == 2
    assert "--format csv" in ran.err


def test_exact_texts_for_programs(warehouse: Path, tmp_path: Path) -> None:
    texts = [*FORMULAS, *HARMLESS]
    sql = "FROM t ORDER BY 1"
    ran = nqpf("query", sql, "-f", "csv", "--exact", project=warehouse)
    assert [row[1] for row in cells(ran.out)] == ["=1+1", *texts]
    ran = nqpf("query", sql, "-f", "json", project=warehouse)
    assert [row["=1+1"] for row in json.loads(ran.out)] == texts
    target = tmp_path / "t.parquet"
    nqpf("query", sql, "-f", "parquet", "-o", target, project=warehouse)
    assert pl.read_parquet(target)["=1+1"].to_list() == texts


def test_a_written_file_is_as_safe_as_what_is_printed(warehouse: Path, tmp_path: Path) -> None:
    target = tmp_path / "t.csv"
    nqpf("query", "FROM t ORDER BY 1", "-f", "csv", "-o", target, project=warehouse)
    with target.open(encoding="utf-8", newline="") as stream:
        assert next(row for row in csv.reader(stream) if row[0] == "0")[1] == "'=1+1"


@settings(max_examples=50)
@given(
    st.lists(st.text() | st.none(), min_size=1), st.text(st.characters(codec="utf-8"), min_size=1)
)
def test_no_cell_begins_a_formula_and_nothing_is_lost(texts: list[str | None], name: str) -> None:
    texts = [None if text is None else text.encode("utf-8", "replace").decode() for text in texts]
    head, *rows = cells(csv_text(pl.DataFrame({name: texts, "n": 1}), is_exact=False))
    assert head[0].removeprefix("'") == name.removeprefix("'")
    assert len(rows) == len(texts)
    for (cell, n), text in zip(rows, texts, strict=True):
        assert n == "1"
        assert cell in (text or "", f"'{text}")
        if cell[:1] in tuple(LEADS):
            assert set(cell) <= set("+-–—－0123456789.,eE%*"), cell
