"""Brackets of a publisher's indicator that hold no unit are parts of its name, where that can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.recognise import read
from nqpf_assets.sources.collector import collect
from tests.formats.conftest import build_xlsx, codes

LABELS = ("教师(小学)", "教师(中学)")
PAGE = "地区：北京市\n指标,2019年\n教师(小学),1\n教师（中学）,2\n数据来源：国家统计局\n"
HEAD = "数据集名称,指标名称,地区,年份,数值,单位\n"
LONG = f"{HEAD}d,教师 (小学),北京,2019,1,UNIT\nd,教师 (中学),北京,2019,2,UNIT\n"
EPS = [
    [None, None, "2019"],
    ["教师（小学）", "北京", "1"],
    ["教师（中学）", "北京", "2"],
    [None],
    ["数据来源：x"],
]
FILES = {
    "nbs_csv_old": PAGE.encode(),
    "eps_workbook": build_xlsx(EPS),
    "nbs_api_long": LONG.replace("UNIT", "").encode(),
}


@pytest.mark.parametrize("format", FILES)
def test_names_that_brackets_tell_apart_keep_them(format: str) -> None:
    reading = read(FILES[format], file="f")
    assert reading.format == format
    found = reading.cells.select("series_label", "unit_label", "value").rows()
    assert found == [(LABELS[0], None, 1), (LABELS[1], None, 2)]


def test_beside_a_unit_of_its_own_a_bracket_belongs_to_the_name() -> None:
    reading = read(LONG.replace("UNIT", "人").encode(), file="f")
    assert codes(reading) == ["words_in_brackets"] * 2
    assert "教师 (小学)" in reading.problems[0].found
    found = reading.cells.select("series_label", "unit_label").rows()
    assert [(label.replace(" ", ""), unit) for label, unit in found] == [
        (one, "人") for one in LABELS
    ]
    same = read(
        LONG.replace("小学", "人").replace("中学", "个").replace("UNIT", "人").encode(), file="f"
    )
    assert same.cells["series_label"].unique().to_list() == ["教师"]


def test_a_unit_of_both_that_nobody_knows_stays_one() -> None:
    text = (
        LONG.replace("小学", "捆")
        .replace("中学", "捆")
        .replace("UNIT", "捆")
        .replace("2019,2", "2018,2")
    )
    reading = read(text.encode(), file="f")
    assert codes(reading) == []
    assert reading.cells.select("series_label", "unit_label").unique().rows() == [("教师", "捆")]


@pytest.mark.parametrize("unit", ["万吨标煤", "标箱"])
def test_a_unit_that_nobody_knows_stays_one(unit: str) -> None:
    reading = read(
        PAGE.replace("教师(小学)", f"货物({unit})").replace("教师（中学）", "人口(人)").encode(),
        file="f",
    )
    assert reading.cells["unit_label"].to_list() == [unit, "人"]


def collected(root: Path, card: str) -> object:
    folder = root / "raw" / "x" / "2023"
    folder.mkdir(parents=True)
    text = "指标：地区生产总值(现价)\n地区,2019年\n北京市,3\n数据来源：国家统计局\n"
    (folder / "a.csv").write_text(text, encoding="utf-8")
    about = "publisher: 国家统计局\ntitle: t\nstatus: official\n"
    (folder / "card.yaml").write_text(about + card, encoding="utf-8")
    return collect(root / "raw", load_catalogue())


def test_a_single_one_is_told_with_what_helps(tmp_path: Path) -> None:
    [problem] = collected(tmp_path / "a", "").problems  # type: ignore[attr-defined]
    assert "`unit: 亿元` and `accept: {unit: 现价}`" in problem.remedy
    found = collected(tmp_path / "b", "unit: 亿元\naccept: {unit: 现价}\n")
    assert not [one for one in found.problems if one.severity == "error"]  # type: ignore[attr-defined]
    assert found.observations["unit_measure"].to_list() == ["亿元"]  # type: ignore[attr-defined]
