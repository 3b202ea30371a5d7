"""Which series of the provinces stands in which file, in which format and vintage.

Spread over publishers as the real ones are, with what makes them hard: a revised vintage, a
download without its indicator, a page cut off by hand, gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sample import write_eps, write_nbs, write_tidy, write_yearbook
from sample.draws import Draw
from sample.files import RawFile
from sample.pages import FIRST_FILE_YEAR, LAST_FILE_YEAR, Page, extended, page
from sample.paths import Floats
from sample.province_folders import VILLAGES

OLD_CSV = (
    "gdp",
    "population",
    "secondary_value_added",
    "tertiary_value_added",
    "industrial_value_added",
    "fiscal_expenditure",
    "educated_total",
    "educated_none",
    "educated_primary",
    "educated_junior",
    "educated_senior",
    "educated_college",
)
NEW_CSV = ("patents_granted", "goods_trade", "roads", "software_revenue")
XLS = ("rural_disposable_income", "rural_consumption")
XLSX = ("rural_food_consumption", "rural_education_consumption", "urban_population")
LONG = {
    "主要农业机械年末拥有量": ("machinery_power",),
    "农用化肥和农药使用量": ("fertilizer_use", "pesticide_use"),
    "主要农作物播种面积": ("sown_area",),
    "农林牧渔业总产值": ("agriculture_output_gross",),
    "乡村户数和乡村人口": ("rural_households", "rural_population"),
}
JSON = {"rural_broadband_users": "A0G0H02", "township_culture_stations": "A0Q0701"}
MECHANISM = ("agricultural_loans", "hardened_village_road_rate")
EPS = {
    "中国宏观经济数据库-年度（分省级）": (
        "land_area",
        "grain_output",
        "primary_employment",
        "rural_family_cars",
        "telecom_services",
        "broadband_ports",
        "optical_cable_length",
        "integrated_circuit_output",
        "e_commerce_sales",
    ),
    "中国工业经济数据库-年度（分省级）": (
        "agro_processing_revenue",
        "industrial_enterprise_revenue",
        "industrial_enterprise_employment",
        "high_tech_revenue",
        "industrial_rd_expenditure",
        "industrial_rd_personnel",
    ),
    "中国环境数据库-年度（分省级）": (
        "energy_consumption",
        "fossil_energy_consumption",
        "industrial_water_use",
        "solid_waste_generated",
        "solid_waste_utilized",
        "industrial_waste_water",
        "industrial_sulphur_dioxide",
    ),
    "中国卫生和教育数据库-年度（分省级）": ("rural_health_staff", "rural_teachers_with_degree"),
}
# Cells that nobody published: inside the sample, in series that move smoothly.
GAPS = {
    "rural_family_cars": ((4, 2016), (20, 2014)),
    "grain_output": ((26, 2018),),
    "industrial_water_use": ((12, 2015), (28, 2019)),
    "machinery_power": ((7, 2017),),
    "rural_disposable_income": ((30, 2013),),
    "village_green_coverage": ((3, 2019),),
}


class _Printer:
    """Pages of a draw, over the years that files cover."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.first = self.draw.years[0]

    def page(
        self,
        series: str,
        first: int = FIRST_FILE_YEAR,
        last: int = LAST_FILE_YEAR,
        spelling: int = 0,
    ) -> Page:
        values = self.draw.series[series].copy()
        highest = 99.9 if series.endswith(("_rate", "_degree", "_coverage")) else np.inf
        if series.startswith("educated_"):
            # A survey of one per mille before and after; the census year is printed elsewhere.
            values[:, 2020 - self.first] = np.nan
            values = _survey_years(values, self.draw.years, first, last)
        else:
            values = extended(values, self.draw.years, first, last, highest=highest)
        for row, year in GAPS.get(series, ()):
            values[row, year - first] = np.nan
        return page(
            series, values, self.draw.units, tuple(range(first, last + 1)), spelling=spelling
        )


def _survey_years(values: Floats, years: Sequence[int], first: int, last: int) -> Floats:
    before = np.repeat(values[:, :1], years[0] - first, axis=1)
    after = np.repeat(values[:, -1:], last - years[-1], axis=1)
    return np.concatenate([before, values, after], axis=1)


def province_files(draw: Draw) -> list[RawFile]:
    """All files of the province study."""
    printer = _Printer(draw)
    files: list[RawFile] = []

    def numbered(
        folder: str,
        suffix: str,
        names: Sequence[str],
        write: Callable[[Page], bytes],
        first: int = FIRST_FILE_YEAR,
    ) -> None:
        for number, name in enumerate(names):
            one = printer.page(name, first, spelling=number)
            mark = f" ({number})" if number else ""
            card = {"title": f"{one.label}，分省年度数据"}
            if folder == "nbs/2026-05" and suffix == "csv":
                mark, card = f"_{number + 1}", card | {"series": one.series, "unit": one.unit}
            files.append(RawFile(folder, f"分省年度数据{mark}.{suffix}", write(one), card))

    numbered("nbs/2026-02", "csv", OLD_CSV, write_nbs.old_csv)
    numbered("nbs/2026-02", "xls", XLS, write_nbs.xls, 2012)
    numbered("nbs/2026-05", "csv", NEW_CSV, write_nbs.new_csv)
    numbered("nbs/2026-05", "xlsx", XLSX, write_nbs.xlsx, 2011)
    files.append(_first_gdp(printer))
    for title, names in LONG.items():
        pages = [printer.page(name) for name in names]
        files.append(
            RawFile(
                "nbs_api/2026-05",
                f"{title}_分省_2010YY-2024YY.csv",
                write_nbs.long_csv(title, pages),
                {"title": title},
            )
        )
    for name, code in JSON.items():
        one = printer.page(name, 2012, 2022)
        files.append(
            RawFile(
                "nbs_api/2026-05",
                f"{code}.json",
                write_nbs.old_json(one, code),
                {"title": one.label},
            )
        )
    for database, names in EPS.items():
        pages = [printer.page(name, 2011, 2023, spelling=1) for name in names]
        content = write_eps.eps_xlsx(database.partition("（")[0], pages)
        files.append(RawFile("eps/2025-08", f"{database}.xlsx", content, {"title": database}))
    files += _village_pages(printer)
    files += _compiled(printer)
    return files


def _first_gdp(printer: _Printer) -> RawFile:
    """GDP before the economic census, a few per cent lower; the block was cut off by hand."""
    one = printer.page("gdp", 2015, 2022)
    factor = 0.962 + 0.004 * (np.arange(len(one.units)) % 7)[:, None]
    first = page("gdp", np.asarray(np.round(one.values * factor, 1)), one.units, one.years)
    return RawFile(
        "nbs/2023-11",
        "gdp.xlsx",
        write_nbs.xlsx(first, has_block=False),
        {"title": "地区生产总值，分省年度数据", "series": "gdp", "unit": "亿元"},
    )


def _village_pages(printer: _Printer) -> list[RawFile]:
    pages = [printer.page(name, 2011, 2023) for name in VILLAGES]
    return [
        RawFile(
            "village_yearbook/2024",
            f"C0{year - 2010:02d}.xls",
            write_yearbook.yearbook_xls("3-1", "各地区村庄建设情况", year, pages),
            {"title": f"各地区村庄建设情况（{year}）", "edition": str(year + 1)},
        )
        for year in pages[0].years
    ]


def _compiled(printer: _Printer) -> list[RawFile]:
    census = [
        page(
            name, printer.draw.series[name][:, [2020 - printer.first]], printer.draw.units, (2020,)
        )
        for name in OLD_CSV
        if name.startswith("educated_")
    ]
    return [
        RawFile(
            "compiled/2025-06",
            f"{name}.csv",
            write_tidy.tidy_csv(title, pages),
            write_tidy.tidy_card(title, pages),
        )
        for name, title, pages in (
            (
                "marketization_index",
                "市场化指数",
                [printer.page("marketization_index", 2011, 2023)],
            ),
            ("robot_density", "工业机器人安装密度", [printer.page("robot_density", 2011, 2023)]),
            (
                "mechanism",
                "农村金融与农村基础设施",
                [printer.page(name, 2011, 2023) for name in MECHANISM],
            ),
            ("census_2020", "第七次人口普查受教育程度（按抽样调查口径）", census),
        )
    ]
