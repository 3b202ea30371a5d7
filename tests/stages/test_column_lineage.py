"""Column lineage: every column of every table has it, and it climbs without a break."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.catalog.columns import registry
from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.publications.publish import publish
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.lineage.column_lineage import lineage_of, lineage_of_all
from nqpf_assets.steps.query_lineage import ROWS, Lineage
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.store import TableKey
from tests.docs.markdown import CHECKOUT
from tests.stages.mini import walk, write_mini
from tests.stages.perturbed import Column
from tests.stages.rich import write_rich

Up = dict[TableKey, Lineage]


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> OpenedProject:
    walked = walk(write_rich(tmp_path_factory.mktemp("rich")))
    publish(walked.opened, RawState.of(walked.project))
    return walked.opened


def without_lineage(opened: OpenedProject) -> list[str]:
    """Columns of built tables of which nothing is known, and lineage of columns that are not there."""
    found: list[str] = []
    for step in opened.graph.steps:
        for key in step.outputs:
            known, there = lineage_of(step, key), opened.store.scan(key).collect_schema().names()
            found += [f"{'.'.join(key)}.{name}" for name in there if not known.get(name)]
            found += [
                f"{'.'.join(key)}.{name} is not there"
                for name in known
                if name not in (*there, ROWS)
            ]
    return found


@pytest.mark.slow
def test_every_column_of_every_table_has_its_lineage(rich: OpenedProject) -> None:
    assert without_lineage(rich) == []


@pytest.mark.slow
def test_so_it_has_in_the_smallest_project(tmp_path: Path) -> None:
    assert without_lineage(walk(write_mini(tmp_path)).opened) == []


@pytest.mark.slow
def test_so_it_has_in_the_shipped_studies(built_sample: Project) -> None:
    assert without_lineage(open_project(built_sample)) == []


@pytest.mark.slow
def test_it_names_what_is_there(rich: OpenedProject) -> None:
    """Every column that lineage names is a column of a table, and the table is one that the step reads."""
    all_of = dict(lineage_of_all(rich.graph.steps))
    for step in rich.graph.steps:
        for key in step.outputs:
            for entries in all_of[key].values():
                for one in entries:
                    if one.schema:
                        assert (one.schema, one.table) in step.inputs, (key, one)
                        assert one.column in all_of[one.schema, one.table], (key, one)
    registered = {key for key in registry() if key[0] != "study"}
    assert registered <= all_of.keys()


def climbed(up: Up, table: TableKey, column: str) -> set[Column]:
    """Everything that the value of a column is made from, through any number of tables."""
    found: set[Column] = set()
    waiting = [(table, column)]
    while waiting:
        key, name = waiting.pop()
        for one in up[key][name]:
            source = ((one.schema, one.table), one.column)
            if one.is_direct and source not in found:
                found.add(source)
                waiting += [source] if one.schema else []
    return found


VALUE = (("source", "observation"), "value")


@pytest.mark.slow
def test_a_coefficient_climbs_to_its_observations(rich: OpenedProject) -> None:
    up = dict(lineage_of_all(rich.graph.steps))
    of_coefficient = climbed(up, ("result", "estimate"), "estimate")
    assert VALUE in of_coefficient
    panel = {name for (_, table), name in of_coefficient if table == "panel"}
    assert {"output", "towns", "energy", "wealth", "parts"} <= panel
    assert not {"idle", "output_before", "unused"} & panel  # no column names them
    assert (("rich", "index_score"), "score") in of_coefficient
    assert climbed(up, ("rich", "table_1"), "(6)") >= of_coefficient - {
        (("rich", "estimate"), "estimate")
    }
    for table, column in (
        (("index", "score"), "score"),
        (("rich", "panel"), "wealth"),
        (("rich", "panel"), "idle"),
        (("rich", "differences"), "gini"),
        (("rich", "levels"), "annual_growth"),
        (("result", "provenance"), "value"),
        (("result", "trend"), "fitted"),
        (("result", "local_moran"), "spatial_lag"),
    ):
        assert VALUE in climbed(up, table, column), (table, column)
    assert (("", "raw files"), "") in of_coefficient


def queries() -> list[str]:
    page = (CHECKOUT / "docs" / "lineage.md").read_text("utf-8")
    return re.findall(r"```sql\n(.*?)```", page, re.DOTALL)


@pytest.mark.slow
def test_queries_of_the_page_climb_and_descend(rich: OpenedProject) -> None:
    up, down, below = (
        one.replace("province", "rich").replace("'nqpf'", "'wealth'") for one in queries()
    )
    with duckdb.connect(str(rich.project.database), read_only=True) as connection:
        above = set(connection.execute(up).fetchall())
        assert {("source", "observation", "value"), ("rich", "panel", "wealth")} <= above
        assert (None, "raw files", None) in above
        resting = set(connection.execute(down).fetchall())
        assert {
            ("result", "estimate", "estimate"),
            ("rich", "table_1", "(2)"),
            ("index", "score", "score"),
        } <= resting
        assert ("source", "file", "title") not in resting
        inputs = connection.execute(below).fetchall()
        assert {
            ("wealth", "per_person"),
            ("per_person", "gdp"),
            ("clean", "energy_consumption"),
        } <= set(inputs)
