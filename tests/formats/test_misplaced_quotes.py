"""Quotes that are neither around a field nor letters of one are told with their line; all others are read.

Held against Python's `csv`, which reads the same cells wherever nothing is told.
"""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.formats import records
from nqpf_assets.formats.csv_tables import read_csv
from nqpf_assets.formats.reading import LINE
from tests.examples import examples

HEADER = "地区,年份,值\n"
PIECE = st.sampled_from(
    ["1", "北京", '"', '""', ",", "\n", "\r\n", " ", '"a,b"', '"a\n""b"""', '5"']
)


def lines_told(rows: str) -> list[str]:
    return [
        one.where for one in read_csv((HEADER + rows).encode(), "a.csv")[2] if one.code == "quotes"
    ]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('北京,2012,1\n北京,2013,"1"2\n', 3),
        ('北京,2012,1\n\n""北京,2013,2\n', 4),
        ('北京, "20,12",1\n', 2),
        ('北京 5",2012,1\n天津 5",2012,2\n', 2),
        ('"北\n京",2012,"1\n', 3),
        (',""a1"12.5,a",\n', 2),
    ],
)
def test_a_misplaced_quote_is_told_with_its_line(rows: str, line: int) -> None:
    assert lines_told(rows) == [f"line {line}"]


def test_quotes_that_are_letters_stay() -> None:
    table, _, problems = read_csv((HEADER + '管 5" 6",2012,"1 ""2"""\n').encode(), "a.csv")
    assert not problems
    assert table.row(0, named=True) == {"地区": '管 5" 6"', "年份": "2012", "值": '1 "2"', LINE: 2}


@settings(max_examples=examples(150))
@given(st.lists(PIECE, max_size=25).map("".join), st.sampled_from([1, 7, 10**6]))
def test_what_is_not_told_is_read_as_python_reads_it(rows: str, batch: int) -> None:
    text = HEADER + rows + "\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "BATCH", batch)
        table, _, problems = read_csv(text.encode(), "a.csv")
    if problems:
        assert all(one.code in ("quotes", "row_width", "truncated") for one in problems)
        return
    found = [["" if cell is None else cell for cell in row] for row in table.drop(LINE).rows()]
    told = [row for row in csv.reader(io.StringIO(text, newline="")) if row][1:]
    assert found == [row[:3] for row in told if any(row) or len(row) > 1]
    assert not any(cell for row in told for cell in row[3:])
