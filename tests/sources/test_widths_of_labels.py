"""A label that a card names is the printed one, whatever its blanks and the width of its signs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from pydantic import ValidationError

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect

ABOUT = {"publisher": "x", "title": "t", "status": "official"}
NARROW, WIDE = "城镇化率(%)", "城镇化率（％）"


def collected(root: Path, name: str, content: bytes, card: dict[str, object]) -> Collection:
    folder = root / "raw" / "x" / "2023"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    text = yaml.safe_dump(ABOUT | card, allow_unicode=True)
    (folder / "card.yaml").write_text(text, encoding="utf-8")
    return collect(root / "raw", load_catalogue())


def workbook(*sheets: str, head: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for n, name in enumerate(sheets):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ("地区", "年份（年）", head))
            page.write_row(1, 0, ("北京市", 2012 + n, 86.2))
    return buffer.getvalue()


@pytest.mark.parametrize(("printed", "written"), [(NARROW, WIDE), (WIDE, NARROW)])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_columns_of_a_table(tmp_path: Path, printed: str, written: str, suffix: str) -> None:
    text = f"地区,年份（年）,{printed}\n北京市,2012,86.2\n".encode()
    content = text if suffix == "csv" else workbook("S", head=printed)
    columns = {
        "region": "地 区",
        "period": "年份(年)",
        "values": [written],
        "units": {printed: "%"},
    }
    card = {"series": {written: "urban_share"}, "columns": columns}
    found = collected(tmp_path, f"a.{suffix}", content, card)
    assert [one for one in found.problems if one.severity == "error"] == []
    assert found.observations["value"].to_list() == [86.2]


@pytest.mark.slow
@pytest.mark.parametrize("written", ["数据（1）", "数据(1)", " 数据 (1)"])
def test_sheets(tmp_path: Path, written: str) -> None:
    content = workbook("数据(1)", "数据(2)", head=NARROW)
    columns = {"region": "地区", "period": "年份（年）", "values": [NARROW]}
    one = collected(tmp_path / "a", "a.xlsx", content, {"columns": columns | {"sheet": written}})
    assert [problem for problem in one.problems if problem.severity == "error"] == []
    assert one.observations["period"].to_list() == [2012]
    sheets = {written: {"columns": columns}, "数据（2）": {"columns": columns}}
    both = collected(tmp_path / "b", "a.xlsx", content, {"sheets": sheets})
    assert [problem for problem in both.problems if problem.severity == "error"] == []
    assert both.observations["period"].to_list() == [2012, 2013]
    assert both.files["n_cells_seen"].to_list() == [4]


@pytest.mark.parametrize(
    "card",
    [
        {"columns": {"region": "地区", "period": "年份", "values": ["gdp"], "sheet": "S"}},
        {"sheets": {"S": {"columns": {"region": "地区", "period": "年份", "values": ["gdp"]}}}},
    ],
)
def test_a_sheet_of_a_file_without_sheets_is_refused(
    tmp_path: Path, card: dict[str, object]
) -> None:
    found = collected(
        tmp_path, "a.csv", "地区,年份,gdp\n北京市,2012,1\n".encode(), {"unit": "亿元"} | card
    )
    assert [one.code for one in found.problems if one.severity == "error"] == ["no_sheet"]


def test_two_names_for_one_thing_are_refused() -> None:
    with pytest.raises(ValidationError, match="again"):
        TidyColumns(region="a", period="b", values=(NARROW, WIDE))
    columns = TidyColumns(region="a", period="b", values=(NARROW,))
    sheets = {"数据（1）": {"columns": columns}, "数据(1)": {"columns": columns}}
    with pytest.raises(ValidationError, match="again"):
        OriginCard.model_validate(ABOUT | {"sheets": sheets})


def test_columns_that_differ_only_in_width_are_told_apart(tmp_path: Path) -> None:
    text = f"地区,年份,{NARROW},{WIDE}\n北京市,2012,1,2\n".encode()
    columns = {"region": "地区", "period": "年份", "values": [WIDE]}
    found = collected(
        tmp_path, "a.csv", text, {"series": {WIDE: "urban_share"}, "columns": columns}
    )
    assert found.observations["value"].to_list() == [2]
