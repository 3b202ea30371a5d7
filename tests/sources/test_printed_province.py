"""A region that the file itself puts into another province is no match for its name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect

CARD = """\
publisher: x
title: t
status: survey
unit: 亿元
columns: {region: 县, period: 年份, values: [gdp]}
"""


def collected(root: Path, rows: list[list[object]], *, is_workbook: bool = False) -> Collection:
    place = root / "raw" / "x" / "2026-01"
    place.mkdir(parents=True)
    (place / "card.yaml").write_text(CARD, encoding="utf-8")
    if is_workbook:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        (place / "a.xlsx").write_bytes(buffer.getvalue())
    else:
        text = "".join(",".join(map(str, row)) + "\n" for row in rows)
        (place / "a.csv").write_text(text, encoding="utf-8")
    return collect(root / "raw", load_catalogue(None))


@pytest.mark.slow
@pytest.mark.parametrize("head", ["省份", "省", "Province", "所属省份", "prov_name"])
@pytest.mark.parametrize("province", ["浙江省", "浙江", "330000"])
@pytest.mark.parametrize("is_workbook", [False, True])
def test_a_region_of_another_province_is_told(
    tmp_path: Path, head: str, province: str, is_workbook: bool
) -> None:
    rows = [[head, "县", "年份", "gdp"], [province, "万州区", 2020, 1]]
    found = collected(tmp_path, rows, is_workbook=is_workbook)
    assert [one.code for one in found.problems] == ["other_province"]
    assert found.observations.is_empty()


def test_regions_of_the_province_beside_them_are_read(tmp_path: Path) -> None:
    rows = [
        ["省份", "县", "年份", "gdp"], ["重庆市", "江北区", 2020, 1], ["", "万州区", 2020, 2],
        ["重庆", "重庆市", 2020, 3], ["全国", "全国", 2020, 4], ["四川省", "成都市", 2020, 5],
    ]  # fmt: skip
    found = collected(tmp_path, rows)
    assert not found.problems
    assert found.observations.height == 5


@pytest.mark.slow
@pytest.mark.parametrize("is_workbook", [False, True])
def test_a_province_and_a_city_beside_a_name_say_whose_it_is(
    tmp_path: Path, is_workbook: bool
) -> None:
    rows = [
        ["省份", "城市", "县", "年份", "gdp"],
        ["浙江省", "宁波市", "江北区", 2020, 1], ["重庆市", "", "江北区", 2020, 2],
        ["江苏", "南京", "鼓楼区", 2020, 3], ["江苏", "徐州", "鼓楼区", 2020, 4],
        ["福建省", "福州市", "鼓楼区", 2020, 5], ["", "长春市", "朝阳区", 2020, 6],
        ["辽宁", "朝阳", "朝阳县", 2020, 7],
    ]  # fmt: skip
    found = collected(tmp_path, rows, is_workbook=is_workbook)
    assert not found.problems
    codes = found.observations.sort("value")["region_code"].to_list()
    assert codes == ["330205", "500105", "320106", "320302", "350102", "220104", "211321"]


def test_a_name_of_two_regions_is_refused_with_both(tmp_path: Path) -> None:
    rows = [["县", "年份", "gdp"], ["成都市", 2020, 1], ["朝阳区", 2020, 2], ["南京市", 2020, 3]]
    (told,) = collected(tmp_path, rows).problems
    assert told.code == "ambiguous_region"
    assert "110105" in told.found
    assert "220104" in told.found


def test_a_page_of_one_province_says_whose_a_name_is(tmp_path: Path) -> None:
    rows = [["县", "年份", "gdp"], ["万州区", 2020, 1], ["江北区", 2020, 2], ["忠县", 2020, 3]]
    found = collected(tmp_path / "a", rows)
    assert not found.problems
    assert "500105" in found.observations["region_code"]
    rows[1][0] = "成都市"
    assert [one.code for one in collected(tmp_path / "b", rows).problems] == ["ambiguous_region"]


@pytest.mark.slow
def test_a_province_among_cities_is_told_where_a_city_has_its_name(tmp_path: Path) -> None:
    rows = [["县", "年份", "gdp"], ["长春", 2020, 1], ["吉林", 2020, 2], ["大连", 2020, 3]]
    found = collected(tmp_path / "a", rows)
    assert [one.code for one in found.problems] == ["ambiguous_region"]
    rows[2][0] = "吉林省"
    assert not collected(tmp_path / "b", rows).problems
    provinces = [["县", "年份", "gdp"], ["吉林", 2020, 1], ["辽宁", 2020, 2]]
    assert not collected(tmp_path / "c", provinces).problems
