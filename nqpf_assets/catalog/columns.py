"""The registry of tables and columns, read from `columns.yaml`.

DDL comments, type and grain checks, the data dictionary and Dagster's metadata all ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nqpf_assets.user_input.lined_yaml import read_shipped_yaml

STUDY_SCHEMA = "study"
"""Stands for a study's own schema in the registry and in SQL files."""


@dataclass(frozen=True)
class ColumnInfo:
    """One column: its name in the table, DuckDB type and description."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class TableInfo:
    """One table: what one row is, its key, and its columns in order.

    `is_open` tables have further columns that the registry cannot know, such as a study's variables.
    `collects` names the study table of which this one puts all studies together.
    """

    description: str
    grain: tuple[str, ...]
    columns: tuple[ColumnInfo, ...]
    is_open: bool = False
    collects: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def described_columns() -> dict[str, str]:
    """What each known column name means, for tables whose columns a study makes up."""
    return {name: column["description"] for name, column in _content()["columns"].items()}


@cache
def _content() -> dict[str, Any]:
    content = read_shipped_yaml(Path(__file__).with_name("columns.yaml").read_text("utf-8"))
    assert isinstance(content, dict)
    return content


@cache
def registry() -> dict[tuple[str, str], TableInfo]:
    """All registered tables by (schema, table); a study's own tables stand under ``study``."""
    content = _content()
    described = content["columns"]
    tables = {
        tuple(key.split(".", 1)): TableInfo(
            description=table["description"],
            grain=tuple(table["grain"]),
            columns=tuple(_column(entry, described) for entry in table["columns"]),
            is_open=table.get("open", False),
        )
        for key, table in content["tables"].items()
        if "collects" not in table
    }
    study = _column("study", described)
    for key, table in content["tables"].items():
        if "collects" in table:
            schema, name = table["collects"].split(".", 1)
            part = tables[schema, name]
            tables[tuple(key.split(".", 1))] = TableInfo(
                table["description"], ("study", *part.grain), (study, *part.columns), collects=name
            )
    return tables


def _column(entry: str | dict[str, str], described: dict[str, Any]) -> ColumnInfo:
    """A column by name, or ``{name: described_as}`` where the contract's name is shorter."""
    name, described_as = next(iter(entry.items())) if isinstance(entry, dict) else (entry, entry)
    return ColumnInfo(name, described[described_as]["type"], described[described_as]["description"])


def table_info(schema: str, table: str) -> TableInfo | None:
    """What the registry knows of a table; a study's schema falls back to ``study``."""
    return registry().get((schema, table)) or registry().get((STUDY_SCHEMA, table))
