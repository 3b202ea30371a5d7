"""From the cells of one file to observations: series, region and unit of each cell.

Values stay as printed; nothing is converted, merged or chosen here. What a label stands for is
decided in `resolution` and in the catalogue.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.region_match import RegionMatches, find_region, match_regions
from nqpf_assets.formats.labels import parse_year
from nqpf_assets.formats.limits import NAME_CHARACTERS
from nqpf_assets.formats.reading import Reading
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem, shortened
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.mixed_levels import taken_for_regions
from nqpf_assets.sources.one_region_twice import spelled_twice
from nqpf_assets.sources.resolution import accepts, resolve_labels

_ADD_REGION = (
    "correct the label; to leave the row out, write `ignore: [{word}]` in the card; else add the region, "
    "area or spelling to catalog/regions.csv"
)
_REGION_WORDS = {
    "unknown": ("a region of the catalogue", "`{label}` in {n} cells; near: {near}", _ADD_REGION),
    "ambiguous": (
        "the name of one region in {first_period}",
        "`{label}`: {near}",
        "say in the card which region they are in, `region: …`; in a table of several, name a column "
        "with the regions' codes as `region` in `columns`",
    ),
    "ended": (
        "a region that exists in {last_period}",
        "`{label}`; known: {near}",
        "look whether the year is right; else give the region's later life in catalog/regions.csv",
    ),
    "total_of_what": (
        "a total whose region is known",
        "`{label}` in {n} cells",
        "say in the card what region the file is the total of: `region: 重庆市`; if it sums only the "
        "rows shown, leave it out: `ignore: [{word}]`",
    ),
}


def observations_of(
    reading: Reading, card: OriginCard, catalogue: Catalogue, *, file: str
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """One row per cell, and what could not be resolved.

    Args:
        reading: what the file says.
        card: what it is silent about.
        catalogue: regions and series.
        file: path as the user knows it.

    Returns:
        Columns ``series_id, region_code, region_level, period, value, unit_measure, locator, footnote,
        reported_text, series_label, region_label``; rows without a series, unit or region are
        left out and reported.
    """
    pairs = resolve_labels(reading.cells, card, catalogue)
    problems = _unresolved(pairs, file)
    cells = reading.cells.join(
        pairs.drop("locator"),
        on=["series_label", "unit_label"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    cells = cells.with_columns(label=_regions_named(cells, card))
    regions = catalogue.regions
    whole = None
    if card.region is not None and cells.height:
        whole, _ = find_region(card.region, regions, cells["period"][-1])
    match = match_regions(cells["label"], cells["period"], regions, within=whole, whole=whole)
    problems += _odd_names(pairs, file)
    problems += _region_problems(
        match,
        cells,
        file,
        reading.region_at,
        by_layout=card.layout is not None,
        card_years=card.years,
    )
    problems += spelled_twice(cells, match.codes, file)
    problems += taken_for_regions(match, cells, regions, card, file)
    observations = cells.select(
        "series_id",
        match.codes.alias("region_code"),
        match.levels.alias("region_level"),
        "period",
        "value",
        "unit_measure",
        "locator",
        "footnote",
        pl.col("text").alias("reported_text"),
        "series_label",
        "region_label",
    )
    return observations.drop_nulls(["series_id", "region_code", "unit_measure"]), tuple(problems)


def _regions_named(cells: pl.DataFrame, card: OriginCard) -> pl.Series:
    """The printed regions; the card's where a series names none, or one that the card knows to be wrong.

    A blank beside other regions of its series is a lost label, which no card fills.
    """
    printed = cells["region_label"]
    if card.region is None:
        return printed
    wrong = [label for label in printed.unique() if accepts(card, "region", label)]
    given = pl.repeat(card.region, len(printed), dtype=pl.String, eager=True)
    names_some = cells.select(pl.col("region_label").is_not_null().any().over("series_label"))
    is_kept = names_some.to_series() & ~printed.is_in(wrong).fill_null(False)
    return printed.zip_with(is_kept, given)


def _unresolved(pairs: pl.DataFrame, file: str) -> list[Problem]:
    problems = []
    names_some = pairs["series_label"].null_count() < pairs.height
    for label, _, series_id, unit, locator in pairs.iter_rows():
        if series_id is None:
            problems.append(
                Problem(
                    file=file,
                    where=locator,
                    expected="an indicator",
                    found="the file does not say what it measures"
                    + (" here, and does elsewhere" if names_some else ""),
                    remedy="write the label that is missing"
                    if names_some
                    else "say it in the card: `series: …`",
                    code="missing_series",
                )
            )
        if unit is None:
            problems.append(
                Problem(
                    file=file,
                    where=locator,
                    expected=f"a unit of {label or series_id or 'the values'}",
                    found="the file prints none",
                    remedy="say it in the card: `unit: …`, 无 for a plain number",
                    code="missing_unit",
                )
            )
    return problems


def _odd_names(pairs: pl.DataFrame, file: str) -> Iterator[Problem]:
    """Names that nobody can read as they are: they would be series of their own, and look like others."""
    for label, locator in pairs.select("series_label", "locator").drop_nulls().iter_rows():
        hidden = sorted({c for c in label if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn")})
        if hidden:
            found = f"`{shortened(label, 80)}` with {', '.join(f'U+{ord(c):04X}' for c in hidden)}"
        elif len(label) > NAME_CHARACTERS:
            found = f"a name of {len(label)} characters: `{label[:80]}…`"
        else:
            continue
        remedy = "nothing if it is meant; else give the printed label its series in the card"
        expected = f"a name of at most {NAME_CHARACTERS} characters, all of them visible"
        yield Problem(
            file=file,
            where=locator,
            expected=expected,
            found=found,
            remedy=remedy,
            severity="warning",
            code="odd_name",
        )


def _at_region(locator: str, region_at: str | None) -> str:
    """Where the region of a cell stands, where the reader says it; else the cell."""
    row = re.search(r"(?:line|row) (\d+)|(\d+)$", locator)
    return locator if region_at is None or row is None else region_at.replace("#", row[1] or row[2])


MOST_ROWS = 20
"""Rows for the catalogue that are written out for one file."""
LONGEST_NAME = 100
"""Characters of a label that can be the name of a region."""
_HEADER = (
    "region_code,gb_code,name,short,english,level,parent,valid_from,valid_to,successor,spellings"
)


def _rows_to_paste(labels: list[str]) -> str:
    """What to write into the catalogue for regions that are in none; told once for a file."""
    labels = [label for label in labels if len(label) <= LONGEST_NAME]
    if not labels:
        return ""
    lines = [_HEADER, *map(_row_to_paste, labels[:MOST_ROWS])]
    if len(labels) > MOST_ROWS:
        lines.append(f"… and {len(labels) - MOST_ROWS} more")
    return ":" + "".join(f"\n    {line}" for line in lines)


def _row_to_paste(label: str) -> str:
    code = label if label.isascii() and label.replace("_", "").isalnum() else "CODE"
    name = '"' + label.replace('"', '""') + '"' if "," in label or '"' in label else label
    return f"{code},,{name},,,LEVEL,,,,,"


def _region_problems(
    match: RegionMatches,
    cells: pl.DataFrame,
    file: str,
    region_at: str | None,
    *,
    by_layout: bool,
    card_years: tuple[int, int] | None,
) -> list[Problem]:
    problems = _early_regions(match.early, cells, file)
    rows = match.unmatched.to_dicts()
    unknown = [one["label"] for one in rows if one["reason"] == "unknown" and one["label"]]
    for row in rows:
        reason = row["reason"]
        locator = _at_region(cells["locator"][row["first"]], region_at)
        if row["label"] is None:
            expected, found = "a region", "the file does not name its region"
            remedy = (
                "say it in the card: `region: …`; beside rows that name theirs, write the label"
            )
        else:
            # A label too long to be a name is shown once, and not again to be copied.
            is_name = len(row["label"]) <= LONGEST_NAME
            word = yaml_word(row["label"]) if is_name else "…"
            words = dict(row, near=row["near"] or "none", word=word)
            expected, found, remedy = (text.format(**words) for text in _REGION_WORDS[reason])
            if row["label"] in unknown[:1]:
                remedy += _rows_to_paste(unknown)
            if (
                reason == "unknown"
                and by_layout
                and parse_year(row["label"], card_years) is not None
            ):
                remedy = "say in the layout that its rows are years: `row_kind: year`, and whose: `region: …`"
            elif reason == "unknown" and re.fullmatch(r"\d{2}|\d{4}", row["label"]):
                remedy = (
                    f"write codes with six digits, like {row['label'].ljust(6, '0')}, or name a "
                    "column with names as `region`; digits alone may be codes of your own"
                )
        problems.append(
            Problem(
                file=file,
                where=locator,
                expected=expected,
                found=found,
                remedy=remedy,
                code=f"{'missing' if row['label'] is None else reason}_region",
            )
        )
    return problems


def _early_regions(early: pl.DataFrame, cells: pl.DataFrame, file: str) -> list[Problem]:
    """One warning for a file that gives present names to years before them, however many."""
    if early.is_empty():
        return []
    first = early.row(0, named=True)
    labels = early.get_column("label").unique(maintain_order=True)
    more = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    return [
        Problem(
            file=file,
            where=cells["locator"][first["first"]],
            expected=f"regions that existed in {first['first_period']}",
            found=f"`{first['label']}`{more}; known: {first['near'] or 'none'}",
            remedy="nothing, if the publisher revised backwards under the present names",
            severity="warning",
            code="early_region",
        )
    ]
