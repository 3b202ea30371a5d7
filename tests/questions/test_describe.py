"""Tables are listed and described, found by any name, and refused with a near one."""

from __future__ import annotations

import csv
import io
import json

import pytest

from nqpf_assets.catalog.columns import registry
from nqpf_assets.questions.contents import contents
from nqpf_assets.questions.described import described
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.command import nqpf


def test_every_published_table_is_listed_with_its_meaning_and_rows(asked: Project) -> None:
    ran = nqpf("describe", "--format", "json", project=asked.root)
    listed = {(one["schema_name"], one["table_name"]): one for one in json.loads(ran.out)}
    known = {key for key in registry() if key[0] in ("source", "catalog", "panel", "result")}
    assert known <= listed.keys()
    assert all(one["description"] for one in listed.values())
    # four provinces by four years
    assert listed["mini", "panel"]["n_rows"] == 16
    assert listed["result", "provenance"]["n_rows"] is None


def test_a_table_is_told_with_unit_example_lineage_and_how_it_is_asked(asked: Project) -> None:
    ran = nqpf("describe", "mini.panel", project=asked.root)
    assert ran.status == 0
    assert "16 rows, one for each unit, period" in ran.out
    assert "built from:" in ran.out
    assert "mini.variable_cell" in ran.out
    assert "read by:" in ran.out
    assert "nqpf query 'FROM mini.panel LIMIT 10'" in ran.out


def test_columns_as_rows(asked: Project) -> None:
    ran = nqpf("describe", "mini.panel", "-f", "csv", project=asked.root)
    rows = {row["column_name"]: row for row in csv.DictReader(io.StringIO(ran.out))}
    assert rows["unit"]["example"] == "110000"
    assert rows["output"]["unit_measure"] == "亿元"
    assert rows["output"]["column_type"] == "DOUBLE"
    assert "mini.variable_cell.value" in rows["output"]["made_from"]


@pytest.mark.slow
def test_every_table_and_view_can_be_described(asked: Project) -> None:
    with open_closed(asked.database) as connection:
        for table in contents(connection):
            found = described(connection, table)
            assert found.ways, table.full_name
            if not table.is_view or table.name.endswith("provenance"):
                assert all(one.description for one in found.columns), table.full_name


@pytest.mark.parametrize("name", ["mini.panel", "MINI.PANEL", '"mini"."panel"', "observation"])
def test_a_name_is_found_as_it_is_typed(asked: Project, name: str) -> None:
    assert nqpf("describe", name, project=asked.root).status == 0


def test_a_schema_lists_its_own(asked: Project) -> None:
    out = nqpf("describe", "mini", project=asked.root).out
    assert "panel" in out
    assert "source\n" not in out


@pytest.mark.parametrize(
    ("name", "near"),
    [("mini.panl", "`mini.panel`"), ("observaton", "`observation`"), ("estimate", "mini.estimate")],
)
def test_a_name_that_means_none_is_refused_with_a_near_one(
    asked: Project, name: str, near: str
) -> None:
    ran = nqpf("describe", name, project=asked.root)
    assert ran.status == 2
    assert near in ran.err
