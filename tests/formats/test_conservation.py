"""Whatever is moved, blanked, cut or doubled in a file: no number of it is lost untold.

The oracle is a count of its own, made with other programs than the readers use (openpyxl, csv,
json, pandas): every number is read, or named as passed over, or the file is refused. And what is
read is what was written: a value under another region or year than the one it stood at is wrong
even where the count is right.
"""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from tests.examples import examples
from tests.formats.conftest import build_xls, build_xlsx

thorough = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck)
)
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?%?")

Rows = list[list[Any]]
Placed = dict[float, set[tuple[str, int]]]  # value → regions and years it stands at


def is_number(cell: object) -> bool:
    if isinstance(cell, str):
        return _NUMBER.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


@dataclass(frozen=True)
class Kind:
    """A format: rows as it writes them, how they become bytes, and how numbers are counted."""

    rows: Rows
    write: Callable[[Rows], bytes]
    count: Callable[[bytes], int] | None
    card: dict[str, Any]

    def numbers(self, content: bytes, rows: Rows) -> int:
        """Numbers in the bytes; for .xls, which only readers of ours open, those that were written."""
        if self.count is not None:
            return self.count(content)
        return sum(is_number(cell) for row in rows for cell in row)


def _text(separator: str = ",", encoding: str = "utf-8") -> Callable[[Rows], bytes]:
    def write(rows: Rows) -> bytes:
        lines = [separator.join("" if c is None else str(c) for c in row) for row in rows]
        return "".join(f"{line}\n" for line in lines).encode(encoding)

    return write


def _count_text(content: bytes) -> int:
    return sum(is_number(c) for row in csv.reader(io.StringIO(content.decode())) for c in row)


def _count_xlsx(content: bytes) -> int:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return sum(
        is_number(c) for page in book for row in page.iter_rows(values_only=True) for c in row
    )


def _parquet(rows: Rows) -> bytes:
    buffer = io.BytesIO()
    names = [str(name) for name in rows[0]]
    width = len(names)
    full = [[*row, *[None] * width][:width] for row in rows[1:]]
    columns = {name: [row[n] for row in full] for n, name in enumerate(names)}
    pl.DataFrame(columns, strict=False).write_parquet(buffer)
    return buffer.getvalue()


def _stata(rows: Rows) -> bytes:
    import pandas as pd

    names = [str(name) for name in rows[0]]
    frame = pd.DataFrame([[*row, *[None] * len(names)][: len(names)] for row in rows[1:]])
    frame.columns = names
    for name in names:
        if any(isinstance(cell, str) for cell in frame[name]):
            frame[name] = ["" if pd.isna(c) else str(c) for c in frame[name]]
        else:
            frame[name] = frame[name].astype("float64")
    buffer = io.BytesIO()
    with warnings.catch_warnings():  # names that Stata does not take are changed, and told
        warnings.simplefilter("ignore")
        frame.to_stata(buffer, write_index=False, version=118)
    return buffer.getvalue()


def _count_columns(content: bytes) -> int:
    if content.startswith(b"PAR1"):
        frame = pl.read_parquet(content).to_dict(as_series=False)
    else:
        import pandas as pd

        found = pd.read_stata(io.BytesIO(content))
        frame = {name: [None if pd.isna(c) else c for c in found[name]] for name in found}
    return sum(is_number(cell) for cells in frame.values() for cell in cells)


VALUES = [round(10.5 + 7.25 * n, 2) for n in range(40)]
REGIONS = ("北京市", "天津市", "河北省", "山西省")
YEARS = (2019, 2018, 2017)


def _values(rows: int, start: int = 0, width: int = 3) -> Rows:
    return [[VALUES[start + row * width + n] for n in range(width)] for row in range(rows)]


def _page() -> Rows:
    table = [[region, *row] for region, row in zip(REGIONS, _values(4), strict=True)]
    return [
        ["数据库：分省年度数据"], ["指标：地区生产总值(亿元)"], ["时间：最近3年"],
        ["地区", *(f"{year}年" for year in YEARS)], *table,
        ["注：修订数据。"], ["\u3000\u3000续。"], ["数据来源：国家统计局"],
    ]  # fmt: skip


def _indicators() -> Rows:
    names = ("卫生技术人员(万人)", "注册护士(万人)", "\u3000\u3000其中：女(万人)", "注水量(万吨)")
    table = [[name, *row] for name, row in zip(names, _values(4), strict=True)]
    return [
        ["地区：北京市"],
        ["指标", *(f"{year}年" for year in YEARS)],
        *table,
        ["数据来源：国家统计局"],
    ]


def _eps() -> Rows:
    rows: Rows = [[None, None, *map(str, YEARS)]]
    for place, name in enumerate(("甲（亿元）", "乙（万人）")):
        values = _values(4, 12 * place)
        rows += [
            [name, r, *(f"{v:.2f}" for v in row)] for r, row in zip(REGIONS, values, strict=True)
        ]
    return [*rows, [None], ["数据来源：x"]]


def _yearbook() -> Rows:
    table = [[region, *row] for region, row in zip(REGIONS, _values(4), strict=True)]
    return [
        ["表1 各地区（2020）", None, None, None], ["地区", "甲（亿元）", "乙（万人）", "丙（人）"],
        ["合计", 1.5, 2.5, 3.5], *table, ["注：说明。", None, None, None],
    ]  # fmt: skip


def _wide() -> Rows:
    table = [[r, 2019, *row, 11] for r, row in zip(REGIONS, _values(4), strict=True)]
    return [["region", "year", "x", "y", "z", "code"], *table]


def _long() -> Rows:
    head = ["数据集名称", "指标名称", "地区", "年份", "数值", "单位"]
    rows = _values(4)
    return [
        head,
        *(["d", "甲 (亿元)", REGIONS[r], str(y), str(rows[r][n]), "亿元"]
          for r in range(4) for n, y in enumerate(YEARS)),
    ]  # fmt: skip


WIDE = {"columns": TidyColumns(region="region", period="year", values=("x", "y", "z"))}
LAYOUT = {"layout": YearbookLayout(columns={"a": "甲", "b": "乙"}, ignore=("丙",))}
KINDS = {
    "nbs csv": Kind(_page(), _text(), _count_text, {}),
    "nbs csv of indicators": Kind(_indicators(), _text(), _count_text, {}),
    "nbs csv without block": Kind(_page()[3:8], _text(), _count_text, {}),
    "two nbs pages": Kind(
        [*_page(), *_page()[:1], ["指标：人口(万人)"], *_page()[2:4],
         *([r, *v] for r, v in zip(REGIONS, _values(4, 12), strict=True)), ["数据来源：x"]],
        _text(), _count_text, {},
    ),
    "nbs xlsx": Kind(_page(), build_xlsx, _count_xlsx, {}),
    "nbs xls": Kind(_indicators(), build_xls, None, {}),
    "eps": Kind(_eps(), build_xlsx, _count_xlsx, {}),
    "yearbook": Kind(_yearbook(), build_xlsx, _count_xlsx, LAYOUT),
    "tidy csv": Kind(_wide(), _text(), _count_text, WIDE),
    "tidy csv with semicolons": Kind(
        _wide(), _text(";"), lambda content: _count_text(content.replace(b";", b",")), WIDE
    ),
    "tidy xlsx": Kind(_wide(), build_xlsx, _count_xlsx, WIDE),
    "tidy parquet": Kind(_wide(), _parquet, _count_columns, WIDE),
    "tidy stata": Kind(_wide(), _stata, _count_columns, WIDE),
    "long table": Kind(_long(), _text(), _count_text, {}),
}  # fmt: skip


@st.composite
def changes(draw: st.DrawFn, rows: Rows) -> Rows:
    """A few changes that people and programs make: rows and cells moved, blanked, cut, doubled."""
    rows = [list(row) for row in rows]
    for _ in range(draw(st.integers(1, 3))):
        if len(rows) < 2:
            break
        here, there = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, len(rows) - 1))
        column = draw(st.integers(0, max(1, *map(len, rows)) - 1))
        what = draw(
            st.sampled_from(
                ["move row", "double row", "drop row", "blank row", "blank label", "move column",
                 "double column", "drop column", "blank column", "cut rows", "cut columns",
                 "indent", "note", "shift row", "paste below", "add column", "mark as note"]
            )
        )  # fmt: skip
        if what == "move row":
            rows.insert(there, rows.pop(here))
        elif what == "double row":
            rows.insert(there, list(rows[here]))
        elif what == "drop row":
            del rows[here]
        elif what == "blank row":
            rows[here] = [None] * len(rows[here])
        elif what == "blank label" and rows[here]:
            rows[here][0] = None
        elif what == "cut rows":
            rows = rows[: max(here, 1)]
        elif what == "indent" and rows[here]:
            rows[here][0] = f"\u3000\u3000{rows[here][0]}"
        elif what == "mark as note" and rows[here]:
            rows[here][0] = f"注{rows[here][0]}"
        elif what == "note":
            rows.insert(here, ["注：某些数据。"])
        elif what == "shift row":
            rows[here] = [None, *rows[here]]
        elif what == "paste below":
            rows += [list(row) for row in rows[min(here, there) : max(here, there) + 1]]
        elif what == "add column":
            rows = [[*row, n + 0.125] for n, row in enumerate(rows)]
        else:
            rows = [_with_column(row, what, column) for row in rows]
    return rows


def _with_column(row: list[Any], what: str, column: int) -> list[Any]:
    if column >= len(row):
        return row
    if what == "move column":
        return [*row[:column], *row[column + 1 :], row[column]]
    if what == "double column":
        return [*row[: column + 1], row[column], *row[column + 1 :]]
    if what == "drop column":
        return [*row[:column], *row[column + 1 :]]
    return row[:column] if what == "cut columns" else [*row[:column], None, *row[column + 1 :]]


def holds(reading: Reading, seen: int) -> None:
    """The account is whole, agrees with the count from outside, and with the cells."""
    account = reading.account
    if any(problem.severity == "error" for problem in reading.problems):
        return  # nothing of it is published, and it was said why
    assert account.refused == 0
    assert account.seen == seen, (account, reading.problems)
    assert account.seen == account.read + account.n_ignored
    assert account.read == reading.cells["value"].drop_nulls().len()


def placed(reading: Reading) -> Placed:
    """Where each value was read; a mark that a change put before the region is left out."""
    found: Placed = {}
    cells = reading.cells.select("value", "region_label", "period").drop_nulls("value")
    for value, region, year in cells.iter_rows():
        name = str(region).lstrip("注\u3000")
        # A label that was blanked, or is a number now, is told when it is resolved.
        if name != "None" and not is_number(name):
            found.setdefault(value, set()).add((name, year))
    return found


def stated(rows: Rows) -> Placed:
    """The places that the rows themselves give their values: a year above in the column, a region in the row.

    Several changes may add up to another whole file: a header that is shifted by one cell, and then a first
    column of values that is moved to the end. Nobody can see that it was ever otherwise.
    """
    found: Placed = {}
    above: dict[int, set[int]] = {}
    page = {region for row in rows for cell in row if (region := _after(cell, "地区：")) in REGIONS}
    for row in rows:
        regions = {cell for cell in row if isinstance(cell, str) and cell in REGIONS} or page
        for column, cell in enumerate(row):
            if (year := str(cell).removesuffix("年")) in map(str, YEARS):
                above.setdefault(column, set()).add(int(year))
            elif is_number(cell) and not str(cell).endswith("%"):
                places = {(region, year) for region in regions for year in above.get(column, ())}
                found.setdefault(float(cell), set()).update(places)
    return found


def _after(cell: object, words: str) -> str:
    return cell.removeprefix(words) if isinstance(cell, str) else ""


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_a_whole_file_is_accounted_for(kind: str) -> None:
    made = KINDS[kind]
    content = made.write(made.rows)
    reading = read(content, file="f", **made.card)
    assert [problem.code for problem in reading.problems] == []
    holds(reading, made.numbers(content, made.rows))
    assert reading.account.read >= 8


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@thorough
@given(st.data())
def test_no_change_loses_a_number(kind: str, data: st.DataObject) -> None:
    made = KINDS[kind]
    rows = data.draw(changes(made.rows))
    try:
        content = made.write(rows)
        seen = made.numbers(content, rows)
    except (ValueError, TypeError, IndexError, AttributeError, pl.exceptions.PolarsError):
        return  # no such file can be written
    if not content.strip():
        return
    reading = read(content, file="f", **made.card)
    holds(reading, seen)
    if not any(problem.severity == "error" for problem in reading.problems):
        assert_in_place(reading, read(made.write(made.rows), file="f", **made.card), rows)


def assert_in_place(reading: Reading, before: Reading, rows: Rows) -> None:
    """Every value stands where it stood, or where the changed rows say that it stands."""
    of_old, of_new = placed(before), stated(rows)
    for value, places in placed(reading).items():
        if value in of_old:
            assert places <= of_old[value] | of_new.get(value, set()), (value, reading.problems)


def test_a_header_shifted_with_its_values_is_another_whole_file() -> None:
    """Years one cell to the right, and the first values at the end of their rows: 17.75 is of 2019 now."""
    made = KINDS["eps"]
    rows = [
        [None, None, *map(str, YEARS), None],
        *([*row[:2], *row[3:], row[2]] if len(row) == 5 else row for row in made.rows[1:]),
    ]
    before = read(made.write(made.rows), file="f")
    changed = read(made.write(rows), file="f")
    assert [problem.code for problem in changed.problems] == []
    assert placed(before)[17.75] == {("北京市", 2018)}
    assert placed(changed)[17.75] == {("北京市", 2019)}
    assert_in_place(changed, before, rows)
    with pytest.raises(AssertionError):
        assert_in_place(changed, before, made.rows)


def _answer(values: list[Any], old: bool) -> dict[str, Any]:
    if not old:
        cells = [{"i_showname": "甲 (亿元)", "value": v, "da_name": r}
                 for v, r in zip(values, REGIONS, strict=True)]  # fmt: skip
        return {"success": True, "data": [{"code": "2019YY", "values": cells}]}
    nodes = [
        {"data": {"data": 0.0, "hasdata": v != "", "strdata": v},
         "wds": [{"wdcode": "zb", "valuecode": "A"}, {"wdcode": "reg", "valuecode": str(n)},
                 {"wdcode": "sj", "valuecode": "2019"}]}
        for n, v in enumerate(values)
    ]  # fmt: skip
    return {"returncode": 200, "returndata": {"datanodes": nodes, "wdnodes": []}}


@thorough
@given(st.data(), st.booleans())
def test_no_change_of_an_answer_loses_a_number(data: st.DataObject, old: bool) -> None:
    answer = _answer([str(v) for v in VALUES[:3]] + [""], old)
    holds(read(json.dumps(answer).encode(), file="f"), 3)
    nodes: list[tuple[Any, Any]] = []

    def collect(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)):
            nodes.append((node, key))
            if isinstance(node[key], dict | list):
                collect(node[key])

    collect(answer)
    node, key = data.draw(st.sampled_from(nodes))
    change = data.draw(st.sampled_from(["drop", "double", "wrap", "blank", "rename"]))
    if change == "drop":
        del node[key]
    elif change == "double" and isinstance(node, list):
        node.append(node[key])
    elif change == "wrap":
        node[key] = [node[key]]
    elif change == "blank":
        node[key] = None
    elif change == "rename" and isinstance(node, dict):
        node[f"{key}x"] = node.pop(key)
    content = json.dumps(answer).encode()
    shown = len(re.findall(r'"(?:value|strdata)": "[\d.]+"', content.decode()))
    reading = read(content, file="f")
    if not any(problem.severity == "error" for problem in reading.problems):
        assert reading.account.read + reading.account.n_ignored == shown
