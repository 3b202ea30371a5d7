"""Large tables in text are read in batches: where these end changes no cell, no place and no message."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.formats import csv_tables, records, text, tidy_columns, tidy_rows
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from nqpf_assets.formats.records import find_records
from nqpf_assets.formats.tables import read_table
from nqpf_assets.formats.text import as_utf8, decode
from tests.examples import examples

WIDE = TidyColumns(region="地区", period="年份", values=("甲", "乙"), missing=("-99",))
LONG = TidyColumns(region="地区", period="年份", series="甲", value="乙", unit="丙")


@contextmanager
def pieces_of(size: int) -> Iterator[None]:
    """Within it everything that is done in pieces is done in very small ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "PIECE", size)
        patch.setattr(records, "BATCH", size)
        patch.setattr(text, "_PIECE", size)
        patch.setattr(tidy_rows, "PART", 1 + size % 3)
        patch.setattr(tidy_columns, "PART", 1 + size % 3)
        yield


CELL = st.sampled_from(
    [
        "1", "2.5", "", "…", "1,234", "12%", "3①", "x", "-99", '"a\nb"', '"1,5"', "北京市", "天津市", "2012",
        "2013年", "98", "201212", "亿元", "注：说明。", "2.续", "#DIV/0!", '"', 'a"b', " 7 ",
        "9999999999999999999",
        "1.", "万元",
    ]
)  # fmt: skip
ROW = st.lists(CELL, min_size=1, max_size=6)
LIKELY = st.tuples(
    st.sampled_from(["北京市", "天津市", "河北省①"]),
    st.sampled_from(["2012", "2013", "12年"]),
    CELL,
    CELL,
    CELL,
).map(list)


def told(reading: Reading) -> tuple[object, ...]:
    bare = replace(
        reading, ledger=Ledger(), beside=None, provinces=None, cells=reading.cells.clear()
    )
    return reading.cells.rows(), bare.problems, bare.notes, bare.facts, bare.account


@pytest.mark.slow
@settings(max_examples=examples(100))
@given(
    st.lists(st.one_of(LIKELY, LIKELY, LIKELY, ROW, st.just([])), max_size=12),
    st.sampled_from([WIDE, LONG]),
    st.sampled_from(["", "标题\n", "# 注释\n单位：亿元\n"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([",", ";"]),
    st.integers(1, 40),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_where_batches_end_changes_nothing(
    rows: list[list[str]],
    columns: TidyColumns,
    above: str,
    end: str,
    separator: str,
    size: int,
    encoding: str,
) -> None:
    lines = [separator.join(row) for row in (["地区", "年份", "甲", "乙", "丙"], *rows)]
    content = (above + end.join(lines) + end).encode(encoding)
    whole = read(content, file="f", columns=columns)
    with pieces_of(size):
        found = read(content, file="f", columns=columns)
    if any(one.code in ("quotes", "damaged_file") for one in (*whole.problems, *found.problems)):
        assert not found.cells.height or not whole.cells.height
        return  # a quote that is not closed: how many rows it swallows is told of its batch
    assert told(found) == told(whole)


@settings(max_examples=examples(50))
@given(
    st.lists(st.one_of(LIKELY, ROW, st.just([])), max_size=12),
    st.sampled_from([",", ";"]),
    st.integers(1, 3),
    st.integers(1, 20),
)
def test_first_rows_are_those_of_all(
    rows: list[list[str]], separator: str, first: int, size: int
) -> None:
    lines = [separator.join(row) for row in (["地区", "年份", "甲", "乙", "丙"], *rows, [])]
    content = "\n".join(lines).encode()
    with pieces_of(size), pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_tables, "COMMENT_LINES", 2)
        whole, *told = read_table(content, "f", "csv")
        some, *same = read_table(content, "f", "csv", first=first)
    assert same == told
    assert some.head(first).equals(whole.head(first))


def test_batches_behind_the_first_rows_are_let_go() -> None:
    content = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n) for n in range(3000)) + b"cut"
    with pieces_of(60):
        whole, _, told = read_table(content, "f", "csv")
        some, _, same = read_table(content, "f", "csv", first=5)
    assert (whole.height, [one.code for one in told]) == (3001, ["truncated", "open_end"])
    assert same == told
    assert 1005 <= some.height < 1100


@given(st.text('a,"\n\r北', max_size=40), st.integers(1, 9))
def test_records_are_found_in_pieces_as_one_by_one(written: str, size: int) -> None:
    data = written.encode()
    with pieces_of(size):
        found = find_records(memoryview(data), ",")
        spans = list(found.batches())
    lines, widths, ends = [], [], []
    line, first, width, inside = 1, 0, 1, False
    begins = line
    for place, octet in enumerate(data):
        inside ^= octet == ord('"')
        width += octet == ord(",") and not inside
        line += octet == 10
        if octet == 10 and not inside:
            lines.append(begins)
            widths.append(0 if data[first:place] in (b"", b"\r") else width)
            ends.append(place)
            begins, first, width = line, place + 1, 1
    if data and (not ends or ends[-1] != len(data) - 1):
        lines.append(begins)
        widths.append(0 if data[first:] in (b"", b"\r") else width)
        ends.append(len(data))
    assert found.lines.tolist() == lines
    assert found.widths.tolist() == widths
    assert found.ends.tolist() == ends
    assert [record for first, after in spans for record in range(first, after)] == list(
        range(1, len(ends))
    )


@given(
    st.one_of(
        st.binary(max_size=60),
        st.text("地区指标,\n锟斤拷abé", max_size=40).map(str.encode),
        st.text("地区指标,\n", max_size=40).map(lambda one: one.encode("gb18030")),
    ),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.integers(1, 7),
)
def test_bytes_of_a_text_are_those_of_the_text(body: bytes, mark: bytes, size: int) -> None:
    content = mark + body
    expected, problems = decode(content, "f")
    with pieces_of(size):
        found, start, same = as_utf8(content, "f")
    assert (found[start:].decode(), same) == (expected, problems)


def test_a_table_of_many_batches_has_the_cells_of_another_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(records, "BATCH", 1000)
    monkeypatch.setattr(tidy_columns, "PART", 77)
    rows = [["地区", "年份", "甲", "乙", "丙"]]
    rows += [
        [f"5001{n % 30:02d}", str(1990 + n // 30), "gdp", f"{n / 7:.3f}", "亿元"]
        for n in range(900)
    ]
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    reading = read(buffer.getvalue().encode(), file="f", columns=LONG)
    assert reading.problems == ()
    assert reading.cells["value"].to_list() == [float(row[3]) for row in rows[1:]]
    assert reading.cells["locator"].to_list() == [f"line {n}, column 4" for n in range(2, 902)]
