"""What is said beside files of `nqpf add` is in their cards, in the files themselves, or told as unheard."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources.collector import collect
from tests.command import Ran, nqpf
from tests.formats.conftest import build_book

SHORT = "地区,05年,06年\n北京,6970,8118\n天津,3906,4463\n"
YEARS = SHORT.replace("05年", "2005年").replace("06年", "2006年")
TIDY = "地区,年份,{}\n北京,2005,6970\n天津,2005,3906\n"
KNOWN = TIDY.format("地区生产总值(亿元)")


def added(
    folder: Path, content: str, *words: str, name: str = "k.csv"
) -> tuple[Ran, dict[str, Any]]:
    """What the command said of a file, and the card that it wrote."""
    (folder / name).write_text(content, encoding="utf-8")
    ran = nqpf("add", folder / name, "--yes", *words, project=folder)
    (card,) = (folder / "raw").rglob("*.card.yaml")
    return ran, yaml.safe_load(card.read_text("utf-8"))


def observed(folder: Path) -> list[tuple[str, int, float, str]]:
    found = collect(folder / "raw", load_catalogue(None)).observations
    return sorted(found.select("series_id", "period", "value", "unit_measure").rows())


READ = [("gdp", 2005, 3906.0, "亿元"), ("gdp", 2005, 6970.0, "亿元")]


@pytest.mark.slow
@pytest.mark.parametrize("content", [SHORT, TIDY.format("地区生产总值").replace("2005", "05年")])
def test_years_of_two_digits_leave_open_which_they_are_and_hear_the_rest(
    tmp_path: Path, content: str
) -> None:
    words = ("--publisher", "某局", "--unit", "亿元")
    ran, card = added(tmp_path, content, *words, *(["--series", "gdp"] if content is SHORT else []))
    assert (ran.status, ran.err) == (0, "")
    assert "open: columns.two_digit_years" in ran.out
    assert "columns.year," not in ran.out
    assert card["unit"] == "亿元"
    assert "year" not in card["columns"]
    (path,) = (tmp_path / "raw").rglob("*.card.yaml")
    text = path.read_text("utf-8")
    path.write_text(text.replace("# two_digit_years:", "two_digit_years: [1950, 2049]"))
    assert observed(tmp_path)[:2] == READ


def test_years_of_two_digits_ask_for_series_and_unit_too(tmp_path: Path) -> None:
    ran, _ = added(tmp_path, SHORT, "--publisher", "某局")
    for key in ("columns.two_digit_years", "series", "unit"):
        assert f"open: {key}," in ran.out


def test_a_terminal_is_asked_for_the_years_and_the_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    (tmp_path / "k.csv").write_text(SHORT, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", Terminal("某局\nsurvey\n\n亿元\ngdp\n\n"))
    ran = nqpf("add", tmp_path / "k.csv", project=tmp_path)
    assert ran.status == 0, ran.err
    (path,) = (tmp_path / "raw").rglob("*.card.yaml")
    card = yaml.safe_load(path.read_text("utf-8"))
    assert list(card)[:3] == ["publisher", "title", "status"]
    assert (card["publisher"], card["status"]) == ("某局", "survey")
    assert card["columns"]["two_digit_years"] == [1950, 2049]
    assert observed(tmp_path)[:2] == READ


@pytest.mark.slow
@pytest.mark.parametrize("head", ["数值", "甲"])
def test_a_series_that_is_said_is_that_of_the_only_column_nobody_knows(
    tmp_path: Path, head: str
) -> None:
    words = ("--publisher", "某局", "--series", "gdp", "--unit", "亿元")
    ran, card = added(tmp_path, TIDY.format(head), *words)
    assert (ran.status, ran.err) == (0, "")
    assert card["series"] == {head: "gdp"}
    assert observed(tmp_path) == READ


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (KNOWN, ("--unit", "万元")),
        (KNOWN, ("--series", "population")),
        (KNOWN, ("--year", "2006")),
        (KNOWN, ("--region", "重庆市")),
        ("地区,年份,甲(亿元),乙(亿元)\n北京,2005,1,2\n天津,2005,3,4\n", ("--series", "gdp")),
        (YEARS + "数据来源：国家统计局\n", ("--publisher", "某局")),
    ],
)
def test_what_is_said_and_heard_by_no_file_is_told(
    tmp_path: Path, content: str, words: tuple[str, str]
) -> None:
    publisher = () if "--publisher" in words else ("--publisher", "某局")
    ran, card = added(tmp_path, content, *publisher, *words)
    assert f"warning: {' '.join(words)}\n" in ran.err
    assert words[1] not in map(str, card.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (KNOWN, ("--unit", "亿元")),
        (KNOWN, ("--series", "gdp")),
        (KNOWN, ("--year", "2005")),
        (KNOWN, ("--region", "北京")),
        (KNOWN.replace("年份,", "").replace("2005,", ""), ("--year", "2005")),
        (TIDY.format("地区生产总值"), ("--unit", "亿元")),
        (YEARS, ("--series", "gdp", "--unit", "亿元")),
    ],
)
def test_what_a_file_says_alike_or_a_card_has_is_heard(
    tmp_path: Path, content: str, words: tuple[str, ...]
) -> None:
    ran, _ = added(tmp_path, content, "--publisher", "某局", *words)
    assert (ran.status, ran.err) == (0, "")


def test_a_region_is_said_for_each_sheet_of_years(tmp_path: Path) -> None:
    rows = [["分年人口"], ["年份", "年末常住人口(万人)"], [2005, 2798], [2006, 2808]]
    other = [["分年生产总值"], ["年份", "地区生产总值(亿元)"], [2005, 3448], [2006, 3901]]
    (tmp_path / "k.xlsx").write_bytes(build_book({"人口": rows, "生产": other}))
    words = ("--yes", "--publisher", "某局", "--region", "重庆市")
    ran = nqpf("add", tmp_path / "k.xlsx", *words, project=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "open" not in ran.out.replace("with open facts", "")


@pytest.mark.slow
def test_a_table_that_is_signed_by_nobody_is_of_the_publisher_that_is_said(tmp_path: Path) -> None:
    words = ("--publisher", "某局", "--series", "gdp", "--unit", "亿元")
    ran, card = added(tmp_path, YEARS, *words)
    assert (ran.status, ran.err) == (0, "")
    assert card["publisher"] == "某局"
    assert observed(tmp_path)[:2] == READ


def test_the_status_of_an_unknown_publisher_is_open(tmp_path: Path) -> None:
    ran, card = added(tmp_path, KNOWN)
    assert "open: publisher," in ran.out
    assert "open: status," in ran.out
    assert not {"publisher", "status"} & card.keys()


def test_the_status_that_a_file_says_is_its_own(tmp_path: Path) -> None:
    ran, card = added(tmp_path, f"# 合成数据\n{KNOWN}")
    assert card["status"] == "synthetic"
    assert "open: status" not in ran.out
