"""Reading the regions of the package and of a project: files of regions, and what is wrong with them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import polars as pl

from nqpf_assets.catalog.names import near_names
from nqpf_assets.catalog.own_csv import own_csv
from nqpf_assets.catalog.region_groups import with_own_groups
from nqpf_assets.catalog.regions import REGION_SCHEMA, Regions
from nqpf_assets.messages.problems import Problem
from nqpf_assets.user_input.own_files import read_own

_NEEDED = ("region_code", "name", "level", "valid_from")


def load_regions(own: Path | None = None) -> tuple[Regions, tuple[Problem, ...]]:
    """The shipped regions and groups with a project's added; what is given there replaces ours.

    A code of its ``regions.csv`` replaces that region, a scheme of ``region_groups.csv`` that scheme.

    Args:
        own: the project's ``regions.csv``, beside which the groups lie; neither need exist.
    """
    shipped = files("nqpf_assets.catalog")
    chosen, _ = _read((shipped / "regions.csv").read_bytes(), "regions.csv")
    china, _ = _read((shipped / "regions_of_china.csv").read_bytes(), "regions_of_china.csv")
    frame, listed = pl.concat([chosen, china]), frozenset(china["region_code"])
    groups = pl.read_csv((shipped / "region_groups.csv").read_bytes(), infer_schema=False)
    problems: tuple[Problem, ...] = ()
    own_codes: frozenset[str] = frozenset()
    if own is not None and (own.exists() or own.is_symlink()):
        shown = f"{own.parent.name}/{own.name}"
        content, wrong = read_own(own, shown, within=own.parent, code="regions")
        if wrong is not None:
            return Regions(frame, groups, listed), (wrong,)
        added, problems = _read(content, shown)
        own_codes = frozenset(added["region_code"].drop_nulls())
        frame = pl.concat([frame.join(added, on="region_code", how="anti"), added])
        problems += _dangling(frame, added, shown)
    if own is not None:
        groups, wrong_groups = with_own_groups(groups, own.with_name("region_groups.csv"), frame)
        problems += wrong_groups
    return Regions(frame, groups, listed - own_codes, own_codes), problems


def _read(content: bytes, file: str) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    empty = pl.DataFrame(schema=dict(REGION_SCHEMA))
    table = own_csv(content, file, "a table of regions")
    if isinstance(table, Problem):
        return empty, (table,)
    table = table.with_columns(pl.all().str.strip_chars().replace("", None))
    problems = [
        Problem(
            file=file,
            where="line 1",
            expected=f"a column `{column}`",
            found=", ".join(table.columns),
            remedy="add the column",
            code="regions",
        )
        for column in _NEEDED
        if column not in table.columns
    ]
    for column in table.columns:
        if column not in REGION_SCHEMA:
            near = near_names(column, REGION_SCHEMA, 1)
            remedy = f"rename it to `{near[0]}`" if near else "remove the column"
            known = f"one of {', '.join(REGION_SCHEMA)}"
            problems.append(
                Problem(
                    file=file,
                    where="line 1",
                    expected=known,
                    found=column,
                    remedy=remedy,
                    code="regions",
                )
            )
    if problems:
        return empty, tuple(problems)
    missing = [column for column in REGION_SCHEMA if column not in table.columns]
    table = table.with_columns(pl.lit(None, pl.String).alias(column) for column in missing)
    typed = table.select(list(REGION_SCHEMA)).cast(pl.Schema(REGION_SCHEMA), strict=False)
    return typed, tuple(_bad_rows(table, typed, file))


def _bad_rows(table: pl.DataFrame, typed: pl.DataFrame, file: str) -> list[Problem]:
    problems = []

    def add(wrong: pl.Series, expected: str, column: str, remedy: str) -> None:
        for row in wrong.arg_true():
            found = f"`{column}: {table[column][row] or ''}`"
            where = f"line {row + 2}"
            problems.append(
                Problem(
                    file=file,
                    where=where,
                    expected=expected,
                    found=found,
                    remedy=remedy,
                    code="regions",
                )
            )

    for column in _NEEDED:
        add(table[column].is_null(), f"a value in `{column}`", column, "fill it in")
    for column in ("valid_from", "valid_to"):
        wrong = typed[column].is_null() & table[column].is_not_null()
        add(wrong, "a year", column, "write four digits")
    wrong = (typed["valid_to"] < typed["valid_from"]).fill_null(False)
    add(wrong, "a year not before `valid_from`", "valid_to", "correct one of the two")
    wrong = table["region_code"].is_duplicated() & table["region_code"].is_not_null()
    add(wrong, "a code that stands once", "region_code", "remove one, or give it a code of its own")
    return problems


def _dangling(frame: pl.DataFrame, added: pl.DataFrame, file: str) -> tuple[Problem, ...]:
    """Parents and successors that are not in the catalogue, or that lead back to the region itself."""
    above = {
        column: dict(frame.select("region_code", column).iter_rows())
        for column in ("parent", "successor")
    }
    found = []
    for line, row in enumerate(added.iter_rows(named=True), start=2):
        for column, next_of in above.items():
            code = row[column]
            if code is None:
                continue
            expected, remedy = (
                "a region_code of the catalogue",
                "add that region, or correct the code",
            )
            if code in next_of:
                seen = {row["region_code"]}
                while code is not None and code not in seen:
                    seen.add(code)
                    code = next_of.get(code)
                if code is None:
                    continue
                expected, remedy = f"a {column} that does not lead back to it", "correct the code"
            found.append(
                Problem(
                    file=file,
                    where=f"line {line}",
                    expected=expected,
                    found=f"`{column}: {row[column]}` of {row['name']}",
                    remedy=remedy,
                    code="regions",
                )
            )
    return tuple(found)
