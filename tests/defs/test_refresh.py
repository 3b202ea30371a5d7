"""What a refresh promises when something goes wrong: nothing half published, words instead of tracebacks."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.defs.refresh import RefreshFailed, refresh
from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.publish import current
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages import interpolation
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse import lock
from nqpf_assets.warehouse.lock import WarehouseBusy
from nqpf_assets.warehouse.store import Store
from tests.crash.refreshes import finish, start, start_and_signal


@pytest.fixture
def small(built_small: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built_small.root, tmp_path / "small"))


def digest(project: Project) -> str:
    return hashlib.sha256(project.database.read_bytes()).hexdigest()


def content(project: Project) -> dict[str, int]:
    """Every published table with a hash of its rows, whatever their order."""
    with duckdb.connect(str(project.database), read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL"
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(
                f'SELECT coalesce(sum(hash(t)), 0) FROM "{schema}"."{table}" AS t'
            ).fetchall()[0][0]
            for schema, table in tables
        }


def edit(project: Project, old: str, new: str) -> None:
    path = project.root / "studies" / "first.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.slow
def test_a_second_refresh_has_nothing_to_do_and_loads_no_dagster(built_small: Project) -> None:
    before = digest(built_small)
    code = (
        "import sys; from nqpf_assets.user_input.project import Project;"
        "from nqpf_assets.defs.refresh import refresh;"
        f"done = refresh(Project.at({str(built_small.root)!r}));"
        "assert not done.planned and not done.made and done.publication;"
        "print(*sorted({'dagster', 'duckdb', 'numpy', 'scipy', 'statsmodels', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
    assert digest(built_small) == before


@pytest.mark.slow
def test_what_is_printed_into_a_pipe_is_the_account_alone(small: Project) -> None:
    edit(small, "title: GDP per inhabitant\n", "title: GDP per head\n")
    status, output, errors = finish(start(small))
    assert status == 0
    assert errors == ""
    assert "Dagster" not in output
    assert "DEBUG" not in output
    lines = output.splitlines()
    assert " tables built, " in lines[0]
    published = current(small)
    assert published is not None
    assert lines[1].startswith(f"published warehouse/nqpf.duckdb: {published.n_tables} tables, ")
    assert lines[2] == "pages: open warehouse/site/index.html in a browser"
    assert lines[3].startswith("study first: SYNTHETIC data")
    assert lines[-1] == "next: nqpf show first.table_1"


@pytest.mark.slow
def test_a_mistake_of_ours_ends_in_one_line_and_changes_nothing(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a year without days")

    before = digest(small)
    monkeypatch.setattr(interpolation, "fill_gaps", broken)
    edit(small, "ends: none", "ends: nearest")
    with pytest.raises(RefreshFailed) as failed:
        refresh(small)
    assert str(failed.value) == "step first.filled_cell: ZeroDivisionError: a year without days"
    assert isinstance(failed.value.__cause__, ZeroDivisionError)
    assert digest(small) == before
    assert Store(small.warehouse).record(("first", "filled_cell")) is not None, (
        "the old table stays"
    )

    monkeypatch.undo()
    assert refresh(small).publication is not None, "and the lock is free"


@pytest.mark.slow
def test_the_second_of_two_refreshes_is_refused(small: Project) -> None:
    edit(small, "title: GDP per inhabitant\n", "title: GDP per head\n")
    before = digest(small)
    lock.hold(small)
    try:
        status, output, errors = finish(start(small))
    finally:
        lock.release(small)
    assert status == 1
    assert output == ""
    assert f"is being refreshed by process {os.getpid()}; try again when it is done" in " ".join(
        errors.split()
    )
    assert digest(small) == before


def test_a_held_lock_is_an_exception_in_the_same_process(small: Project) -> None:
    code = (
        "import sys; from nqpf_assets.warehouse import lock;"
        "from nqpf_assets.user_input.project import Project;"
        f"lock.hold(Project.at({str(small.root)!r})); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(WarehouseBusy, match=f"process {holder.pid}"):
        refresh(small)
    holder.communicate()
    assert refresh(small).planned == []


@pytest.mark.slow
def test_ctrl_c_ends_in_words_and_frees_the_lock(small: Project, tmp_path: Path) -> None:
    before = digest(small)
    every = len([*(small.warehouse / "tables").rglob("*.json")])
    for tables in (1, every // 2, every):
        shutil.rmtree(small.warehouse / "tables")
        process = start_and_signal(small, tmp_path / "at_start", signal.SIGINT, tables=tables)
        status, _, errors = finish(process)
        assert status == 130
        assert (
            errors
            == "stopped; what is published is whole, and the next refresh goes on from here\n"
        )
        assert digest(small) == before
    assert refresh(small).planned
    assert refresh(small).planned == []


@pytest.mark.slow
def test_one_study_alone(sample_copy: Project) -> None:
    """The other study stays as it was built; what is shared is built from both."""
    studies = sample_copy.root / "studies"
    studies.mkdir()
    for path in sample_copy.study_paths():
        text = path.read_text("utf-8")
        assert "\n    title: " in text
        (studies / path.name).write_text(
            text.replace("\n    title: ", "\n    title: New ", 1), "utf-8"
        )
    before = content(sample_copy)
    done = refresh(sample_copy, ["chongqing"])
    assert {one.step.study for one in done.planned} == {"chongqing", None}
    after = content(sample_copy)
    assert after.keys() == before.keys()
    assert after["chongqing.variable"] != before["chongqing.variable"]
    assert not [
        name for name in after if name.startswith("province.") and after[name] != before[name]
    ]
    left = open_project(sample_copy).plan(RawState.of(sample_copy))
    assert {one.step.study for one in left if one.is_certain} == {"province"}
    with pytest.raises(InputError, match="these studies: chongqing, province"):
        refresh(sample_copy, ["nowhere"])
