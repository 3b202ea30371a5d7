"""A project's own schemes of groups: ``catalog/region_groups.csv`` beside its ``regions.csv``.

One row per scheme, group and member. A scheme that ships with the package is replaced as a whole by one
of the same name, so that two lists are never mixed.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from nqpf_assets.catalog.own_csv import own_csv
from nqpf_assets.messages.problems import Problem
from nqpf_assets.user_input.own_files import read_own

COLUMNS = ("scheme", "group", "label", "region_code")
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
"""Names that a study file can write; `strict.Name` has the same form."""


def with_own_groups(
    shipped: pl.DataFrame, own: Path, regions: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """The groups with those of a project's file, and what is wrong in it.

    Args:
        shipped: columns of `COLUMNS`.
        own: the file; it need not exist.
        regions: all regions of the project, with their `region_code`.
    """
    if not (own.exists() or own.is_symlink()):
        return shipped, ()
    shown = f"{own.parent.name}/{own.name}"
    content, wrong = read_own(own, shown, within=own.parent, code="regions")
    if wrong is not None:
        return shipped, (wrong,)
    table = own_csv(content, shown, "a table of groups")
    if isinstance(table, Problem):
        return shipped, (table,)
    if set(table.columns) != set(COLUMNS):
        expected, found = f"the columns {', '.join(COLUMNS)}", ", ".join(table.columns)
        remedy = "add what is missing, remove the rest"
        return shipped, (
            Problem(
                file=shown,
                where="line 1",
                expected=expected,
                found=found,
                remedy=remedy,
                code="regions",
            ),
        )
    table = table.select(COLUMNS).with_columns(pl.all().str.strip_chars().replace("", None))
    table = table.with_columns(label=pl.coalesce("label", "group"))
    kept = shipped.join(table.select("scheme").unique(), on="scheme", how="anti")
    problems = tuple(
        Problem(
            file=shown,
            where=f"line {row + 2}",
            expected=expected,
            found=found,
            remedy=remedy,
            code="regions",
        )
        for row, expected, found, remedy in _bad_rows(table, {*regions["region_code"]})
    )
    return pl.concat([kept.select(COLUMNS), table]), problems


def _bad_rows(table: pl.DataFrame, known: set[str]) -> list[tuple[int, str, str, str]]:
    """Number of the row, what was expected, found, and what to do."""
    bad = []
    seen: dict[tuple[str, str], tuple[int, str]] = {}
    for row, (scheme, group, _, code) in enumerate(table.iter_rows()):
        for column, value in (("scheme", scheme), ("group", group)):
            if value is None or not _NAME.match(value):
                expected = "a name of small letters a–z, digits and _, beginning with a letter"
                bad.append((row, expected, f"`{column}: {value or ''}`", "choose such a name"))
        if code not in known:
            remedy = "correct it, or add the region to catalog/regions.csv"
            bad.append((row, "a region_code of the catalogue", f"`{code or ''}`", remedy))
        if (scheme, code) in seen:
            first, other = seen[scheme, code]
            found = f"{code} in `{group}`, and in `{other}` of line {first + 2}"
            bad.append((row, f"each region once in `{scheme}`", found, "keep one of the two"))
        seen.setdefault((scheme, code), (row, group))
    return bad
