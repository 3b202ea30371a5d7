"""Files in the form in which the sources of the papers hand them out, as a folder of downloads has them.

Layouts, headers, encodings and spellings of regions are those of genuine files; the numbers are drawn from a
fixed seed and mean nothing.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tests.formats.conftest import build_book, build_xls, build_xlsx
from tests.small_project import provinces

YEARS = range(2015, 2023)
DOWNLOADED = 1_777_800_000
"""3 May 2026, when the files were written to the reader's disk."""
SHORT = {"内蒙古自治区": "内蒙古", "广西壮族自治区": "广西", "西藏自治区": "西藏", "宁夏回族自治区": "宁夏",
         "新疆维吾尔自治区": "新疆"}  # fmt: skip
CHONGQING = ("万州区", "涪陵区", "黔江区", "綦江区", "城口县", "云阳县")
SHANGHAI = ("浦东新区", "黄浦区", "徐汇区", "长宁区", "静安区", "崇明区")
COUNTIES = {
    "怀柔区": "北京市",
    "朝阳县": "辽宁省",
    "长宁县": "四川省",
    "城口县": "重庆市",
    "额济纳旗": "内蒙古自治区、辽宁省",
}
"""County → what the page prints as its province, which is two where the copyist's pages met."""
FINANCE = ("index_aggregate", "coverage_breadth", "usage_depth", "digitization_level")
LABELS = {1: "非常不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "非常满意", -9: "拒答"}


def short(name: str) -> str:
    """北京市 as tables print it."""
    return SHORT.get(name, name.removesuffix("市").removesuffix("省"))


def _draw(seed: int, low: float, high: float, n: int) -> np.ndarray:
    """Levels that grow: `n` regions by the years."""
    rng = np.random.default_rng(seed)
    return rng.uniform(low, high, (n, 1)) * np.cumprod(
        rng.uniform(1.0, 1.1, (n, len(YEARS))), axis=1
    )


def _text(rows: Sequence[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def old_site(indicator: str, seed: int, low: float, high: float) -> bytes:
    """A page of the bureau's site until 2026: GBK, the indicator in the second line, newest year first."""
    values = _draw(seed, low, high, 31)
    rows: list[list[object]] = [
        ["数据库：分省年度数据"],
        [f"指标：{indicator}"],
        ["时间：2015-2022"],
    ]
    rows.append(["地区", *(f"{year}年" for year in reversed(YEARS))])
    rows += [[name, *np.round(values[n, ::-1], 1)] for n, name in enumerate(provinces())]
    return (_text(rows) + "数据来源：国家统计局\n").encode("gb18030")


def new_site(seed: int, low: float, high: float) -> bytes:
    """A page of the site since: a tab behind every cell, no indicator, no end of the last line."""
    values = _draw(seed, low, high, 31)
    lines = ["数据库：分省年度数据 ", "时间：2015年-2022年 "]
    lines.append("".join(f"{cell}\t," for cell in ("地区", *(f"{y}年" for y in reversed(YEARS)))))
    for n, name in enumerate(provinces()):
        lines.append("".join(f"{cell}\t," for cell in (name, *np.round(values[n, ::-1], 1))))
    return "\n".join([*lines, "数据来源：国家统计局"]).encode("utf-8-sig")


def long_table(data_set: str, indicator: str, unit: str) -> bytes:
    """A row for each value, as programs save the answers of the new interface."""
    values = _draw(3, 200, 5000, 31)
    rows: list[list[object]] = [["数据集名称", "指标名称", "地区", "年份", "数值", "单位"]]
    rows += [
        [data_set, f"{indicator} ({unit}) ", short(name), year, f"{values[n, k]:.2f}", unit]
        for n, name in enumerate(provinces())
        for k, year in enumerate(YEARS)
    ]
    return _text(rows).encode("utf-8-sig")


def eps(indicators: Mapping[str, tuple[float, float]], database: str) -> bytes:
    """EPS: numbers as text, the first column merged, HTML left in the source."""
    rows: list[list[object]] = [[None, None, *(str(year) for year in YEARS)]]
    merges = []
    for seed, (indicator, (low, high)) in enumerate(indicators.items(), start=50):
        values = _draw(seed, low, high, 31)
        merges.append((len(rows), 0, len(rows) + 30, 0))
        rows += [
            [indicator if n == 0 else None, short(name), *(f"{v:.5f}" for v in values[n])]
            for n, name in enumerate(provinces())
        ]
    rows += [[None], ["数据来源：<p>中国统计年鉴</p>"], ["由EPS DATA整理"]]
    return build_xlsx(rows, merges, sheet=database)


def district_page(
    title: str, districts: Sequence[str], year: int, areas: Sequence[str] = ()
) -> bytes:
    """A page of a provincial yearbook: merged header in two rows, blanks in the names, a row that sums."""
    values = _draw(60, 10, 90, len(districts))
    rows: list[list[object]] = [
        [f"{title}（{year}）", None, None, None],
        [None] * 4,
        ["地  区", "土地面积", "年末常住人口", "其  中"],
        [None, "（平方公里）", "（万人）", "外来人口"],
        ["全  市", 8000.5, 900.25, 100.5],
        *([f" {area}", 4000.25, 450.5, 50.25] for area in areas),
    ]
    rows += [
        [f"  {name}", round(20 * row[0], 2), round(row[1], 2), round(row[2] / 4, 2)]
        for name, row in zip(districts, values, strict=True)
    ]
    return build_xls(rows, ((0, 0, 0, 3), (2, 0, 3, 0)))


def county_yearbook(*, has_slip: bool = False) -> bytes:
    """The county yearbook as it goes round: units in the second row, the province beside each county."""
    rows: list[list[object]] = [
        ["Area", "Province", "行政区域面积", "乡", "户籍人口", "地区生产总值", "固定电话用户"],
        ["Unit", "省份", "平方公里", "个", "人", "万元", "户"],
        ["Remark", ""],
    ]
    for n, (name, province) in enumerate(COUNTIES.items()):
        rows.append(
            [
                name,
                province,
                900 + 7 * n,
                3 + n,
                300_000 + 1117 * n,
                1_700_000 + 997 * n,
                50_000 + n,
            ]
        )
    if has_slip:
        rows[3][3] = "e"
    return _text(rows).encode("utf-8-sig")


def finance_index() -> bytes:
    """The index of Peking University: sheets of provinces, cities and counties, and three without numbers."""
    rng = np.random.default_rng(70)

    def rows(
        head: Sequence[str], regions: Sequence[Sequence[object]], first: int
    ) -> list[list[object]]:
        found: list[list[object]] = [[*head, *FINANCE]]
        for year in range(first, 2023):
            found += [[year, *region, *np.round(rng.uniform(80, 300, 4), 4)] for region in regions]
        return found

    regions = [[name, "x", code] for code, name in enumerate(provinces(), start=11)]
    cities = [["石家庄市", "x", 1301], ["唐山市", "x", 1302], ["成都市", "x", 5101]]
    counties = [
        ["正定县", 130123, "河北省"],
        ["朝阳区", 110105, "北京市"],
        ["朝阳区", 220104, "吉林省"],
    ]
    head = ["year", "prov_name", "prov_name_eng", "prov_code"]
    city_head = ["year", "pref_name_year18", "pref_name_year18_eng", "pref_code_year18"]
    county_head = ["year", "county_name_year14", "county_code_year14", "prov_name"]
    return build_book(
        {
            "数据说明": [["北京大学数字普惠金融指数（PKU-DFIIC）2011-2023"]],
            "Provinces": rows(head, regions, 2011),
            "Prefecture_Level_Cities": rows(city_head, cities, 2011),
            "Counties": rows(county_head, counties, 2014),
        }
    )


def marketization() -> bytes:
    """The index as it goes round: one tidy table, short names, no units."""
    values = _draw(80, 3, 7, 31)
    rows: list[list[object]] = [["省份", "year", "market", "政府与市场关系"]]
    rows += [
        [short(name), year, f"{values[n, k]:.3f}", f"{values[n, k] / 2:.3f}"]
        for n, name in enumerate(provinces())
        for k, year in enumerate(YEARS)
    ]
    return _text(rows).encode("utf-8-sig")


def villagers(path: Path) -> None:
    """Answers of villagers as Stata keeps them: labels, a code for a refusal, weights, strata, villages."""
    rng, n = np.random.default_rng(90), 240
    data = pd.DataFrame(
        {
            "id": np.arange(n),
            "county": np.repeat([1, 2, 3], [120, 116, 4]),
            "wave": np.where(np.arange(n) % 2, 2021, 2023),
            "w": rng.uniform(0.5, 2, n).round(3),
            "stratum": np.arange(n) % 3 + 1,
            "village": np.arange(n) % 24 + 1,
            **{f"q{item}": rng.integers(1, 6, n) for item in (1, 2, 3)},
        }
    )
    data.loc[[3, 8], "q1"] = -9
    named = {"county": dict(enumerate(CHONGQING[:3], start=1)), "q1": LABELS}
    data.to_stata(path, write_index=False, value_labels=named, version=118)


FILES: dict[str, Callable[[], bytes]] = {
    "nbs/分省年度数据.csv": lambda: old_site("年末常住人口(万人)", 1, 500, 9000),
    "nbs/分省年度数据 (1).csv": lambda: old_site("城镇单位就业人员(万人)", 2, 100, 900),
    "nbs/乡村户数和乡村人口_分省.csv": lambda: long_table("乡村户数和乡村人口", "乡村人口", "万人"),
    "nbs_new/分省年度数据.csv": lambda: new_site(4, 3000, 40000),
    "eps/中国宏观经济数据库-年度（分省级）.xlsx": lambda: eps(
        {"一般公共预算支出（亿元）": (800, 5000), "城镇人口所占比重（%）": (20, 45)},
        "中国宏观经济数据库-年度（分省级）",
    ),
    "shanghai/C0202.xls": lambda: district_page("表2.2 各区土地面积、常住人口", SHANGHAI, 2017),
    "chongqing/20-1.xls": lambda: district_page(
        "20-1 各区县土地面积、常住人口", CHONGQING, 2023, ("主城都市区", "渝东北三峡库区城镇群")
    ),
    "county/中国县域统计年鉴（县市）.csv": county_yearbook,
    "finance/PKU-DFIIC.xlsx": finance_index,
    "marketization/mkt.csv": marketization,
}  # fmt: skip
"""Path below the downloads → its content."""


def write_downloads(folder: Path) -> None:
    """All of them, as of 3 May 2026."""
    for name, content in FILES.items():
        put(folder / name, content())
    survey = folder / "survey" / "villagers.dta"
    survey.parent.mkdir()
    villagers(survey)


def put(path: Path, content: bytes) -> None:
    """A file that was downloaded then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (DOWNLOADED, DOWNLOADED))
