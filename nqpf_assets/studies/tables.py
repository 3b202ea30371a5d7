"""All kinds of tables by name, and what a study may write of a table: one of their models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Discriminator, Tag

from nqpf_assets.plugins.registry import Registry
from nqpf_assets.studies.table_kind import StudyTable, TableKind

TABLE_KINDS = Registry(TableKind, room="nqpf_assets.studies.table_kinds", attribute="KIND")


def kind_of(table: StudyTable) -> TableKind:
    """The kind of a table of a study."""
    return TABLE_KINDS.all[_named(table)]


def _named(table: object) -> str:
    """Regression is meant where a table does not say its kind."""
    if isinstance(table, dict):
        return str(table.get("kind", "regression"))
    return str(getattr(table, "kind", "regression"))


if TYPE_CHECKING:
    Table = StudyTable
else:
    Table = Annotated[
        Union[tuple(Annotated[one.model, Tag(one.name)] for one in TABLE_KINDS.all.values())],  # noqa: UP007
        Discriminator(_named),
    ]
