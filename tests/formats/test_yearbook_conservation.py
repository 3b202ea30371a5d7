"""However a yearbook page is cut up and put together, no number is lost or given to another.

Pages are drawn with tables side by side, notes and a second header, then rows and columns are moved, blanked,
cut and doubled. The oracle reads the page by itself: a number belongs to the nearest 地区 on its left, in the
last header row above it, and to the header over it.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from tests.examples import examples
from tests.formats.conftest import build_xls, build_xlsx

pytestmark = pytest.mark.slow  # properties over many pages

Rows = list[list[Any]]
HEADS = {"产值": "g", "人口": "p", "面积": "a"}
REGIONS = ("万州区", "涪陵区", "江北区", "渝中区", "开州区", "全市")
LAYOUT = YearbookLayout(columns={"g": "产值", "p": "人口"}, ignore=("面积",))
STAYS = settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def pages(draw: st.DrawFn) -> Rows:
    """A page of one or two headers with one or two tables under each, whose rows need not agree."""
    number = iter(range(1, 10_000))
    regions = draw(st.permutations(REGIONS))
    rows: Rows = [["表1 测试（2020）"], ["单位：万人"]]
    for part in range(draw(st.integers(1, 2))):
        tables = draw(st.sampled_from([
            [["产值", "人口"]], [["人口", "面积", "产值"]], [["产值"], ["人口"]],
            [["面积", "人口"], ["产值"]],
        ]))  # fmt: skip
        own = regions[3 * part : 3 * part + 3]
        orders = [draw(st.permutations(own)) for _ in tables]
        rows.append([cell for heads in tables for cell in ("地区", *heads)])
        for place in range(len(own)):
            rows.append([
                cell for heads, order in zip(tables, orders, strict=True)
                for cell in (order[place], *(next(number) + 0.5 for _ in heads))
            ])  # fmt: skip
        rows.append([draw(st.sampled_from(["注：初步数。", "续表", None, "资料来源：统计局"]))])
    return rows


def _moved(draw: st.DrawFn, rows: Rows) -> Rows:
    """The page after one act of editing."""
    act = draw(st.sampled_from(
        ("move row", "double row", "cut row", "blank cell", "blank row", "note", "move cell",
         "double column", "cut column", "move column", "number")
    ))  # fmt: skip
    rows = [list(row) for row in rows]
    width = max(map(len, rows))
    rows = [row + [None] * (width - len(row)) for row in rows]
    at, to = draw(st.integers(2, len(rows) - 1)), draw(st.integers(2, len(rows) - 1))
    column, beside = draw(st.integers(0, width - 1)), draw(st.integers(0, width - 1))
    if act == "move row":
        rows.insert(to, rows.pop(at))
    elif act == "double row":
        rows.insert(to, list(rows[at]))
    elif act == "cut row":
        del rows[at]
    elif act == "blank cell":
        rows[at][column] = None
    elif act == "blank row":
        rows.insert(at, [None] * width)
    elif act == "note":
        rows.insert(at, ["注：含开发区。", *[None] * (width - 1)])
    elif act == "move cell":
        rows[to][beside], rows[at][column] = rows[at][column], None
    elif act == "number":
        rows[draw(st.integers(0, len(rows) - 1))][column] = 77_777.5
    else:
        for row in rows[2:]:
            cell = row[column] if act == "double column" else row.pop(column)
            if act != "cut column":
                row.insert(beside, cell)
    return rows


@st.composite
def edited(draw: st.DrawFn) -> Rows:
    rows = draw(pages())
    for _ in range(draw(st.integers(1, 2))):
        rows = _moved(draw, rows) if len(rows) > 3 else rows
    return rows


def _numbers(rows: Rows) -> dict[str, float]:
    """Every number of the page by its address."""
    return {
        f"Sheet1!{'ABCDEFGHIJ'[c]}{r + 1}": cell
        for r, row in enumerate(rows) for c, cell in enumerate(row) if isinstance(cell, float)
    }  # fmt: skip


def _expected(rows: Rows, locator: str) -> tuple[str | None, str | None]:
    """Series and region of a number, by looking at the page."""
    match = re.fullmatch(r"Sheet1!([A-J])(\d+)", locator)
    assert match is not None
    r, c = int(match[2]) - 1, "ABCDEFGHIJ".index(match[1])
    head = max(n for n in range(r) if rows[n] and rows[n][0] == "地区")
    if rows[head][c] == "地区":
        return None, "a label"  # which the catalogue of regions will not know
    label = max(n for n in range(c) if n < len(rows[head]) and rows[head][n] == "地区")
    return HEADS.get(rows[head][c]), str(rows[r][label])


def _check(rows: Rows, reading: Reading) -> None:
    numbers, account = _numbers(rows), reading.account
    assert account.seen == account.read + account.n_ignored + account.refused
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    if errors and not reading.cells.height:
        return
    if account.seen:
        assert account.seen == len(numbers)
    if errors:
        return
    cells = reading.cells.drop_nulls("value").rows(named=True)
    read_at = {cell["locator"]: cell for cell in cells}
    for locator, cell in read_at.items():
        assert cell["value"] == numbers[locator]
        assert (cell["series_label"], cell["region_label"]) == _expected(rows, locator)
        assert cell["period"] == 2020
    for locator in numbers.keys() - read_at.keys():
        series, region = _expected(rows, locator)
        assert series == "a" or region in ("全市", "a label")


@STAYS
@given(edited(), st.sampled_from([build_xls, build_xlsx]))
def test_every_number_is_read_left_out_by_name_or_refused(rows: Rows, build: Any) -> None:
    _check(rows, read(build(rows), file="f", layout=LAYOUT))


@STAYS
@given(pages())
def test_pages_as_they_are_printed_are_read_whole(rows: Rows) -> None:
    reading = read(build_xlsx(rows), file="f", layout=LAYOUT)
    assert reading.problems == ()
    _check(rows, reading)
