"""One asset per table, in groups a reader understands, on edges that are read from the queries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from nqpf_assets.catalog.columns import table_info
from nqpf_assets.definitions import build_defs
from nqpf_assets.defs.assemble import assemble
from nqpf_assets.defs.assets import PUBLISHED
from nqpf_assets.defs.metadata import _schema
from nqpf_assets.defs.raw import raw_key
from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.stages import sql as sql_stage
from nqpf_assets.steps.query_lineage import query_lineage
from nqpf_assets.user_input.project import Project

pytestmark = pytest.mark.slow  # over the whole sample

HEAVY = {"statsmodels", "linearmodels", "scipy", "pandas", "polars", "duckdb", "sqlglot"}


@pytest.fixture(scope="module")
def opened(built_sample: Project) -> OpenedProject:
    return open_project(built_sample)


@pytest.fixture(scope="module")
def graph(opened: OpenedProject) -> dg.AssetGraph:
    return assemble(opened).resolve_asset_graph()


def test_every_table_is_an_asset_and_every_asset_says_what_it_is(
    opened: OpenedProject, graph: dg.AssetGraph
) -> None:
    tables = {dg.AssetKey(key) for key in opened.graph.tables}
    assert tables | {PUBLISHED} == graph.materializable_asset_keys
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.group_name not in (None, "default"), key
        assert node.owners, key
        if key in tables:
            assert node.code_version, key
            assert graph.get_check_keys_for_assets({key}), f"{key} is not checked"


def test_a_study_is_one_group_and_its_nodes_tell_the_stage(
    opened: OpenedProject, graph: dg.AssetGraph
) -> None:
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    studies = {f"study_{study}" for study in opened.studies}
    shared = {"raw", "source", "catalog", "all_studies", "audit", "publication"}
    assert groups == studies | shared
    for step in opened.graph.steps:
        for key in step.outputs:
            assert step.stage in graph.get(dg.AssetKey(key)).kinds


def test_edges_are_what_the_queries_read(opened: OpenedProject, graph: dg.AssetGraph) -> None:
    """Held against a reading of the SQL by its column lineage, which goes another way than `bind`."""
    held = 0
    for step in opened.graph.steps:
        for key, query in step.sql.items():
            columns = tuple((one, info.names) for one in step.inputs if (info := table_info(*one)))
            read = {
                (one.schema, one.table)
                for found in query_lineage(query, columns).values()
                for one in found
                if one.schema
            }
            parents = {tuple(parent.path) for parent in graph.get(dg.AssetKey(key)).parent_keys}
            assert read <= parents, key
            assert parents == set(step.inputs), key
            held += 1
    assert held > 20


def test_raw_folders_lead_to_the_sources_and_every_table_to_the_publication(
    opened: OpenedProject, graph: dg.AssetGraph
) -> None:
    folders = {
        tuple(raw_key(path.parent.relative_to(opened.project.raw).parts).path)
        for path in opened.project.raw.rglob("*")
        if path.is_file()
    }
    external = {tuple(key.path) for key in graph.external_asset_keys}
    assert external == folders
    parents = {tuple(key.path) for key in graph.get(dg.AssetKey(["source", "file"])).parent_keys}
    assert folders <= parents
    before, waiting = set(), {PUBLISHED}
    while waiting:
        parents = graph.get(waiting.pop()).parent_keys - before
        before |= parents
        waiting |= parents
    assert {dg.AssetKey(key) for key in opened.graph.tables} <= before


def test_a_raw_folder_shows_publisher_and_vintage_and_the_publication_blocks(
    graph: dg.AssetGraph,
) -> None:
    labels = [key.path[-1] for key in graph.external_asset_keys]
    assert "nbs_2026-05" in labels
    assert "nbs_api_2026-05" in labels
    assert len(labels) == len(set(labels))
    checks = graph.get_check_keys_for_assets({PUBLISHED})
    assert checks
    assert all(graph.get(check).blocking for check in checks)


def test_columns_are_described_before_the_first_run(
    opened: OpenedProject, graph: dg.AssetGraph
) -> None:
    for key in opened.graph.tables:
        if table_info(*key) is None:
            continue
        declared = graph.get(dg.AssetKey(key)).metadata["dagster/column_schema"]
        made = {one.name for one in _schema(key, opened).columns}
        assert {one.name for one in declared.columns} == made, key
        assert all(one.description for one in declared.columns), key


def test_every_column_is_described_by_more_than_its_name(opened: OpenedProject) -> None:
    for key in opened.graph.tables:
        columns = _schema(key, opened).columns
        assert [one.name for one in columns if not one.description] == [], key
        assert [one.name for one in columns if "head of the table" in one.description] == [], key
    panel = {one.name: one.description for one in _schema(("province", "panel"), opened).columns}
    assert {*opened.compiled["province"].formulas} <= {*panel}
    table = {one.name: one.description for one in _schema(("province", "table_2"), opened).columns}
    assert table["(1)"].startswith("tobit of rural&#95;revitalization on nqpf, ")
    levels = {
        one.name: one.description for one in _schema(("chongqing", "table_3_1"), opened).columns
    }
    assert levels["published_2021"] == "value of 2021 as the paper prints it"


def test_a_table_that_nobody_makes_is_named_when_definitions_are_loaded(
    built_small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in sql_stage.sql_root().glob("*/*.sql"):
        copy = tmp_path / path.parent.name / path.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    broken = tmp_path / "audit" / "vintage_mix.sql"
    text = broken.read_text("utf-8")
    broken.write_text(text.replace("every_study.reported_cell", "source.nowhere"), "utf-8")
    monkeypatch.setattr(sql_stage, "sql_root", lambda: tmp_path)
    with pytest.raises(LookupError, match=r"audit\.vintage_mix reads source\.nowhere"):
        build_defs(built_small)


def test_importing_definitions_loads_nothing_heavy() -> None:
    code = (
        "import sys, time; clock = time.perf_counter(); import dagster; dagster_alone = time.perf_counter();"
        "import nqpf_assets.definitions; ours = time.perf_counter();"
        "print(f'dagster {dagster_alone - clock:.2f} s, definitions {ours - dagster_alone:.3f} s',"
        " file=sys.stderr); print(*sorted(name for name in sys.modules if '.' not in name))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    print(done.stderr)
    assert "nqpf_assets" in done.stdout.split()
    assert HEAVY.isdisjoint(done.stdout.split())
