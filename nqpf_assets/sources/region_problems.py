"""Labels that no region of the catalogue bears, or more than one: each with what helps."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from nqpf_assets.catalog.region_match import RegionMatches
from nqpf_assets.formats.labels import parse_year
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem

_ADD_REGION = (
    "correct the label, by `slips` in the card if the file is to stay as it is; to leave the row out, write "
    "`ignore: [{word}]` in the card; else add the region, "
    "area or spelling to catalog/regions.csv"
)
_REGION_WORDS = {
    "unknown": ("a region of the catalogue", "`{label}` in {cells}; near: {near}", _ADD_REGION),
    "ambiguous": (
        "the name of one region in {first_period}",
        "`{label}`: {near}",
        "say in the card which region they are in, `region: …`; in a table of several, name a column "
        "with the regions' codes as `region` in `columns`",
    ),
    "ended": (
        "a region that exists in {last_period}",
        "`{label}`; known: {near}",
        "look whether the year is right; if the table has the regions of one year in all its years, write "
        "that year in the card, `names_of: …`; to leave the rows out, `ignore: [{word}]`",
    ),
    "two_names": (
        "one region in both languages",
        "`{label}` in {cells}: {near}",
        "correct the label; to leave the row out, write `ignore: [{word}]` in the card",
    ),
    "total_of_what": (
        "a total whose region is known",
        "`{label}` in {cells}",
        "say in the card what region the file is the total of: `region: 重庆市`; if it sums only the "
        "rows shown, leave it out: `ignore: [{word}]`",
    ),
}


def at_region(locator: str, region_at: str | None) -> str:
    """Where the region of a cell stands, where the reader says it; else the cell."""
    row = re.search(r"(?:line|row) (\d+)|(\d+)$", locator)
    return locator if region_at is None or row is None else region_at.replace("#", row[1] or row[2])


YEAR, DIGITS, NAME = "year", "digits", "name"
MOST_TOLD = 4
"""Unknown labels of a kind that are told each for itself; more, as a city's districts, are one problem."""
MOST_ROWS = 20
"""Rows for the catalogue, and labels, that are written out for one file."""
LONGEST_NAME = 100
"""Characters of a label that can be the name of a region."""
_HEADER = (
    "region_code,gb_code,name,short,english,level,parent,valid_from,valid_to,successor,spellings"
)


def _rows_to_paste(unknown: list[tuple[str, int | None]]) -> str:
    """Rows for the catalogue of regions that are in none, valid from the first of their years in the file."""
    labels = [one for one in unknown if 0 < len(one[0]) <= LONGEST_NAME]
    if not labels:
        return ""
    lines = [_HEADER, *(_row_to_paste(*one) for one in labels[:MOST_ROWS])]
    if len(labels) > MOST_ROWS:
        lines.append(f"… and {len(labels) - MOST_ROWS} more")
    return ":" + "".join(f"\n    {line}" for line in lines)


def _row_to_paste(label: str, since: int | None) -> str:
    code = label if label.isascii() and label.replace("_", "").isalnum() else "CODE"
    name = '"' + label.replace('"', '""') + '"' if "," in label or '"' in label else label
    return f"{code},,{name},,,LEVEL,,{since or ''},,,"


def region_problems(
    match: RegionMatches,
    cells: pl.DataFrame,
    file: str,
    region_at: str | None,
    *,
    by_layout: bool,
    card_years: tuple[int, int] | None,
) -> list[Problem]:
    """What is wrong with the regions of a file.

    Args:
        match: the regions of its labels.
        cells: the file's cells, for their places.
        file: path as the user knows it.
        region_at: where regions stand, as its reading says.
        by_layout: the file is a page that a layout describes.
        card_years: years that its card reads.
    """
    problems = _early_regions(match.early, cells, file)
    rows = match.unmatched.to_dicts()
    alike: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["reason"] == "unknown" and row["label"] is not None:
            of_kind = _taken_for(row["label"], by_layout, card_years)
            alike.setdefault(of_kind, []).append(row)
    firsts = {kind: of_kind[0] for kind, of_kind in alike.items()}
    for row in rows:
        if row["label"] is None:
            expected, found = "a region", "the file does not name its region"
            remedy = (
                "say it in the card: `region: …`; beside rows that name theirs, write the label"
            )
        else:
            expected, found, remedy = _words_of(row)
        if row["reason"] == "unknown" and row["label"] is not None:
            kind = _taken_for(row["label"], by_layout, card_years)
            is_first = row is firsts[kind]
            if len(alike[kind]) > MOST_TOLD:
                if not is_first:
                    continue  # told with the first
                found += _and_others(alike[kind][1:], cells, region_at)
            remedy = _remedy_of(kind, row["label"], remedy, alike[kind] if is_first else [])
        problems.append(
            Problem(
                file=file,
                where=at_region(cells["locator"][row["first"]], region_at),
                expected=expected,
                found=found,
                remedy=remedy,
                code=f"{'missing' if row['label'] is None else row['reason']}_region",
            )
        )
    return problems


def _words_of(row: dict[str, Any]) -> tuple[str, str, str]:
    """What was expected of a label, what it is, what to do; one too long to be a name is shown once."""
    word = yaml_word(row["label"]) if len(row["label"]) <= LONGEST_NAME else "…"
    words = row | {"near": row["near"] or "none", "word": word, "cells": counted(row["n"], "cells")}
    expected, found, remedy = (text.format(**words) for text in _REGION_WORDS[row["reason"]])
    return expected, found, remedy


def _remedy_of(kind: str, label: str, remedy: str, alike: list[dict[str, Any]]) -> str:
    """What helps with an unknown label; of a name with rows to paste for all that are `alike`."""
    if kind == YEAR:
        return "say in the layout that its rows are years: `row_kind: year`, and whose: `region: …`"
    if kind == DIGITS:
        return (
            f"write codes with six digits, like {label.ljust(6, '0')}, or name a column with names as "
            "`region`; digits alone may be codes of your own"
        )
    return remedy + _rows_to_paste([(one["label"], one["first_period"]) for one in alike])


def _taken_for(label: str, by_layout: bool, card_years: tuple[int, int] | None) -> str:
    """What an unknown label may be, which decides what helps: all of a kind are told together."""
    if by_layout and parse_year(label, card_years) is not None:
        return YEAR
    return DIGITS if re.fullmatch(r"\d{2}|\d{4}", label) else NAME


def _and_others(others: list[dict[str, Any]], cells: pl.DataFrame, region_at: str | None) -> str:
    """The unknown labels of a kind but for the first, each with its place and what is near it."""
    told = [
        f"`{one['label'][:LONGEST_NAME]}` ({at_region(cells['locator'][one['first']], region_at)}"
        + (f"; near: {one['near']})" if one["near"] else ")")
        for one in others[:MOST_ROWS]
    ]
    more = f" and {len(others) - MOST_ROWS} more" if len(others) > MOST_ROWS else ""
    return f"; so are {counted(len(others), 'more labels')}: {', '.join(told)}{more}"


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
