"""Small sound files of every format, as the tests build them: what a fuzzer begins with."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl

from tests.formats.conftest import build_xls, build_xlsx
from tests.hostile.entry_points import COLUMNS, PARTS, SURVEY, sound_workbook
from tests.small_project import CARD
from tests.stages.mini import STUDY

PAGE = """\
数据库：分省年度数据
指标：地区生产总值(亿元)
时间：最近5年
地区,2019年,2018年
北京市,49670.2,…
天津市,"17,931.3",－
注：①合成数据。
数据来源：国家统计局
"""
NEW_PAGE = (
    "\ufeff数据库：分省年度数据 \n时间：2011年-2025年 \n地区\t,2025年\t,2024年\t,\n"
    "北京市\t,\t,49670.2\t,\n注：1. 修订。\n数据来源：国家统计局"
)
LONG = (
    "数据集名称,指标名称,地区,年份,数值,单位\n"
    "d,有效灌溉面积 (千公顷) ,北京,2024,120.61,千公顷\nd,指数 (上年=100),天津,2024年,99*,无\n"
)
TABLE = '# status: synthetic\n地区,年份,gdp\n北京市,2015,1.5\n天津市,2016年,"a,b"\n重庆,2017,\n'
OLD_ANSWER = {
    "returncode": 200,
    "returndata": {
        "datanodes": [
            {"code": "x", "data": {"data": 0.0, "hasdata": True, "strdata": "5.1"},
             "wds": [{"valuecode": "A01", "wdcode": "zb"}, {"valuecode": "110000", "wdcode": "reg"},
                     {"valuecode": "2023", "wdcode": "sj"}]},
        ],
        "wdnodes": [
            {"wdcode": "zb", "nodes": [{"code": "A01", "cname": "地级区划数", "unit": "个", "memo": "x||y"}]},
            {"wdcode": "reg", "nodes": [{"code": "110000", "cname": "北京市"}]},
            {"wdcode": "sj", "nodes": [{"code": "2023", "cname": "2023年"}]},
        ],
    },
}  # fmt: skip
NEW_ANSWER = {
    "success": True,
    "data": [{"code": "2023YY", "values": [
        {"i_showname": "人口 (万人) ", "value": "101.2", "du_name": "万人", "da_name": "北京市"}]}],
}  # fmt: skip
RULE = """\
file: a.dta
publisher: p
title: t
region: r
year: 2022
missing: [-8, 拒答]
series:
  甲: {share: q, of: [4, 非常满意]}
  乙: {scale: [q, r], reversed: [r], range: [1, 5], score: sum, at_least: 1, unit: 分}
"""
SOURCES = """\
pause: 2
files:
- url: https://example.org/a%20b/c.xls?x=1
  year: 2020
- {url: "http://[::1]:8/x", name: a.csv, unit: 亿元}
bureau:
- {name: a, interface: old, database: fsnd, indicators: [A01], regions: [北京], first: 2020, last: 2021}
- {name: b, interface: new, catalog: c, root: r, indicators: [i], first: 2020, last: 2021}
"""
EXPRESSIONS = (
    "gdp / population * 100", "log(gdp) - lag(population, 1) ** 2", "`a``b` + 1e3 / (2 - .5)",
    "sum(gdp) / of_region(gdp, 北京)", "growth(gdp, periods=2)", "-max(gdp, population)",
)  # fmt: skip


def workbooks() -> dict[str, bytes]:
    """Workbooks of every kind that is told apart, both containers."""
    page = [line.split(",") for line in PAGE.splitlines()]
    eps = [[None, None, "2011", "2012"], ["地区生产总值（亿元）", "北京", "16251.9", "1"],
           [None, "天津", "2.0", "3.5"], [None], ["数据来源：<p>中国统计年鉴</p>"]]  # fmt: skip
    book = [["表2.2 各区人口（2017）"], ["单位：人"], ["地  区", "年末常住人口", "其  中"],
            [None, None, "外来人口"], ["全  市", 3.5, 1], ["  万州区", 2.25, 1], ["注：x"]]  # fmt: skip
    rows = [["地区", "年份", "gdp"], ["北京", 2015, 1.5], ["天津", 2016, True]]
    return {
        "page.xlsx": build_xlsx(page), "page.xls": build_xls(page),
        "eps.xlsx": build_xlsx(eps, [(1, 0, 2, 0)]), "eps.xls": build_xls(eps, [(1, 0, 2, 0)]),
        "book.xlsx": build_xlsx(book, [(2, 0, 3, 0)]), "book.xls": build_xls(book, [(2, 0, 3, 0)]),
        "tidy.xlsx": build_xlsx(rows), "tidy.xls": build_xls(rows),
    }  # fmt: skip


def texts() -> dict[str, bytes]:
    return {
        "old.csv": PAGE.encode("gb18030"), "old_utf8.csv": PAGE.encode(),
        "new.csv": NEW_PAGE.encode(), "long.csv": LONG.encode("utf-8-sig"),
        "table.csv": TABLE.encode(),
        "old.json": json.dumps(OLD_ANSWER, ensure_ascii=False).encode(),
        "new.json": json.dumps(NEW_ANSWER).encode(),
    }  # fmt: skip


def tables() -> dict[str, bytes]:
    """Parquet and Stata, in their versions."""
    import pandas as pd

    table = pl.DataFrame({"地区": ["北京", "天津"], "年份": [2015, 2016], "gdp": [1.5, None]})
    parquet = io.BytesIO()
    table.write_parquet(parquet, metadata={"status": "synthetic"}, compression="uncompressed")
    found = {"table.parquet": parquet.getvalue()}
    frame = pd.DataFrame({"region": ["Beijing", "Tianjin"], "year": [2015, 2016], "gdp": [1.5, 2]})
    for version in (114, 118):
        stata = io.BytesIO()
        frame.to_stata(
            stata, write_index=False, version=version, data_label="x",
            value_labels={"year": {2015: "a"}},
        )  # fmt: skip
        found[f"table{version}.dta"] = stata.getvalue()
    return found


def people() -> list[bytes]:
    """Respondents as Stata, SPSS, CSV and Excel have them."""
    import pandas as pd
    import pyreadstat

    n = 12
    data = pd.DataFrame({
        "region": ["北京", "天津"] * (n // 2), "year": [2020.0] * n, "w": [0.5, 1.5] * (n // 2),
        "v": [*range(n)], "q": [1, 2, 3, 4, 5, -8] * (n // 6), "r": [5, 4, 3] * (n // 3),
    })  # fmt: skip
    stata = io.BytesIO()
    data.to_stata(stata, write_index=False, version=118, value_labels={"q": {1: "x", 5: "y"}})
    with tempfile.NamedTemporaryFile(suffix=".sav") as spss:
        pyreadstat.write_sav(data, spss.name, variable_value_labels={"q": {1: "x", 5: "y"}})
        written = Path(spss.name).read_bytes()
    rows = [[*data.columns], *data.to_numpy().tolist()]
    return [stata.getvalue(), written, data.to_csv(index=False).encode(), build_xlsx(rows)]


@cache
def seeds() -> dict[str, list[bytes]]:
    """For each entry point, the inputs that it is meant for."""
    files = [*workbooks().values(), *texts().values(), *tables().values()]
    columns = COLUMNS.model_dump_json(exclude_defaults=True)
    cards = [
        CARD.encode(),
        (CARD + "series: {a: gdp}\nunit: 亿元\nfiles:\n  a.csv: {region: 北京, ignore: [x]}\n").encode(),
        (CARD + f"columns: {columns}\naccept: {{unit: 台}}\nedition: 2018\n").encode(),
        (CARD + "layout: {title: '人口', columns: {a: 甲 > 其中 / 乙},\n"
                "  editions: {2012: {without: [a]}}}\n").encode(),
    ]  # fmt: skip
    own = [
        b"region_code,name,level,valid_from,parent\nx1,X,county,2000,500000\n",
        "g:\n  names: [某]\n  unit: 亿元\n  kind: flow\n  english: G\n".encode(),
        b"region_code,neighbour_code\n110000,120000\n",
        b"region_code,longitude,latitude\n110000,116.4,39.9\n",
    ]
    return {
        "plain": files, "tidy": files, "yearbook": files, "whole": files,
        "part": list(_parts()), "card": cards, "study": [STUDY.encode()],
        "expression": [one.encode() for one in EXPRESSIONS], "own_catalogue": own,
        "respondents": [*people(), *files], "rule": [json.dumps(SURVEY).encode(), RULE.encode()],
        "sources": [SOURCES.encode()],
        "bureau": [json.dumps(one).encode() for one in (OLD_ANSWER, NEW_ANSWER)],
    }  # fmt: skip


def _parts() -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(sound_workbook())) as archive:
        for number, name in enumerate(PARTS):
            yield bytes([number]) + archive.read(name)
