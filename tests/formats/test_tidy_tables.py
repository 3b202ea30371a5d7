"""The user's own tables, wide and long, in four containers."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from nqpf_assets.catalog.units import parse_unit
from nqpf_assets.formats import tidy_rows
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.recognise import read, recognise
from nqpf_assets.formats.unit_lines import names_several
from tests.formats.conftest import at, build_xlsx, codes

WIDE = TidyColumns(region="区县", period="年份", values=("gdp", "pop"), units={"gdp": "亿元"})
LONG = TidyColumns(region="code", period="year", series="series", value="value", unit="unit")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_wide_csv(encoding: str, separator: str) -> None:
    text = "区县,年份,gdp,pop,其他\n万州区,2020,1.50,3,x\n\n涪陵区,2021年,,…,y\n"
    reading = read(text.replace(",", separator).encode(encoding), file="f", columns=WIDE)
    assert (reading.format, reading.problems, reading.cells.height) == ("tidy_csv", (), 4)
    cell = at(reading, "line 2, column 3")
    assert (cell["series_label"], cell["unit_label"], cell["text"]) == ("gdp", "亿元", "1.50")
    assert at(reading, "line 4, column 4")["period"] == 2021
    assert reading.cells["value"].to_list() == [1.5, None, 3.0, None]


def test_csv_lines_are_counted_past_quoted_line_breaks_and_comments() -> None:
    text = '# status: synthetic\n区县,年份,gdp,pop\n"万\n州",2020,1,2\n涪陵区,2020,"1,234",4\n'
    reading = read(text.encode(), file="f", columns=WIDE)
    assert reading.problems == ()
    assert reading.facts == {"status": "synthetic"}
    assert at(reading, "line 5, column 3")["value"] == 1234.0


def test_long_csv() -> None:
    text = "code,year,series,value,unit\n500101,2020,gdp,1.5,亿元\n500101,2021,gdp,NA,亿元\n"
    reading = read(text.encode(), file="f", columns=LONG)
    assert codes(reading) == ["not_finite"]
    assert reading.problems[0].where == "line 3, column 4"
    declared = LONG.model_copy(update={"missing": ("NA",)})
    assert read(text.encode(), file="f", columns=declared).problems == ()


def test_sheet(build: Callable[..., bytes]) -> None:
    rows = [["区县", "年份", "gdp", "pop"], ["万州区", 2020, 1.5, "3*"], ["涪陵区", 2020, None, 4]]
    reading = read(build(rows, sheet="表", at=2), file="f", columns=WIDE)
    assert (reading.format, codes(reading)) == ("tidy_workbook", ["unexplained_mark"])
    cell = at(reading, "表!F4")
    assert (cell["value"], cell["footnote"], cell["region_label"]) == (3.0, "*", "万州区")
    assert at(reading, "表!E5")["value"] is None


def test_parquet_keeps_precision_and_missing() -> None:
    table = pl.DataFrame(
        {
            "区县": [500101, 500102],
            "年份": [2020.0, 2020.0],
            "gdp": [0.1 + 0.2, None],
            "pop": [1, 2],
        }
    )
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    reading = read(buffer.getvalue(), file="f", columns=WIDE)
    assert (reading.format, reading.problems) == ("tidy_parquet", ())
    cell = at(reading, "row 1, column gdp")
    assert (cell["value"], cell["text"]) == (0.30000000000000004, "0.30000000000000004")
    assert cell["region_label"] == "500101"
    assert at(reading, "row 2, column gdp")["value"] is None


def test_stata_labels_and_missing_codes() -> None:
    pd = pytest.importorskip("pandas")
    data = pd.DataFrame({"prov": [50, 51, 52], "year": [2020, 2020, 2020], "edu": [9.5, None, 1.0]})
    buffer = io.BytesIO()
    labels = {"prov": {50: "重庆", 51: "四川"}}
    data.to_stata(buffer, write_index=False, version=118, value_labels=labels, data_label="调查")
    columns = TidyColumns(region="prov", period="year", values=("edu",))
    system, extended = b"\0\0\0\0\0\0\xe0\x7f", b"\0\0\0\0\0\1\xe0\x7f"  # . and .a as doubles
    assert buffer.getvalue().count(system) == 1
    content = buffer.getvalue().replace(system, extended)
    reading = read(content, file="f", columns=columns)
    assert (reading.format, reading.problems, reading.notes) == ("tidy_stata", (), ("调查",))
    assert reading.cells["region_label"].to_list() == ["重庆", "四川", "52"]
    assert reading.cells["value"].to_list() == [9.5, None, 1.0]
    assert reading.cells["locator"][0] == "row 1, column edu"


def test_missing_column_lists_what_there_is() -> None:
    for content in (b"a,b\n1,2\n", build_xlsx([["a", "b"], [1, 2]])):
        reading = read(content, file="f", columns=WIDE)
        assert codes(reading) == ["missing_columns"]
        assert "a, b" in reading.problems[0].found


def test_undeclared_table_asks_for_its_columns() -> None:
    for content in (b"a,b\n1,2\n", build_xlsx([["a", "b"], [1, 2]])):
        reading = read(content, file="f")
        assert codes(reading) == ["undeclared"]
        assert "columns" in reading.problems[0].expected


def test_all_troubles_of_a_table_at_once() -> None:
    text = (
        "区县,年份,gdp,pop\n万州区,2O20,1,2\n涪陵区,2020,12%,x\n涪陵区,2020,1,2\n"
        "渝中区,2020,1\n渝北区,2020Q1,1,2\n"
    )
    reading = read(text.encode(), file="f", columns=WIDE)
    assert set(codes(reading)) == {
        "bad_period", "not_annual", "percentage", "not_a_number", "repeated_cell", "row_width",
    }  # fmt: skip


def test_thousands_of_troubles_are_counted_not_listed() -> None:
    text = "区县,年份,gdp,pop\n" + "".join(f"r{i},2020,x,1\n" for i in range(1000))
    reading = read(text.encode(), file="f", columns=WIDE)
    assert len(reading.problems) == 51
    assert "950 more" in reading.problems[-1].found


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": "a", "values": ["x"]},
        {"region": "a", "period": "y", "year": 2020, "values": ["x"]},
        {"region": "a", "period": "y"},
        {"region": "a", "period": "y", "series": "s"},
        {"region": "a", "period": "a", "values": ["x"]},
        {"region": "a", "period": "y", "values": ["x"], "units": {"z": "人"}},
        {"region": "a", "period": "y", "values": ["x"], "colour": "red"},
    ],
)
def test_declarations_that_contradict_themselves(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TidyColumns.model_validate(wrong)


@pytest.mark.slow
def test_large_tables_are_read_whole() -> None:
    rows = 200_000
    index = np.arange(rows)
    table = pl.DataFrame(
        {"区县": index // 20, "年份": 2000 + index % 20, "gdp": index / 7, "pop": index}
    )
    buffer = io.BytesIO()
    table.write_csv(buffer)
    reading = read(buffer.getvalue(), file="f", columns=WIDE)
    assert reading.cells.height == 2 * rows


@pytest.mark.slow
def test_recognising_loads_neither_pandas_nor_pyarrow() -> None:
    code = (
        "import sys, nqpf_assets.formats.recognise\n"
        "sys.exit(' '.join(m for m in ('pandas', 'pyarrow') if m in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_recognise_containers() -> None:
    buffer = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(buffer)
    assert recognise(buffer.getvalue(), "x.csv") == "tidy_parquet"


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("-99", "-99.0"), ("-99", "－99"), ("-99", "−９９"), ("-99.0", "-99"), ("-9999", '"-9,999"'),
        ("-9,999", "-9999"), ("-99", "-99*"), ("999.9", "999.90"), ("-99", "-99"),
    ],
)  # fmt: skip
def test_a_number_that_stands_for_missing_is_known_in_all_spellings(
    code: str, printed: str
) -> None:
    declared = WIDE.model_copy(update={"missing": (code,)})
    reading = read(
        f"区县,年份,gdp,pop\n万州区,2020,{printed},99\n".encode(), file="f", columns=declared
    )
    assert reading.cells["value"].to_list() == [None, 99.0]
    assert "codes for a missing value" in reading.account.words
    assert reading.account.seen == reading.account.read + reading.account.n_ignored


@pytest.mark.parametrize("type", [pl.Float32, pl.Float64])
def test_a_number_that_stands_for_missing_is_known_as_stored(type: type[pl.DataType]) -> None:
    declared = WIDE.model_copy(update={"missing": ("999.9",)})
    buffer = io.BytesIO()
    pl.DataFrame(
        {"区县": ["万州区"], "年份": [2020], "gdp": pl.Series([999.9], dtype=type), "pop": [3]}
    ).write_parquet(buffer)
    reading = read(buffer.getvalue(), file="f", columns=declared)
    assert reading.cells["value"].to_list() == [None, 3.0]


def test_a_number_in_a_merged_cell_is_told(build: Callable[..., bytes]) -> None:
    rows = [["区县", "年份", "gdp", "pop"], ["万州区", 2020, 1, 2], ["涪陵区", 2020, None, 4]]
    assert codes(read(build(rows, [(1, 2, 2, 2)]), file="f", columns=WIDE)) == ["merged_value"]
    rows[1][3], rows[2][2] = None, 3
    assert codes(read(build(rows, [(1, 2, 1, 3)]), file="f", columns=WIDE)) == ["merged_value"]


def test_a_number_in_a_cell_merged_with_an_unread_column_is_told(
    build: Callable[..., bytes],
) -> None:
    rows = [["区县", "年份", "x", "gdp", "pop"], ["万州区", 2020, 9, None, 2]]
    assert codes(read(build(rows, [(1, 2, 1, 3)]), file="f", columns=WIDE)) == ["merged_value"]


def _semicolons(*cells: str) -> bytes:
    return "\n".join(
        ["区县;年份;gdp;pop", *(f"万州区;{2010 + n};{c};1" for n, c in enumerate(cells)), ""]
    ).encode()


def test_a_comma_that_may_stand_before_decimals_is_told() -> None:
    reading = read(_semicolons("1,531", "2.5"), file="f", columns=WIDE)
    assert codes(reading) == ["decimal_comma"]
    assert reading.problems[0].where == "line 2, column 3"
    assert "1531 or 1.531" in reading.problems[0].found
    assert len(codes(read(_semicolons(*["1,531"] * 80), file="f", columns=WIDE))) == 51


@pytest.mark.parametrize(("telling", "value"), [("2,250,000", 2250000.0), ("2,250.5", 2250.5)])
def test_a_number_that_tells_what_its_commas_are_tells_it_of_all(
    telling: str, value: float
) -> None:
    reading = read(_semicolons("1,531", telling), file="f", columns=WIDE)
    assert codes(reading) == []
    assert reading.cells.filter(series_label="gdp")["value"].to_list() == [1531.0, value]


def test_lines_may_end_as_on_old_macs() -> None:
    content = "# status: synthetic\n区县,年份,gdp,pop\n万州区,2020,1,2\n".replace(
        "\n", "\r"
    ).encode()
    reading = read(content, file="f", columns=WIDE)
    assert codes(reading) == []
    assert reading.cells["value"].to_list() == [1.0, 2.0]
    assert reading.cells["locator"][0] == "line 3, column 3"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (pl.Series(["1.5"], dtype=pl.Categorical), []),
        (pl.Series(["1.5"], dtype=pl.Enum(["1.5"])), []),
        (pl.Series([[1.0]]), ["not_a_number"]),
        (pl.Series([{"a": 1.0}]), ["not_a_number"]),
        (pl.Series([b"1"]), ["not_a_number"]),
        (pl.Series([dt.timedelta(days=3)]), ["not_a_number"]),
    ],
)
@pytest.mark.parametrize("name", ["gdp", "unread"])
def test_columns_of_any_kind_are_read_or_told(cells: pl.Series, told: list[str], name: str) -> None:
    columns: dict[str, Any] = {"区县": ["万州区"], "年份": [2020], "gdp": [1.5], "pop": [3]}
    buffer = io.BytesIO()
    pl.DataFrame(columns | {name: cells}).write_parquet(buffer)
    reading = read(buffer.getvalue(), file="f", columns=WIDE)
    assert codes(reading) == (told if name == "gdp" else [])
    if not codes(reading):
        assert reading.cells["value"].to_list() == [1.5, 3.0]


TWO_VALUES = "地区,年份,地区生产总值,年末常住人口\n"


@pytest.mark.parametrize(
    "second",
    [
        ",,(亿元),(万人)",
        ",,亿元,万人",
        "单位,,亿元,（万人）",
        "Region,Year,GRP (100 million yuan),Population (10000 persons)",
        "省份,年度,亿元,万人",
    ],
)
def test_a_second_header_row_has_the_units(second: str) -> None:
    table = f"{TWO_VALUES}{second}\n北京,2020,36102,2189\n"
    columns = TidyColumns(region="地区", period="年份", values=("地区生产总值", "年末常住人口"))
    reading = read(table.encode(), file="t.csv", columns=columns)
    assert reading.problems == ()
    assert reading.cells["value"].to_list() == [36102.0, 2189.0]
    factors = [parse_unit(unit).factor for unit in reading.cells["unit_label"]]
    assert factors == [10**8, 10**4]


@pytest.mark.parametrize("second", [",亿元", "Region,GRP (100 million yuan)"])
def test_a_second_header_row_of_a_table_of_one_year(second: str) -> None:
    columns = TidyColumns(region="地区", year=2020, values=("地区生产总值",))
    table = f"地区,地区生产总值\n{second}\n北京,36102\n"
    reading = read(table.encode(), file="t.csv", columns=columns)
    assert reading.problems == ()
    assert reading.cells["region_label"].to_list() == ["北京"]


@pytest.mark.parametrize("second", [",,(万元)", "Region,Year,GRP (10000 yuan)"])
def test_a_second_header_row_that_contradicts_the_first_is_not_chosen(second: str) -> None:
    columns = TidyColumns(region="地区", period="年份", values=("地区生产总值(亿元)",))
    table = f"地区,年份,地区生产总值(亿元)\n{second}\n北京,2020,36102\n"
    reading = read(table.encode(), file="t.csv", columns=columns)
    (label,) = reading.cells["unit_label"]
    assert names_several(label)


@pytest.mark.parametrize("row", ["北京,,36102", ",,36102", "北京,合计,—", "北京,年,亿元"])
def test_a_row_without_a_year_is_no_header_and_is_told(row: str) -> None:
    columns = TidyColumns(region="地区", period="年份", values=("地区生产总值",))
    table = f"地区,年份,地区生产总值\n{row}\n北京,2020,36102\n"
    reading = read(table.encode(), file="t.csv", columns=columns)
    (problem,) = [one for one in reading.problems if one.code == "bad_period"]
    assert problem.where == "line 2, column 3"
    assert "None" not in problem.found


def test_the_look_for_notes_grows_with_the_columns_and_not_with_their_square() -> None:
    """A table of 400 columns took minutes, however few its rows."""
    sizes = []
    for n in (20, 40):
        names = [f"c{place}" for place in range(n)]
        text = {name: pl.col(name).str.strip_chars() for name in names}
        filled = {name: (cell != "").fill_null(value=False) for name, cell in text.items()}
        sizes.append(len(str(tidy_rows._is_one_text(text, filled, names))))
    assert sizes[1] < 2.5 * sizes[0]
    frame = pl.DataFrame({"a": ["x", "x", "", None], "b": ["x", "y", "z", ""]})
    text = {name: pl.col(name) for name in frame.columns}
    filled = {name: (cell != "").fill_null(value=False) for name, cell in text.items()}
    found = frame.select(tidy_rows._is_one_text(text, filled, ["a", "b"])).to_series()
    assert found.to_list() == [True, False, True, False]
