"""The edition of a yearbook that a file names, and the day on which somebody saved a workbook."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from nqpf_assets.sources.printed_edition import edition_of, saved_on

NAMED = {
    "中国农村统计年鉴2021": 2021,
    "2021中国农村统计年鉴": 2021,
    "2021年中国统计年鉴.xlsx": 2021,
    "上海统计年鉴（2018）": 2018,
    "《中国统计年鉴—2019》": 2019,
    "yearbook2020": 2020,
    "China_Statistical_Yearbook_2020": 2020,
    "2020 China Statistical Yearbook": 2020,
    "6-5 2020年各地区农业分项产值": None,
    "表2.2 各区土地面积（2017）": None,
    "2020年各地区产值（统计年鉴）": None,
    "中国统计年鉴2010-2020": None,
    "2010-2020中国统计年鉴": None,
    "中国县域统计年鉴（县市）改": None,
    "中国统计年鉴202101": None,
}


@pytest.mark.parametrize("text", NAMED)
def test_a_year_beside_the_yearbook_is_its_edition(text: str) -> None:
    assert edition_of([text]) == NAMED[text]


def test_what_does_not_agree_says_nothing() -> None:
    assert edition_of(["中国统计年鉴2021", "中国统计年鉴2020"]) is None
    assert edition_of(["6-5 2020年各地区农业分项产值.csv", "", "中国农村统计年鉴2021"]) == 2021


CORE = (
    '<cp:coreProperties xmlns:cp="a" xmlns:dc="b" xmlns:dcterms="c">{}'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{}T01:15:34Z</dcterms:modified></cp:coreProperties>'
)
BY = "<cp:lastModifiedBy>somebody</cp:lastModifiedBy>"


def workbook(by: str, day: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("docProps/core.xml", CORE.format(by, day))
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "day"),
    [
        (workbook(BY, "2023-09-14"), dt.date(2023, 9, 14)),
        (workbook("", "2023-09-14"), None),
        (workbook("<cp:lastModifiedBy> </cp:lastModifiedBy>", "2023-09-14"), None),
        (workbook(BY, "2023-19-14"), None),
        (b"PK\x03\x04 and no archive", None),
        (b"region,2020\n", None),
    ],
    ids=["saved", "a program", "blank", "no day", "damaged", "text"],
)
def test_the_day_is_that_on_which_somebody_saved_it(content: bytes, day: dt.date | None) -> None:
    assert saved_on(content) == day
