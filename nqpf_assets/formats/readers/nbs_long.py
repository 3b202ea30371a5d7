"""Long tables as people scrape them from the statistics bureau's new interface.

One row per data set, indicator, region and year; the unit stands both in its own column and in
brackets behind the indicator. Files of any length are read column by column.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.catalog.names import tidy_name
from nqpf_assets.catalog.units import UnitError, conversion
from nqpf_assets.formats.labels import BLANKS
from nqpf_assets.formats.ledger import LABELS, Ledger
from nqpf_assets.formats.numbers import count_numbers, shows_number
from nqpf_assets.formats.printed_years import year_problems, years_of
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reader import FormatWords, Reader
from nqpf_assets.formats.reading import CELL_SCHEMA, LINE, Reading
from nqpf_assets.formats.statements import status_of
from nqpf_assets.formats.tables import read_table
from nqpf_assets.formats.values import empty_cells, finish
from nqpf_assets.formats.words_in_brackets import is_of_name, names_with_words
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed

FORMAT = "nbs_api_long"
HEADER = ("数据集名称", "指标名称", "地区", "年份", "数值", "单位")
REQUIRED = HEADER[1:5]  # some scrapers leave the data set or the unit out
_LAST_BRACKET = r"^(.*?\S)\s*[(（]([^()（）]*)[)）]$"


def is_long_header(line: str) -> bool:
    """Whether a first line holds the columns of a scraped table, in any order."""
    fields = {field.strip(BLANKS + '"') for field in line.split(",")}
    return fields.issuperset(REQUIRED)


def read_nbs_long(content: bytes, file: str) -> Reading:
    """Read a scraped table; the locator names the field of the value."""
    table, notes, problems = read_table(content, file, "csv")
    missing = [column for column in REQUIRED if column not in table.columns]
    if missing:
        if not problems:
            found = f"the columns {listed(table.columns)}"
            problems.append(
                Problem(
                    file=file,
                    where="line 1",
                    expected=f"the columns {listed(missing)}",
                    found=found,
                    remedy="download it again",
                )
            )
        return Reading(FORMAT, {}, notes, empty_cells(), tuple(problems))
    ledger = Ledger()
    ledger.pass_over(sum(map(shows_number, table.columns)), LABELS)
    for name in table.columns:
        if name != LINE:
            n = count_numbers(table, name)
            ledger.see_count(n)
            if name != "数值":
                ledger.ignore_count(n, LABELS if name in HEADER else f"column {name}")
    for column in ("数据集名称", "单位"):
        if column not in table.columns:
            table = table.with_columns(pl.lit(None, pl.String).alias(column))
    stripped = table.with_columns(pl.col(*HEADER).str.strip_chars(BLANKS))
    names = stripped["指标名称"].drop_nulls().unique()
    brackets = names.str.extract_groups(_LAST_BRACKET).struct.field("2").str.strip_chars(BLANKS)
    of_names = [bracket for bracket in brackets.unique() if is_of_name(bracket)]
    parts = pl.col("指标名称").str.extract_groups(_LAST_BRACKET)
    silent = pl.col("单位").is_null() | pl.col("单位").is_in(["", "无"])
    # Beside a unit of its own, 教师(小学) bears a bracket that belongs to the name.
    inside = parts.struct.field("2").str.strip_chars(BLANKS)
    keeps = ~silent & inside.is_in(of_names) & (inside != pl.col("单位"))
    problems += _words(stripped.filter(keeps), file)
    nothing = pl.lit(None, dtype=stripped.select(parts).to_series().dtype)
    parts = pl.when(keeps.fill_null(False)).then(nothing).otherwise(parts)
    raw = stripped.with_columns(parts.alias("_parts")).with_columns(
        pl.coalesce(pl.col("_parts").struct.field("1"), "指标名称").alias("series_label"),
        # A unit of 无 leaves the base of an index in brackets, (上年=100), as in other exports.
        pl.when(silent)
        .then(pl.col("_parts").struct.field("2"))
        .otherwise("单位")
        .alias("unit_label"),
    )
    problems += _unit_conflicts(raw, file)
    period = years_of(pl.col("年份"))
    cells = raw.select(
        pl.lit(None, pl.String).alias("sheet"),
        pl.format("line {}, column {}", "_line", pl.lit(table.columns.index("数值") + 1)).alias(
            "locator"
        ),
        "series_label",
        "unit_label",
        pl.col("地区").replace("", None).alias("region_label"),
        pl.lit(0, pl.Int32).alias("region_level"),
        period.alias("period"),
        pl.col("数值").alias("text"),
        pl.lit(None, pl.Float64).alias("value"),
        pl.lit(None, pl.String).alias("footnote"),
        pl.col("年份").alias("_period_text"),
    )
    problems += year_problems(cells, file)
    cells = cells.filter(pl.col("period").is_not_null()).select(CELL_SCHEMA.keys())
    finished, value_problems = finish(names_with_words(cells), file=file, notes=notes)
    sets = raw["数据集名称"].drop_nulls().unique(maintain_order=True).to_list()
    facts = {"database": sets[0]} if len(sets) == 1 else {}
    facts |= status_of(*facts.values(), *notes)
    if finished.is_empty() and not problems:
        problems.append(
            Problem(
                file=file,
                where="",
                expected="rows under the header",
                found="none",
                remedy="download it again",
                code="no_cells",
            )
        )
    return Reading(FORMAT, facts, notes, finished, tuple(problems + value_problems), ledger)


def _words(rows: pl.DataFrame, file: str) -> list[Problem]:
    """Names whose last bracket holds no unit, once each."""
    apart = rows.unique(["指标名称", "单位"], maintain_order=True)
    return [
        Problem(
            file=file,
            where=f"line {line}",
            expected="a unit in the last brackets of an indicator, the one of its unit column",
            found=f"{indicator!r} with the unit {unit!r}: the brackets were taken for a part of the name",
            remedy="nothing if that is right; else give the name its series in the card, `series: "
            f"{{{yaml_word(tidy_name(indicator))}: …}}`",
            severity="warning",
            code="words_in_brackets",
        )
        for line, indicator, unit in apart.select(LINE, "指标名称", "单位").iter_rows()
    ]


def _unit_conflicts(raw: pl.DataFrame, file: str) -> list[Problem]:
    """Indicators whose brackets and unit column disagree, once each; 亿千瓦小时 is 亿千瓦时."""
    bracket = pl.col("_parts").struct.field("2").str.strip_chars(BLANKS).alias("_bracket")
    written = raw.filter(bracket.is_not_null() & (bracket != pl.col("unit_label")))
    apart = written.unique(["指标名称", "单位"], maintain_order=True)
    rows = apart.select("_line", "指标名称", "单位", bracket, "unit_label").iter_rows()
    return [
        Problem(
            file=file,
            where=f"line {line}",
            expected="one unit for an indicator",
            found=f"{indicator!r} with the unit {unit!r}; the unit column was taken",
            remedy="say in the origin card which unit holds",
            severity="warning",
            code="unit_conflict",
        )
        for line, indicator, unit, one, other in rows
        if not _is_one_unit(one, other)
    ]


def _is_one_unit(one: str, other: str) -> bool:
    """Whether a number means the same in both; a text that is no unit is a unit of its own."""
    try:
        return conversion(one, other) == 1
    except UnitError:
        return False


def _sees(raw: RawContent) -> str | None:
    return FORMAT if raw.lines and is_long_header(raw.lines[0]) else None


READER = Reader(
    name="nbs_long",
    formats=(FORMAT,),
    holds="long tables of the statistics bureau (.csv)",
    sees=_sees,
    read=lambda raw: read_nbs_long(raw.content, raw.file),
    order=110,
    words=(
        FormatWords(
            ("nbs_api_long",),
            known_by="columns 指标名称, 地区, 年份, 数值",
            series="指标名称 and 单位",
            region="地区 and 年份",
            card="–",
        ),
    ),
    documentation="formats.md",
)
