"""Refreshes as processes of their own, and what must be true of a warehouse whatever became of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

from nqpf_assets.publications.archive import content_path
from nqpf_assets.publications.manifest import key_of, manifests, numbers
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import sha256_of
from nqpf_assets.warehouse.store import Store

OF_THE_FILE_ITSELF = ("publication", "publication_input", "check_finding")
"""Tables that say when and from what a file was published, not what it holds."""


SETTINGS = {"nqpf.yaml": "limits: {weight_shift: 1, coverage_loss: 1}\nkeep: {publications: 3}\n"}
"""Of the project that all begin with, so that it is built once: no revision holds a publication back."""


AT_A_TABLE = """import os, sys
left = int(os.environ["TABLES"])
def count(event, arguments):
    global left
    if event == "os.rename" and "/tables/" in (name := str(arguments[1])) and name.endswith(".json"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), int(os.environ["SIGNAL"]))
sys.addaudithook(count)
"""
"""Written as the module that Python reads at its start: the process signals itself while it works.

Another process that waits for the moment misses it on a machine that is busy, or quick.
"""


def start_and_signal(
    project: Project, folder: Path, signal: int, *, tables: int
) -> subprocess.Popen[str]:
    """`nqpf refresh` that gets a signal when it records the `tables`-th table; `folder` is for its module."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(AT_A_TABLE)
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    surroundings = {"PYTHONPATH": path, "TABLES": str(tables), "SIGNAL": str(int(signal))}
    return start(project, environment=surroundings)


def start(
    project: Project, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """`nqpf refresh`, on its way."""
    command = [sys.executable, "-m", "nqpf_assets.cli", "refresh", "--project", str(project.root)]
    return subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit status, answers and complaints; a traceback is a failure whatever else is asserted."""
    output, errors = process.communicate(timeout=300)
    assert "Traceback" not in output + errors, errors
    return process.returncode, output, errors


def kill(process: subprocess.Popen[str]) -> int:
    """End a refresh as a power failure does; gives its exit status, 0 if it was done before."""
    process.kill()
    process.communicate(timeout=300)
    return process.returncode


def published_content(database: Path) -> dict[str, tuple[int, int]]:
    """Every table of a published file: rows, and a hash of them in their order."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL"
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(
                f"SELECT count(*), coalesce(sum(hash(t) % 1000003 * (rowid + 1)), 0)"
                f' FROM "{schema}"."{table}" AS t'
            ).fetchall()[0]
            for schema, table in names
            if table not in OF_THE_FILE_ITSELF
        }


def built_bytes(project: Project) -> dict[str, str]:
    """Every table of the last publication with the hash of its file as it lies there."""
    store = Store(project.warehouse)
    return {name: sha256_of(store.path(key_of(name))) for name in manifests(project)[-1].tables}


def require_whole_history(project: Project) -> None:
    """Every account can be read, and every content it names is there and is what it was."""
    accounts = manifests(project)
    assert [one.number for one in accounts] == numbers(project)
    for sha256 in {table.sha256 for one in accounts for table in one.tables.values()}:
        assert sha256_of(content_path(project, sha256)) == sha256


def leftovers(project: Project) -> list[Path]:
    """What a refresh that ended well must not leave."""
    return [path for path in project.warehouse.rglob(".*") if path.name != ".lock"]
