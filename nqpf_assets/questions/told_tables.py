"""Tables and their descriptions: for people in a terminal, and as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table as Grid

from nqpf_assets.exports.terminal import out, plain, print_whole
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.shown_text import without_controls
from nqpf_assets.questions.contents import Table
from nqpf_assets.questions.described import Description

if TYPE_CHECKING:
    import polars as pl

LONGEST = 24
"""Characters of an example that are shown."""
MOST = 12
"""Tables named in one line of lineage; the rest are counted."""


def print_tables(tables: list[Table], console: Console | None = None) -> None:
    """A list of tables under the name of their schema."""
    console = console or out()
    for schema, members in groupby(tables, key=lambda one: one.schema):
        console.print(plain(schema), style="bold")
        grid = _grid(("", "left"), ("", "right"), ("", "left"))
        for one in members:
            rows = "view" if one.n_rows is None else f"{one.n_rows:,}"
            grid.add_row(f"  {without_controls(one.name)}", rows, without_controls(one.description))
        console.print(grid)
    console.print("a number is that of rows; `nqpf describe TABLE` tells the columns of one")


def print_study(words: Mapping[str, str | None], console: Console | None = None) -> None:
    """What a study says of itself: title, paper, remarks."""
    console = console or out()
    for text in (words["title"], words["citation"], *(words["notes"] or "").splitlines()):
        if text:
            console.print(plain(text), soft_wrap=True)


def print_description(found: Description, console: Console | None = None) -> None:
    """One table: its columns, what it is built from, what reads it, how it is asked."""
    console = console or out()
    table = found.table
    words = table.description or "not described: nqpf did not write it"
    console.print(plain(f"{table.full_name}: {words}"), soft_wrap=True)
    rows = "a view" if table.n_rows is None else counted(table.n_rows, "rows", ",")
    key = f", one for each {', '.join(found.key)}" if found.key else ""
    console.print(plain(rows + key), soft_wrap=True)
    grid = _grid(
        ("column", "left"),
        ("type", "left"),
        ("unit", "left"),
        ("example", "left"),
        ("meaning", "left"),
    )
    grid.show_header = True
    for one in found.columns:
        cells = (one.column_name, one.column_type, one.unit_measure, _cut(one.example))
        grid.add_row(*(without_controls(text) for text in (*cells, one.description)))
    print_whole(grid)
    for label, names in (("built from", found.built_from), ("read by", found.read_by)):
        if names:
            console.print(plain(f"{label}: {_listed(names)}"), soft_wrap=True)
    console.print("ask it:")
    for way in found.ways:
        console.print(plain(f"  {way}"), soft_wrap=True)


def _grid(*columns: tuple[str, str]) -> Grid:
    grid = Grid(box=None, show_header=False, pad_edge=False)
    for name, side in columns:
        grid.add_column(name, justify="right" if side == "right" else "left", overflow="fold")
    return grid


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def table_rows(tables: list[Table]) -> pl.DataFrame:
    """A row for each table."""
    import polars as pl

    rows = [
        {
            "schema_name": one.schema,
            "table_name": one.name,
            "kind": "view" if one.is_view else "table",
            "n_rows": one.n_rows,
            "n_columns": len(one.columns),
            "description": one.description,
        }
        for one in tables
    ]
    types = {"n_rows": pl.Int64, "n_columns": pl.Int64}
    names = ("schema_name", "table_name", "kind", "n_rows", "n_columns", "description")
    return pl.DataFrame(rows, schema={name: types.get(name, pl.String()) for name in names})


def column_rows(found: Description) -> pl.DataFrame:
    """A row for each column of one table."""
    import polars as pl

    rows = [asdict(one) | {"made_from": ", ".join(one.made_from)} for one in found.columns]
    return pl.DataFrame(rows)
