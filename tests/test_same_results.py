"""The same inputs give the same results to the last digit, whatever surrounds the refresh.

The whole sample is built by the command in processes that differ in threads, hash seed, folder, and in
the order and dates in which the raw files were written. No tolerance: files are compared by their bytes,
and tables of the published database row by row in their order.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.messages.problems import InputError
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import sha256_of
from nqpf_assets.warehouse.threads import DATABASE, of_database

pytestmark = pytest.mark.slow  # whole builds and publications

RAW = Path(__file__).parents[1] / "raw"
BLAS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
N_TABLES = 100  # of the sample at least: an empty warehouse would equal any other


def surroundings(threads: int, polars: int, hash_seed: int) -> dict[str, str]:
    """Environment variables; DuckDB's and BLAS's `threads` may be more than there are cores."""
    counts = dict.fromkeys((*BLAS, DATABASE), str(threads))
    return counts | {"POLARS_MAX_THREADS": str(polars), "PYTHONHASHSEED": str(hash_seed)}


def run(project: Project, environment: dict[str, str], *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nqpf_assets.cli", *command, "--project", str(project.root)],
        env=os.environ | environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def files(project: Project) -> dict[str, str]:
    """Every table's file with the hash of its bytes."""
    folder = project.warehouse / "tables"
    return {str(path.relative_to(folder)): sha256_of(path) for path in folder.rglob("*.parquet")}


def differing_tables(one: Project, other: Project) -> list[str]:
    """Published tables and views whose columns or rows differ in value or order."""
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, project in (("one", one), ("other", other)):
            connection.execute(f"ATTACH '{project.database}' AS {name} (READ_ONLY)")
        listed = {
            name: connection.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? ORDER BY ALL",
                [name],
            ).fetchall()
            for name in ("one", "other")
        }
        assert listed["one"] == listed["other"]
        differing = []
        for schema, table in listed["one"]:
            if (schema, table) == ("audit", "publication"):
                continue  # it says when
            rows = [
                # As text: the shortest that gives the number back, so equal in every digit, and NaN is NaN.
                connection.execute(
                    f'SELECT list(t::VARCHAR ORDER BY rowid) FROM {name}."{schema}"."{table}" AS t'
                ).fetchall()
                for name in ("one", "other")
            ]
            if rows[0] != rows[1]:
                differing.append(f"{schema}.{table}")
    return differing


def test_threads_hash_seed_place_and_order_of_files_do_not_matter(
    built_sample: Project, tmp_path: Path
) -> None:
    """One thread of everything, against as many, and the hash seed, that a process has by itself."""
    project = Project.at(tmp_path / "a folder elsewhere, 另一处")
    paths = sorted((path for path in RAW.rglob("*") if path.is_file()), reverse=True)
    for number, path in enumerate(paths):
        copy = project.root / "raw" / path.relative_to(RAW)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        os.utime(copy, (1_600_000_000 + 86_400 * number,) * 2)
    run(project, surroundings(1, 1, 12345), "refresh")
    found, expected = files(project), files(built_sample)
    assert len(expected) >= N_TABLES
    assert sorted(found) == sorted(expected)
    assert [name for name in sorted(found) if found[name] != expected[name]] == []
    assert differing_tables(built_sample, project) == []


def test_a_second_refresh_from_scratch_gives_the_same_bytes(
    built_small: Project, tmp_path: Path
) -> None:
    """In a process with more threads than there are cores, and nothing of the first refresh left."""
    project = Project.at(shutil.copytree(built_small.root, tmp_path / "small", symlinks=True))
    shutil.rmtree(project.warehouse)
    run(project, surroundings(4, 2, 0), "refresh")
    assert len(files(built_small)) > 30
    assert files(project) == files(built_small)
    assert differing_tables(built_small, project) == []


def test_a_difference_is_found(built_small: Project, tmp_path: Path) -> None:
    """The comparison sees one digit, and rows in another order."""
    copy = Project.at(shutil.copytree(built_small.root, tmp_path / "copy", symlinks=True))
    assert differing_tables(built_small, copy) == []
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute("UPDATE panel.cell SET value = value * (1 + 3e-16)")
    assert differing_tables(built_small, copy) == ["panel.cell"]


@pytest.mark.parametrize("asked", ["0", "-1", "two", "1.5", "²"])
def test_a_number_of_threads_that_is_none(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE, asked)
    with pytest.raises(InputError, match="a whole number from 1"):
        of_database()


@pytest.mark.parametrize(("asked", "found"), [("", {}), (" 3 ", {"threads": "3"})])
def test_threads_of_the_database(
    asked: str, found: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE, asked)
    assert of_database() == found
