"""Moran scatter: each unit's value against that of its neighbours, in the first and the last year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import fmean

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.local_moran import moran_of, rows_of, years_of
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number


def _ends(study: StudyTables, table: str) -> list[int]:
    years = years_of(study, table)
    return years if len(years) < 2 else [years[0], years[-1]]


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("local_moran"):
        morans, years = moran_of(study, table), _ends(study, table)
        if not all(rows_of(study, table, year) for year in years):
            continue
        title = study.titles.get(table, table)
        said = ", ".join(f"{year} {number(morans[year])}" for year in years if year in morans)
        rows = rows_of(study, table, years[-1])
        yield Found(
            table,
            "local_moran",
            study.say(f"{title}: Moran scatter", f"{title}：莫兰散点图"),
            study.say(
                "Horizontal: the unit; vertical: weighted sum of its neighbours' deviations from the "
                f"mean. Filled: significant. The slope of the line is Moran's I: {said}.",
                "横轴为本单元，纵轴为邻近单元离差的加权和；实心为显著。"
                f"直线斜率为莫兰指数：{said}。",
            ),
            f"n = {len(rows)}{study.say('.', '。')}",
            any(row["data_status"] == "synthetic" for row in rows),
        )


def _is_slope(moran: float | None, rows: list[Row]) -> bool:
    """Whether Moran's I is the slope: where weights add up to one it is the mean of the local ones."""
    mean = fmean(row["local_moran"] for row in rows)
    return moran is not None and math.isclose(mean, moran, rel_tol=1e-6, abs_tol=1e-9)


def _draw(page: Page, study: StudyTables, table: str) -> None:
    years, morans = _ends(study, table), moran_of(study, table)
    axes = page.axes(1, len(years), height=3.2, sharey=True)
    for axis, year in zip(axes, years, strict=True):
        rows = rows_of(study, table, year)
        values = [row["value"] for row in rows]
        mean = fmean(values)
        axis.axhline(0, color=page.theme.soft, linewidth=0.8)
        axis.axvline(mean, color=page.theme.soft, linewidth=0.8)
        if _is_slope(morans.get(year), rows):
            ends = (min(values), max(values))
            axis.plot(
                ends, [morans[year] * (one - mean) for one in ends], gid="slope", **page.line(1)
            )
        for is_filled in (False, True):
            mine = [row for row in rows if bool(row["is_significant"]) == is_filled]
            axis.plot(
                [row["value"] for row in mine],
                [row["spatial_lag"] for row in mine],
                linestyle="none",
                gid="significant" if is_filled else "others",
                fillstyle="full" if is_filled else "none",
                **page.mark(0),
            )
            for row in mine if is_filled else ():
                axis.annotate(
                    study.unit(row["unit"]),
                    (row["value"], row["spatial_lag"]),
                    xytext=(4, 3),
                    textcoords="offset points",
                    size=page.look.notes_size,
                    bbox={
                        "boxstyle": "round,pad=0.1",
                        "fc": page.theme.paper,
                        "ec": "none",
                        "alpha": 0.8,
                    },
                )
        axis.set_title(str(year))
        axis.set_xlabel(study.variable(rows[0]["variable"]))
        axis.locator_params(axis="x", nbins=5)
    axes[0].set_ylabel(study.say("neighbours", "邻近单元"))


KIND = Kind(
    "moran",
    "Moran scatter",
    "Values of units against those of their neighbours, in the first and the last year of a table "
    "of clusters.",
    _find,
    _draw,
    order=10,
)
