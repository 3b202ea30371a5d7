"""An id of one's own that is a shipped region's code is an error until the project says what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.projects.inspection import everything_wrong
from nqpf_assets.sources.collector import collect
from nqpf_assets.user_input.project import Project

CARD = """\
publisher: x
title: t
status: survey
unit: 无
columns: {region: code, period: year, values: [roa]}
"""
STUDY = """\
study: s
title: s
units: {level: firm}
periods: {first: 2020, last: 2021}
variables: {roa: {series: roa}}
"""


def problems(root: Path, regions: str, rows: str, card: str = CARD) -> list:
    files = {
        "catalog/regions.csv": "region_code,name,level,valid_from\n" + regions,
        "studies/s.yaml": STUDY,
        "raw/x/2026-01/card.yaml": card,
        "raw/x/2026-01/a.csv": "code,year,roa\n" + rows,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [one for one in everything_wrong(Project.at(root)).problems if one.severity == "error"]


FIRMS = "600519,Moutai,firm,2000\n"


@pytest.mark.slow
@pytest.mark.parametrize("code", ["430100", "110000", "500101"])
def test_a_firm_with_the_code_of_a_region_is_told(tmp_path: Path, code: str) -> None:
    rows = f"600519,2020,3\n600519,2021,5\n{code},2020,1\n{code},2021,2\n"
    found = problems(tmp_path, FIRMS, rows)[0]
    assert found.code == "unit_taken_for_region"
    assert f"`{code}` in 2 cells" in found.found
    assert f"{code},NAME,firm,2020" in found.remedy
    assert found.where == "line 4, column 1"


def test_what_the_project_says_is_a_firm_is_one(tmp_path: Path) -> None:
    rows = "430100,2020,1\n430100,2021,2\n600519,2020,3\n600519,2021,5\n"
    assert not problems(tmp_path, FIRMS + "430100,Mine,firm,2000\n", rows)


def test_a_total_by_name_beside_own_units_is_a_region(tmp_path: Path) -> None:
    assert not problems(tmp_path, FIRMS, "600519,2020,3\n全国,2020,9\n")


SHIPPED = "430100,2020,3\n420100,2020,9\n"


@pytest.mark.slow
def test_codes_of_shipped_regions_alone_are_told_in_a_project_of_firms(tmp_path: Path) -> None:
    [found] = problems(tmp_path, FIRMS, SHIPPED)
    assert found.code == "unit_taken_for_region"
    assert "`430100` and 1 more in 2 cells: taken for 长沙市 (prefecture)" in found.found
    assert "firm" in found.expected
    assert "`accept: {level: prefecture}`" in found.remedy
    own = FIRMS + "430100,A,firm,2000\n420100,B,firm,2000\n"
    assert not problems(tmp_path, own, SHIPPED)


def test_a_card_may_say_that_codes_are_regions(tmp_path: Path) -> None:
    assert not problems(tmp_path, FIRMS, SHIPPED, f"{CARD}accept: {{level: prefecture}}\n")
    [found] = problems(tmp_path, FIRMS, SHIPPED, f"{CARD}accept: {{level: county}}\n")
    assert found.code == "unit_taken_for_region"


@pytest.mark.slow
@pytest.mark.parametrize("own", ["A1,Moutai,firm,2000\n", "500101001,a,town,2000\n"])
def test_codes_that_no_unit_of_the_project_looks_like_are_a_warning(
    tmp_path: Path, own: str
) -> None:
    problems(tmp_path, own, SHIPPED)
    found = collect(tmp_path / "raw", load_catalogue(tmp_path / "catalog"))
    assert [one.code for one in found.problems] == ["unit_taken_for_region"]


def test_names_of_regions_are_regions(tmp_path: Path) -> None:
    assert not problems(tmp_path, FIRMS, "长沙市,2020,3\n420100,2020,9\n")


def test_a_series_in_a_file_that_was_refused_is_not_called_unknown(tmp_path: Path) -> None:
    found = problems(tmp_path, FIRMS, "600519,2020,x\n")
    assert [one.code for one in found] == ["not_a_number"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["重庆", "长沙市", "Chongqing", "万州区"])
def test_a_firm_with_the_name_of_a_region_is_told(tmp_path: Path, name: str) -> None:
    rows = f"600519,2020,3\n600519,2021,5\n{name},2020,1\n{name},2021,2\n"
    found = problems(tmp_path, FIRMS, rows)[0]
    assert found.code == "unit_taken_for_region"
    assert f"`{name}` in 2 cells" in found.found
    assert "has this name" in found.found
    assert f"{name},NAME,firm,2020" in found.remedy


def test_a_region_that_own_units_lie_in_is_their_total(tmp_path: Path) -> None:
    header = "region_code,name,level,parent,valid_from\n"
    own = "T1,Town,town,500101,2000\n"
    place = tmp_path / "raw" / "x" / "2026-01"
    place.mkdir(parents=True)
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "regions.csv").write_text(header + own, encoding="utf-8")
    (place / "card.yaml").write_text(CARD, encoding="utf-8")
    rows = "code,year,roa\nT1,2020,1\n万州区,2020,2\n重庆市,2020,3\n"
    (place / "a.csv").write_text(rows, encoding="utf-8")
    found = collect(tmp_path / "raw", load_catalogue(tmp_path / "catalog"))
    assert not found.problems


def test_a_card_may_say_that_names_are_regions(tmp_path: Path) -> None:
    rows = "600519,2020,3\n600519,2021,5\n重庆,2020,1\n"
    assert not problems(tmp_path, FIRMS, rows, f"{CARD}accept: {{level: province}}\n")
