"""The published file: complete, commented, as the contract names it, and put in place in one step."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.publications.publish import current, publication_fingerprint, record_path
from nqpf_assets.warehouse import store as store_module
from nqpf_assets.warehouse.durable import replace_file, sha256_of
from nqpf_assets.warehouse.store import Record, Store
from tests.publications.revisions import WIDE
from tests.stages.mini import Walk, page, people, walk, walked, write_mini
from tests.stages.rich import write_rich

pytestmark = pytest.mark.slow  # whole builds and publications

CONTRACT = {
    "source.file": "file_id path sha256 publisher format vintage data_status n_cells",
    "source.observation": "series_id region_code period vintage value unit_measure file_id locator footnote",
    "panel.cell": "study variable unit period value reported_value status file_id locator vintage",
    "index.weight": "study index_name dimension indicator direction entropy weight",
    "index.score": "study index_name unit period score",
    "index.dimension_score": "study index_name dimension unit period score",
    "result.model": "study table_name column_label estimator outcome n_obs n_units n_periods vcov"
    " small_sample n_clusters df_resid r2_within r2 log_likelihood sample n_imputed_cells data_status",
    "result.estimate": "study table_name column_label term estimate std_error statistic p_value"
    " conf_low conf_high",
    "result.effect": "study table_name column_label effect term estimate std_error statistic p_value"
    " conf_low conf_high",
    "result.test": "study table_name column_label test statistic df p_value detail",
}
"""Names that stay: tables and columns that scripts may rely on."""

GRAIN = {
    "source.file": "file_id",
    "source.observation": "series_id, region_code, period, vintage",
    "panel.cell": "study, variable, unit, period",
    "index.weight": "study, index_name, indicator",
    "index.score": "study, index_name, unit, period",
    "result.model": "study, table_name, column_label",
    "result.estimate": "study, table_name, column_label, term",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("mini"), is_published=True)


def test_the_names_of_the_contract(published: Walk) -> None:
    for table, names in CONTRACT.items():
        found = [row[0] for row in published.query(f"DESCRIBE {table}")]
        assert set(names.split()) <= set(found), table
    for table, key in GRAIN.items():
        assert published.query(f"SELECT count(*) > 0 FROM {table}") == [(True,)]
        assert published.query(f"SELECT 1 FROM {table} GROUP BY {key} HAVING count(*) > 1") == []


def test_everything_is_commented(published: Walk) -> None:
    bare = published.query(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE coalesce(comment, '') = ''"
        " UNION ALL SELECT schema_name, view_name FROM duckdb_views()"
        " WHERE NOT internal AND coalesce(comment, '') = ''"
        " UNION ALL SELECT table_name, column_name FROM duckdb_columns() AS c WHERE NOT internal"
        " AND coalesce(comment, '') = '' AND EXISTS (FROM duckdb_tables() AS t"
        " WHERE t.table_oid = c.table_oid AND t.schema_name = c.schema_name)"
    )
    assert bare == []
    said = dict(published.query(
        "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'mini'"
        " AND table_name = 'panel'"
    ))  # fmt: skip
    assert said["output"].startswith("Output")
    assert "元/人" in said["output_per_person"]


def test_the_storage_format_is_the_one_every_duckdb_since_1_0_opens(published: Walk) -> None:
    assert published.project.database.read_bytes()[8:12] == b"DUCK"
    # Version 64 of the file format is that of DuckDB 0.10 to 1.x; newer formats count from 65.
    version = int.from_bytes(published.project.database.read_bytes()[12:20], "little")
    assert version == 64


def test_rows_are_those_of_the_tables(published: Walk) -> None:
    store = published.opened.store
    for key in published.opened.graph.tables:
        record = store.record(key)
        name = f'"{key[0]}"."{key[1]}"'
        assert record is not None
        assert published.query(f"SELECT count(*) FROM {name}") == [(record.n_rows,)]
        assert sha256_of(store.path(key)) == record.sha256


def new_content(project) -> None:
    changed = page("people", people).replace(f"北京市,2016,{people(0, 2016)}", "北京市,2016,1")
    (project.root / "raw/survey/2019/people.csv").write_text(changed, encoding="utf-8")


def test_a_reader_keeps_the_publication_it_opened(tmp_path: Path) -> None:
    done = walked(tmp_path, files={"nqpf.yaml": WIDE}, is_published=True)
    total = "SELECT sum(value) FROM source.observation"
    with duckdb.connect(str(done.project.database), read_only=True) as reader:
        before = reader.execute(total).fetchall()
        new_content(done.project)
        again = walk(done.project)
        again.publish()
        assert reader.execute(total).fetchall() == before
        assert reader.execute("SELECT count(*) FROM result.estimate").fetchone()
    assert again.query(total) != before


@pytest.mark.parametrize("where", ["assemble", "verify", "rename"])
def test_what_breaks_before_the_rename_leaves_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    done = walked(tmp_path, files={"nqpf.yaml": WIDE}, is_published=True)
    old = done.project.database.read_bytes()
    mark = current(done.project)
    new_content(done.project)
    again = walk(done.project)

    def die(*arguments: object) -> None:
        raise KeyboardInterrupt

    if where == "rename":
        monkeypatch.setattr(Path, "replace", die)
    else:
        name = {"assemble": "_comment", "verify": "_verify"}[where]
        monkeypatch.setattr(f"nqpf_assets.publications.assemble.{name}", die)
    with pytest.raises(KeyboardInterrupt):
        again.publish()
    monkeypatch.undo()
    assert done.project.database.read_bytes() == old
    assert current(done.project) == mark
    left = {path.name for path in done.project.warehouse.iterdir()}
    assert left == {"tables", "cache", "history", "nqpf.duckdb", "nqpf.json"}
    again.publish()
    assert done.project.database.read_bytes() != old


def test_killed_between_the_file_and_its_record(tmp_path: Path) -> None:
    done = walked(tmp_path, is_published=True)
    record_path(done.project).unlink()
    assert current(done.project) is None
    done.publish()
    now = current(done.project)
    assert now is not None
    mark = publication_fingerprint(done.opened.store, done.opened.descriptions)
    assert now.fingerprint == mark


def test_an_assembled_file_that_lacks_rows_is_thrown_away(tmp_path: Path) -> None:
    from dataclasses import replace

    done = walked(tmp_path)
    record = done.opened.store.record(("mini", "panel"))
    assert record is not None
    done.opened.store.write_record(("mini", "panel"), replace(record, n_rows=record.n_rows + 1))
    with pytest.raises(RuntimeError, match=r"mini\.panel was not published as it was built"):
        done.publish()
    assert not done.project.database.exists()
    done.opened.store.record_path(("mini", "panel")).unlink()
    with pytest.raises(LookupError, match="not all tables are built"):
        done.publish()


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "t.txt"
    replace_file(target, lambda beside: beside.write_text("old"))

    def half(beside: Path) -> None:
        beside.write_text("ne")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        replace_file(target, half)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_records_that_do_not_fit_count_as_none(tmp_path: Path) -> None:
    store, key = Store(tmp_path), ("a", "t")
    sha = store.write(key, lambda path: path.write_bytes(b"12345"))
    assert store.record(key) is None
    record = Record("mark", sha, 5, 1, "2026-01-01T00:00:00+00:00")
    store.write_record(key, record)
    assert store.record(key) == record
    for damaged in ("", "{", "[]", '{"fingerprint": "x"}', '{"a": 1}', "null"):
        store.record_path(key).write_text(damaged)
        assert store.record(key) is None
    store.write_record(key, record)
    store.path(key).write_bytes(b"123456")
    assert store.record(key) is None


BUILD = """
import sys
from nqpf_assets.user_input.project import Project
from tests.stages.mini import walk
done = walk(Project.at(sys.argv[1]))
for key in sorted(done.opened.graph.tables):
    print(".".join(key), done.opened.store.record(key).sha256)
"""


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the hash seed and the number of threads; the walk is a function of its files."""
    found = []
    for seed, threads in (("1", "1"), ("2", "2")):
        project = write_mini(tmp_path / "mini")  # at the same place: paths are part of the tables
        environment = os.environ | {"PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", BUILD, str(project.root)], env=environment,
            capture_output=True, encoding="utf-8", check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.append(done.stdout.splitlines())
        (tmp_path / "mini").rename(tmp_path / f"mini{seed}")
    assert len(found[0]) > 30
    assert found[0] == found[1]


ASK = """
import sys
from nqpf_assets.projects.opened import open_project
from nqpf_assets.user_input.project import Project
for step in open_project(Project.at(sys.argv[1])).graph.steps:
    print(step.name, step.code, step.parameters, step.lineage, step.sql)
"""


def test_what_a_step_is_hangs_on_no_hash_seed(tmp_path: Path) -> None:
    """Or every second look would find a step changed: a study with several groupings had one."""
    found = []
    project = write_rich(tmp_path)
    for seed in ("1", "2", "3"):
        done = subprocess.run(
            [sys.executable, "-c", ASK, str(project.root)], env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, encoding="utf-8", check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.append(done.stdout.splitlines())
    assert len(found[0]) > 30
    assert found[0] == found[1] == found[2]


def test_nothing_is_left_beside(published: Walk) -> None:
    litter = [path for path in published.project.warehouse.rglob(".*") if path.name != ".lock"]
    assert litter == []
    assert store_module.sha256_of(published.project.database)
