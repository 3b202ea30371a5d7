"""Which series of Chongqing's districts and counties stands in which file.

Mostly the city's yearbook, one page a year with area rows among the units; surveys and indices
as tables of one's own; telephones of 1984; internet users of the whole city; and Table 3.1 of the
paper, entered as printed.
"""

from __future__ import annotations

import numpy as np

from sample import write_tidy, write_yearbook
from sample.chongqing_base import STARTS
from sample.draws import Draw
from sample.files import Folder, RawFile, synthetic_folder
from sample.pages import Page, extended, page
from sample.planted import levels

YEARS = (2020, 2024)
TABLES = {
    "20-1": (
        "各区县主要经济指标",
        (
            "gdp",
            "population",
            "urban_population",
            "rural_population",
            "fiscal_expenditure",
            "agriculture_expenditure",
            "industrial_output",
            "high_tech_output",
            "average_schooling_years",
        ),
    ),
    "20-5": (
        "各区县农村公共服务和治理",
        (
            "rural_education_expenditure",
            "rural_health_expenditure",
            "rural_social_security_expenditure",
            "service_items",
            "online_service_items",
            "average_handling_time",
            "petition_cases",
            "disputes_mediated",
            "disputes_settled",
        ),
    ),
    "20-7": (
        "各区县村民自治和农业科技",
        (
            "administrative_villages",
            "council_meetings",
            "voters_registered",
            "voters_voting",
            "agricultural_scientists",
            "agricultural_patents",
            "broadband_users",
            "gigabit_village_rate",
        ),
    ),
}
COMPILED = {
    "digital_finance_index": "县域数字普惠金融指数",
    "digital_village_index": "县域数字乡村指数",
    "agricultural_tfp": "农业全要素生产率",
}
CITY = "500000"
CITY_SERIES = "internet_users"
SURVEY = ("villager_satisfaction",)
WEBSITES = (
    "disclosure_updates",
    "disclosure_clicks",
    "social_organization_projects",
    "enterprise_governance_investment",
)
AREAS = {
    "主城都市区": [code for code, start in STARTS.items() if start.metropolitan],
    "渝东北三峡库区城镇群": [
        "500101",
        "500154",
        "500155",
        "500229",
        "500230",
        "500231",
        "500233",
        "500235",
        "500236",
        "500237",
        "500238",
    ],
    "渝东南武陵山区城镇群": ["500114", "500156", "500240", "500241", "500242", "500243"],
}

FOLDERS = (
    synthetic_folder(
        "chongqing_yearbook/2025",
        "重庆市统计局",
        "Pages of the city's yearbook, one a year. The rows of areas sum the units under them.\n"
        "Internet users are those of the whole city, as a series.",
        published="2025-10",
    ),
    synthetic_folder(
        "chongqing_yearbook/1985",
        "重庆市统计局",
        "Fixed telephones in 1984, listed by today's units; two of them are not listed.",
        published="1985-12",
    ),
    synthetic_folder(
        "chongqing_survey/2024",
        "课题组调查",
        "Questionnaires and counts of the research group, as a Stata file and as tables.",
        published="2024-06",
    ),
    Folder(
        "kou_gao_lu/2025",
        "Table 3.1 of the paper, as printed: its authors' own estimates, not synthetic.",
        {
            "publisher": "Kou, Gao and Lu",
            "title": "Table 3.1, Key Indicators of Rural NQPF and Governance Development in Chongqing",
            "status": "survey",
            "published": "2025-12",
            "citation": "Kou T, Gao X, Lu Y. Driving Rural Governance Modernization through New "
            "Quality Productive Forces, Table 3.1.",
            "notes": "Estimated by the authors from the statistical yearbook, reports of the "
            "city's agriculture committee and their survey.",
        },
    ),
)


def chongqing_files(draw: Draw) -> list[RawFile]:
    """All files of the Chongqing study."""
    files: list[RawFile] = []
    for number, (title, names) in TABLES.items():
        pages = [_page(draw, name) for name in names]
        layout = {
            "title": title,
            "columns": {one.series: one.label for one in pages},
            "rows": {"areas": list(AREAS)},
        }
        for year in pages[0].years:
            content = write_yearbook.yearbook_xls(
                number, title, year, pages, total="全  市", areas=AREAS
            )
            name = f"{number}_{year}.xls"
            card = {"title": f"{title}（{year}）", "edition": str(year + 1), "layout": layout}
            files.append(RawFile("chongqing_yearbook/2025", name, content, card))
    files.append(_telephones(draw))
    files.append(_internet_users(draw))
    for name, title in COMPILED.items():
        one = _page(draw, name)
        content = write_tidy.tidy_csv(title, [one])
        files.append(
            RawFile(
                "chongqing_survey/2024", f"{name}.csv", content, write_tidy.tidy_card(title, [one])
            )
        )
    pages = [_page(draw, name) for name in WEBSITES]
    title = "信息公开和多元主体协同"
    content = write_tidy.tidy_csv(title, pages)
    files.append(
        RawFile(
            "chongqing_survey/2024", "mechanism.csv", content, write_tidy.tidy_card(title, pages)
        )
    )
    pages = [_page(draw, name) for name in SURVEY]
    content = write_tidy.stata("villager satisfaction survey", pages)
    card = write_tidy.tidy_card("村民满意度问卷", pages, region="code")
    files.append(RawFile("chongqing_survey/2024", "satisfaction.dta", content, card))
    files.append(_table_3_1())
    return files


def _page(draw: Draw, name: str) -> Page:
    highest = 100.0 if name in ("gigabit_village_rate", "villager_satisfaction") else np.inf
    values = extended(draw.series[name], draw.years, *YEARS, highest=highest)
    units = (CITY,) if name == CITY_SERIES else draw.units
    return page(name, values, units, tuple(range(YEARS[0], YEARS[1] + 1)))


def _telephones(draw: Draw) -> RawFile:
    one = page("fixed_telephones", draw.series["fixed_telephones"], draw.units, (1984,))
    title = "各区县固定电话机数"
    layout = {"title": title, "columns": {one.series: one.label}}
    content = write_yearbook.yearbook_xls("12-3", title, 1984, [one], has_full_names=True)
    card = {"title": f"{title}（1984）", "edition": "1985", "layout": layout}
    return RawFile("chongqing_yearbook/1985", "12-3.xls", content, card)


def _internet_users(draw: Draw) -> RawFile:
    one = _page(draw, CITY_SERIES)
    title = "全市互联网用户"
    content = write_tidy.tidy_csv(title, [one])
    return RawFile(
        "chongqing_yearbook/2025", "16-4.csv", content, write_tidy.tidy_card(title, [one])
    )


def _table_3_1() -> RawFile:
    years = (2021, 2022, 2023)
    printed = levels("chongqing", "table_3_1")
    pages = [page(name, np.array([row]), (CITY,), years) for name, row in printed.items()]
    title = "Table 3.1 of Kou, Gao and Lu, as printed"
    content = write_tidy.tidy_csv(title, pages, status="survey")
    return RawFile(
        "kou_gao_lu/2025",
        "table_3_1.csv",
        content,
        {"columns": write_tidy.tidy_card(title, pages)["columns"]},
    )
