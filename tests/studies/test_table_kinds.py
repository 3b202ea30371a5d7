"""Kinds of tables: each is whole, and what it names is looked up like any other name of a study."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from nqpf_assets.catalog.columns import STUDY_SCHEMA, table_info
from nqpf_assets.studies import table_kinds
from nqpf_assets.studies.table_kind import GroupedTable, PanelTable, TableKind
from nqpf_assets.studies.tables import TABLE_KINDS

KINDS = TABLE_KINDS.own.values()


def test_a_kind_bears_the_name_of_its_module() -> None:
    (folder,) = table_kinds.__path__
    assert {*TABLE_KINDS.own} == {path.stem for path in Path(folder).glob("[a-z]*.py")}


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
def test_a_kind_is_whole(kind: TableKind) -> None:
    assert get_args(kind.model.model_fields["kind"].annotation) == (kind.name,)
    assert callable(kind.make)
    assert (kind.model.__dict__["__doc__"] or "").strip()
    assert all(table_info(STUDY_SCHEMA, table) for table in kind.long)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
def test_keys_that_name_something_are_keys(kind: TableKind) -> None:
    """A misspelled key would let a name pass that is none."""
    if not issubclass(kind.model, PanelTable):
        return
    keys = set(kind.model.model_fields)
    for field in kind.model.model_fields.values():
        below = getattr(field.annotation, "model_fields", {})
        keys |= set(below)
    assert kind.model.variable_keys <= keys
    if issubclass(kind.model, GroupedTable):
        assert kind.model.grouping_keys <= keys
