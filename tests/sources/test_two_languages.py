"""Labels in Chinese and Latin letters in one cell: regions, indicators, headers, in tables and on pages."""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nqpf_assets.catalog.catalogue import Catalogue, load_catalogue
from nqpf_assets.catalog.label_keys import label_keys, said_in_two_languages
from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.region_match import match_regions
from nqpf_assets.catalog.two_languages import parts_of, parts_of_place
from nqpf_assets.formats.known_regions import is_region
from nqpf_assets.formats.labels import row_key
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from tests.command import nqpf
from tests.formats.conftest import build_xlsx

ABOUT = "publisher: X\ntitle: y\nstatus: official\naccessed: 2026-05-03\n"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def collected(folder: Path, content: bytes, card: str) -> Collection:
    place = folder / "raw" / "x" / "2026-05"
    place.mkdir(parents=True)
    name = "a.xlsx" if content.startswith(b"PK") else "a.csv"
    (place / name).write_bytes(content)
    (place / f"{name}.card.yaml").write_text(ABOUT + card, encoding="utf-8")
    return collect(folder / "raw", load_catalogue())


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("北京 Beijing", "110000"),
        ("北　京　Beijing", "110000"),
        ("天津\nTianjin", "120000"),
        ("Tianjin\n天津", "120000"),
        ("新疆（Xinjiang）", "650000"),
        ("北京市 Beijing Municipality", "110000"),
        ("广西 Guangxi Zhuang A.R.", "450000"),
        ("内蒙古 Inner Mongolia", "150000"),
        ("西藏 Xizang (Tibet)", "540000"),
        ("北京 Bejing", "110000"),
        ("全国 National Total", "000000"),
        ("全国 National", "000000"),
        ("Nanjing 南京", "320100"),
        ("Beijing Municipality 北京市", "110000"),
        ("易县 Yi", "130633"),
        ("易县（Yi）", "130633"),
        ("Yi 易县", "130633"),
        ("易县 Wu", None),
        ("合肥市 Hebi", None),
        ("陕西 Shanxi", None),
        ("Shanxi 陕西", None),
        ("北京 Tianjin", None),
        ("北京 Urban", None),
        ("其他 Beijing", None),
    ],
)
def test_a_region_in_two_languages(catalogue: Catalogue, label: str, code: str | None) -> None:
    found = match_regions(pl.Series([label]), pl.Series([2019]), catalogue.regions)
    assert found.codes.to_list() == [code]
    if code is None:
        assert found.unmatched["reason"].to_list() == ["two_names"]
        told = found.unmatched["near"][0]
        assert all(f"`{part}` is " in told for part in parts_of_place(label) or ())


def test_what_two_parts_name_is_told_with_names_and_codes(catalogue: Catalogue) -> None:
    told = said_in_two_languages(["陕西 Shanxi", "Shanxi 陕西"], catalogue.regions)
    assert set(told.values()) == {"`陕西` is 陕西省 (610000); `Shanxi` is 山西省 (140000)"}


@pytest.mark.parametrize("label", ["Nanjing 南京", "易县 Yi", "南京 Nanjing", "Beijing\n北京"])
def test_a_row_is_one_of_a_region_whichever_part_stands_first(label: str) -> None:
    assert is_region(label)


def test_a_total_is_one_whichever_part_stands_first() -> None:
    assert row_key("Total 总计") == row_key("总计 Total") == "总计"


@pytest.mark.parametrize("label", ["Theil 指数", "Gini 系数", "Internet 用户数(万户)"])
def test_a_latin_word_before_a_chinese_one_is_one_name_of_an_indicator(label: str) -> None:
    assert parts_of(label) is None


def test_every_region_is_known_by_its_name_beside_its_english_one(catalogue: Catalogue) -> None:
    rows = catalogue.regions.frame.filter(pl.col("level").is_in(["province", "prefecture"])).filter(
        pl.col("english").str.contains(r"^[A-Z][a-z]{2}").fill_null(False)
    )
    years = pl.Series([2020] * rows.height)
    alone = match_regions(rows["name"], years, catalogue.regions)
    both = match_regions(rows["name"] + " " + rows["english"], years, catalogue.regions)
    assert both.codes.to_list() == alone.codes.to_list()
    assert alone.codes.null_count() < rows.height / 8  # those that ended before 2020


@pytest.mark.parametrize(
    "label",
    [
        "R&D经费",
        "人口A",
        "GDP",
        "地区生产总值(亿元)",
        "PM2.5浓度",
        "北京",
        "人均GDP(元/人)",
        "（A）",
    ],
)
def test_names_in_one_language_are_left_alone(label: str) -> None:
    assert parts_of(label) is None


@pytest.mark.parametrize("text", ["甲" * 30_000, "甲 Abc" * 10_000, "甲(" * 30_000 + "A"])
def test_a_long_text_is_no_label_and_takes_no_time(text: str) -> None:
    begun = time.process_time()
    assert parts_of(text) is None
    assert time.process_time() - begun < 0.5


def test_many_unknown_labels_take_no_time(catalogue: Catalogue) -> None:
    labels = pl.Series([f"未知{n}村 Unknown Village {n}" for n in range(500)])
    label_keys(labels[:1], catalogue.regions)  # what is made once for all labels
    begun = time.process_time()
    keys = label_keys(labels, catalogue.regions)
    assert not said_in_two_languages(labels, catalogue.regions)
    assert time.process_time() - begun < 1
    assert not set(keys["key"]) & catalogue.regions.keys


CHINESE = st.text("北京天津人口总值（）()、1 ", min_size=1, max_size=8).map(str.strip)
LATIN = st.from_regex(r"[A-Z][a-z]{2,8}( [a-z]{2,6}){0,2}", fullmatch=True)


@given(CHINESE, LATIN, st.sampled_from([" ", "\n", "　", ""]))
def test_both_parts_are_found_as_they_were_put_together(
    chinese: str, latin: str, between: str
) -> None:
    if not any(character > "\u4e00" for character in chinese) or chinese[-1] in "(（":
        return
    assert parts_of(f"{chinese}{between}{latin}") == (chinese, latin)
    assert parts_of(chinese) is None
    assert parts_of(latin) is None


def test_the_unit_is_that_of_the_chinese_part() -> None:
    label = "地区生产总值(亿元)\nGross Regional Product(100 million yuan)"
    assert printed_series(label)[1] == "亿元"
    assert printed_series("粮食产量 Grain Output(tons)")[1] == "tons"


HEAD = (
    '"地区\nRegion","年份\nYear","地区生产总值(亿元)\nGross Regional Product(100 million yuan)"\n'
)
ROWS = '"北京\nBeijing",2019,1\n天津 Tianjin,2019,2\n'


@pytest.mark.slow
@pytest.mark.parametrize("region", ["地区", "Region", "地区 Region"])
def test_a_table_in_two_languages(tmp_path: Path, region: str) -> None:
    card = f"columns: {{region: {region}, period: 年份, values: [地区生产总值(亿元)]}}\n"
    found = collected(tmp_path, (HEAD + ROWS).encode(), card)
    assert found.problems == ()
    columns = ["series_id", "region_code", "value", "unit_measure"]
    assert found.observations.select(columns).rows() == [
        ("gdp", "110000", 1.0, "亿元"),
        ("gdp", "120000", 2.0, "亿元"),
    ]


@pytest.mark.slow
def test_a_table_in_two_languages_is_added(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("主要指标 Main Indicators\n" + HEAD + ROWS, encoding="utf-8")
    ran = nqpf("add", tmp_path / "a.csv", "--yes", "--publisher", "某", project=tmp_path)
    assert ran.status == 0, ran.err
    assert "0 cards with open facts" in ran.out
    found = collect(tmp_path / "raw", load_catalogue())
    assert found.problems == ()
    assert set(found.observations["series_id"]) == {"gdp"}


@pytest.mark.parametrize(
    ("heads", "words", "severity"),
    [
        (["地区生产总值 Rural Population"], "`rural_population`", "error"),
        (
            ["地区生产总值(亿元) Gross Regional Product(万元)".replace("万元", "yuan")],
            "in yuan",
            "error",
        ),
        (["地区生产总值 Growth"], "nobody knows `Growth`", "warning"),
        (["年末常住人口 Resident Population", "年末常住人口 Rural Residents"], "and", "error"),
    ],
)
def test_what_the_two_languages_say_apart_is_told(
    tmp_path: Path, heads: list[str], words: str, severity: str
) -> None:
    table = f"地区,年份,{','.join(heads)}\n北京,2019,{','.join('1' for _ in heads)}\n"
    card = f"unit: 亿元\ncolumns: {{region: 地区, period: 年份, values: [{', '.join(heads)}]}}\n"
    found = collected(
        tmp_path, table.encode(), card.replace("unit: 亿元\n", "") if "(" in table else card
    )
    told = [one for one in found.problems if one.code == "two_names"]
    assert words in told[0].found
    assert told[0].severity == severity


def test_a_page_in_two_languages(tmp_path: Path) -> None:
    page = build_xlsx(
        [
            ["表1 各区县产值（2020）Output by District"],
            [
                "地区\nRegion",
                "生产总值(亿元)\nGross Regional Product(100 million yuan)",
                "人口 Population",
            ],
            [None, None, "(万人)"],
            ["总计 Total", 9, 8],
            ["万州区 Wanzhou District", 5, 4],
            ["涪陵区 Fuling", 4, 4],
        ]
    )
    card = "region: 重庆市\nlayout: {columns: {gdp: 生产总值, pop: 人口}}\n"
    found = collected(tmp_path, page, card)
    assert found.problems == ()
    columns = ["region_code", "value", "unit_measure"]
    assert sorted(found.observations.select(columns).rows()) == [
        ("500101", 4.0, "万人"),
        ("500101", 5.0, "亿元"),
        ("500102", 4.0, "万人"),
        ("500102", 4.0, "亿元"),
    ]
