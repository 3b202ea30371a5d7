"""Coefficients by year of the columns that ask for `by_year`, with their intervals; the base year at zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.studies.by_year import BEFORE, JOINT
from nqpf_assets.studies.year_terms import named_terms
from nqpf_assets.warehouse.duckdb_engine import literal

_TESTS = {JOINT: ("all years", "各年联合"), BEFORE: ("years before", "此前各年")}


@dataclass(frozen=True)
class _Years:
    """The years of one column.

    Attributes:
        of: the variable; base: the year at zero.
        terms: year → its row of `estimate`, without years that were dropped.
    """

    model: Row
    of: str
    base: int
    terms: dict[int, Row]


def _columns(study: StudyTables, table: str) -> Iterator[_Years]:
    for model in study.models[table]:
        asked = PublishedColumn(study, model).asked
        if asked is None or asked.by_year is None:
            continue
        where = f"table_name = {literal(table)} AND column_label = {literal(model['column_label'])}"
        rows = {row["term"]: row for row in study.of("estimate", where)}
        terms = {
            year: rows[name]
            for year, name in named_terms(asked)
            if name in rows and rows[name]["estimate"] is not None
        }
        if terms:
            yield _Years(model, asked.by_year.of, asked.by_year.base, terms)


def _find(study: StudyTables) -> Iterator[Found]:
    for table, models in study.models.items():
        columns = list(_columns(study, table))
        if not columns:
            continue
        counts = ", ".join(f"{one.model['column_label']} {one.model['n_obs']}" for one in columns)
        said = " ".join(_said(study, table, one) for one in columns)
        title = study.titles.get(table, table)
        yield Found(
            table,
            "estimate",
            study.say(f"{title}: coefficients by year", f"{title}：逐年系数"),
            study.say(
                "Points: the coefficient of each year less that of the base year, which is the hollow point "
                "at zero; bars: 95 % confidence intervals. ",
                "点为各年系数与基年系数之差，空心点为基年（零），竖线为 95% 置信区间。",
            )
            + said,
            study.say(f"n: {counts}.", f"n：{counts}。"),
            any(one["data_status"] == "synthetic" for one in models),
        )


def _said(study: StudyTables, table: str, one: _Years) -> str:
    """Base year, and the joint tests of a column."""
    label = one.model["column_label"]
    where = f"table_name = {literal(table)} AND column_label = {literal(label)}"
    rows = {row["test"]: row for row in study.of("test", where)}
    tests = [
        study.say(
            f"{english} F = {number(rows[test]['statistic'])} (p = {number(rows[test]['p_value'])})",
            f"{chinese} F = {number(rows[test]['statistic'])}（p = {number(rows[test]['p_value'])}）",
        )
        for test, (english, chinese) in _TESTS.items()
        if test in rows and rows[test]["statistic"] is not None
    ]
    name = study.variable(one.of)
    english = f"{label} {name} against {one.base}"
    chinese = f"{label} {name}，基年 {one.base}"
    return study.say(
        f"{english}{': ' if tests else ''}{', '.join(tests)}.",
        f"{chinese}{'：' if tests else ''}{'，'.join(tests)}。",
    )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    columns = list(_columns(study, table))
    axes = page.axes(len(columns), 1, height=2.6 * len(columns), sharex=True)
    every = sorted({year for one in columns for year in (*one.terms, one.base)})
    for axis, one in zip(axes, columns, strict=True):
        page.head(axis, f"{one.model['column_label']} {study.variable(one.of)}")
        axis.axhline(0, color=page.theme.soft, linewidth=0.8)
        axis.axvline(one.base, color=page.theme.soft, linewidth=0.8, linestyle="dotted")
        for year, row in one.terms.items():
            ends = (row["conf_low"], row["conf_high"])
            if None not in ends:
                axis.plot((year, year), ends, color=page.colour(0), gid=f"interval {year}")
        years = sorted(one.terms)
        values = [one.terms[year]["estimate"] for year in years]
        axis.plot(years, values, linestyle="none", gid="years", **page.mark(0))
        axis.plot([one.base], [0], linestyle="none", fillstyle="none", gid="base", **page.mark(0))
        axis.set_ylabel(study.say("Coefficient", "系数"))
        page.years(axis, every, most=12)


KIND = Kind(
    "event_study",
    "coefficients by year",
    "A column with `by_year`: the coefficient of each year with its 95 % interval, the base year at zero, "
    "and the joint tests.",
    _find,
    _draw,
    order=5,
)
