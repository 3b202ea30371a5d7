"""Which numbers of four digits are years: those from 1900 to 2100, or those that the card says."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.labels import parse_year, years_between, years_read
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from tests.formats.conftest import build_xlsx

ABOUT = "publisher: x\ntitle: t\nstatus: official\nunit: 人\n"
TIDY = "columns: {region: 地区, period: 年份, values: [population]}\n"
WIDE = "series: population\ncolumns: {region: 地区, values: ['1840', '2150']}\n"
PAGE = "columns: {population: 人口}"
FILES = {
    "table": (TIDY, "地区,年份,population\n全国,1840,412\n全国,2150,1300\n".encode()),
    "years along": (WIDE, "地区,1840,2150\n全国,412,1300\n".encode()),
    "bureau's page": (
        "",
        "数据库：年度数据\n指标：人口(人)\n时间：1840-2150\n地区,2150年,1840年\n全国,1300,412\n"
        "数据来源：国家统计局\n".encode(),
    ),
    "years over columns": (
        f"layout: {{{PAGE}}}\n",
        build_xlsx([["人口"], ["地区", 1840, 2150], [None, "人口", "人口"], ["北京市", 412, 1300]]),
    ),
    "rows of years": (
        f"layout: {{row_kind: year, row_head: 年份, region: 北京市, {PAGE}}}\n",
        build_xlsx([["人口"], ["年份", "人口"], [1840, 412], [2150, 1300]]),
    ),
    "year of the title": (
        f"layout: {{{PAGE}}}\n",
        build_xlsx([["人口（1840）"], ["地区", "人口"], ["北京市", 412]]),
    ),
    "year of the card": (f"layout: {{year: 1840, {PAGE}}}\n",
        build_xlsx([["人口"], ["地区", "人口"], ["北京市", 412]])),
}  # fmt: skip


def collected(root: Path, kind: str, more: str = "") -> Collection:
    card, content = FILES[kind]
    folder = root / "raw" / "x" / "2023"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a").write_bytes(content)
    text = ABOUT.replace("publisher: x", "publisher: 国家统计局") + card + more
    (folder / "card.yaml").write_text(text, encoding="utf-8")
    return collect(root / "raw", load_catalogue())


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_a_card_may_widen_the_years(tmp_path: Path, kind: str) -> None:
    usual = collected(tmp_path / "a", kind)
    assert any(one.severity == "error" for one in usual.problems)
    wide = collected(tmp_path / "b", kind, "years: [1840, 2150]\n")
    assert [one for one in wide.problems if one.severity == "error"] == []
    assert {1840, 2150} >= set(wide.observations["period"]) >= {1840}
    assert years_read() == (1900, 2100)


@pytest.mark.parametrize("kind", ["table", "years along", "bureau's page", "rows of years"])
def test_what_is_refused_names_the_key(tmp_path: Path, kind: str) -> None:
    found = collected(tmp_path, kind)
    assert any("`years: [1840, 2100]`" in one.remedy for one in found.problems)
    assert any("`years: [1900, 2150]`" in one.remedy for one in found.problems)


@pytest.mark.parametrize(
    "years", ["[1840]", "[1950, 1900]", "[184, 2100]", "1840", "[a, b]", "[1840, 20000]"]
)
def test_years_that_are_none(tmp_path: Path, years: str) -> None:
    found = collected(tmp_path, "table", f"years: {years}\n")
    problems = [one for one in found.problems if one.severity == "error"]
    assert {one.file for one in problems} == {"raw/x/2023/card.yaml"}


def test_the_same_number_is_a_year_within_the_bounds_only() -> None:
    assert parse_year("1840年") is None
    with years_between((1840, 1850)):
        assert parse_year("1840年") == 1840
        assert parse_year(2012) is None
