"""What a card may say against its file: rows it leaves out, units it knows to be wrong, YAML to paste."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
import yaml

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect

CATALOGUE = load_catalogue()
CARD = "publisher: x\ntitle: t\nstatus: official\naccessed: 2026-05-03\n"
COLUMNS = "columns: {region: 地区, period: 年份, values: [g]}\n"


def collected(root: Path, card: str, table: str | float) -> Collection:
    """What is read of a CSV, or of a workbook with one number that it shows in percent."""
    folder = root / "raw" / "x" / "2023"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ("a.csv" if isinstance(table, str) else "a.xlsx")
    if isinstance(table, str):
        path.write_text(table, encoding="utf-8")
    else:
        with xlsxwriter.Workbook(path) as workbook:
            sheet = workbook.add_worksheet()
            sheet.write_row(0, 0, ("地区", "年份", "g"))
            sheet.write_row(1, 0, ("北京市", 2012))
            sheet.write(1, 2, table, workbook.add_format({"num_format": "0.0%"}))
    (folder / f"{path.name}.card.yaml").write_text(CARD + card, encoding="utf-8")
    return collect(root / "raw", CATALOGUE)


def errors(found: Collection) -> list[Problem]:
    return [problem for problem in found.problems if problem.severity == "error"]


@pytest.mark.parametrize("row", ["总计", "合计", "共计", "总数", "全部", "全省"])
def test_a_sum_of_some_rows_is_no_region_and_can_be_left_out(tmp_path: Path, row: str) -> None:
    text = f"地区,年份,g\n北京市,2012,1\n天津市,2012,2\n{row},2012,3\n"
    card = f"unit: 亿元\n{COLUMNS}"
    [problem] = errors(collected(tmp_path / "a", card, text))
    assert problem.code == "total_of_what_region"
    assert f"`ignore: [{row}]`" in problem.remedy
    found = collected(tmp_path / "b", f"{card}ignore: [{row}]\n", text)
    assert found.problems == ()
    assert sorted(found.observations["region_code"]) == ["110000", "120000"]
    assert f"row {row}: 1" in found.files["cells_ignored"][0]
    named = collected(tmp_path / "c", f"{card}region: 全国\n", text)
    assert "000000" in named.observations["region_code"].to_list()


def test_a_region_that_is_not_known_can_be_left_out_as_its_message_says(tmp_path: Path) -> None:
    text = "地区,年份,g\n北京市,2012,1\n北京（含: 外地）,2012,3\n"
    card = f"unit: 亿元\n{COLUMNS}"
    [problem] = errors(collected(tmp_path / "a", card, text))
    pasted = problem.remedy.split("write `", 1)[1].split("`", 1)[0]
    assert yaml.safe_load(pasted) == {"ignore": ["北京（含: 外地）"]}
    found = collected(tmp_path / "b", f"{card}{pasted}\n", text)
    assert (found.problems, found.observations.height) == ((), 1)


@pytest.mark.parametrize(
    ("header", "cell"), [("g", "12.5%"), ("g", "12.5％"), ("g（%）", "12.5"), ("g（‰）", "125‰")]
)
def test_a_share_shown_in_percent_is_not_accepted_as_a_ratio(
    tmp_path: Path, header: str, cell: str
) -> None:
    text = f"地区,年份,{header}\n北京市,2012,{cell}\n"
    sign = "‰" if "‰" in header + cell else "%"
    columns = COLUMNS.replace("[g]", f"[{header}]")
    found = collected(tmp_path, f"unit: 比例\n{columns}accept: {{unit: '{sign}'}}\n", text)
    assert [problem.code for problem in errors(found)] == ["disagrees_unit"]
    assert found.observations.is_empty()


def test_a_number_format_in_percent_is_not_accepted_as_a_ratio(tmp_path: Path) -> None:
    card = f"unit: 比例\n{COLUMNS}"
    [problem] = errors(collected(tmp_path / "a", card, 0.125))
    assert "`accept: {unit: '%'}`" in problem.remedy
    found = collected(tmp_path / "b", card + "accept: {unit: '%'}\n", 0.125)
    assert [one.code for one in errors(found)] == ["disagrees_unit"]
    assert found.observations.is_empty()


def test_a_ratio_under_a_header_in_percent_is_accepted_and_told(tmp_path: Path) -> None:
    columns = COLUMNS.replace("[g]", "[g（%）]")
    card = f"unit: 比例\n{columns}accept: {{unit: '%'}}\n"
    found = collected(tmp_path, card, "地区,年份,g（%）\n北京市,2012,0.125\n")
    assert found.observations.select("value", "unit_measure").row(0) == (0.125, "比例")
    [problem] = found.problems
    assert "kept as printed and are in 比例" in problem.remedy


def test_units_of_columns_do_not_overrule_a_header_without_a_word(tmp_path: Path) -> None:
    columns = "columns: {region: 地区, period: 年份, values: [g（%）], units: {g（%）: 比例}}\n"
    found = collected(tmp_path, columns, "地区,年份,g（%）\n北京市,2012,12.5\n")
    assert [one.code for one in errors(found)] == ["disagrees_unit"]


WORDS = [
    "%",
    "‰",
    "亿元",
    "a: b",
    "#1",
    "on",
    "2020",
    "it's",
    "a\nb",
    "- x",
    "[x]",
    "x ",
    "{",
    "*a",
    "\u200b",
]


@pytest.mark.parametrize("text", WORDS)
def test_words_to_paste_are_read_back_as_they_were(text: str) -> None:
    pasted = f"{{accept: {{unit: {yaml_word(text)}}}, ignore: [{yaml_word(text)}]}}"
    assert yaml.safe_load(pasted) == {"accept": {"unit": text}, "ignore": [text]}
