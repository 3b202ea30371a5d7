"""The published file is opened, and every table and view of it read, by DuckDB from 1.1 on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.user_input.project import Project
from tests.stages.mini import first_walk, write_mini

RELEASES = ("1.1.3", "1.2.2", "1.3.2", "1.4.5", "1.5.6", "2.0.1")
"""The last of each line. 1.0 reads the tables, and of the views says that their contents were altered."""

READ = """
import json, sys
import duckdb

with duckdb.connect(sys.argv[1], read_only=True) as connection:
    ask = lambda sql: connection.execute(sql).fetchall()
    names = ask("SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal"
                " UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal")
    rows = {f"{s}.{t}": ask(f'SELECT count(*) FROM (SELECT * FROM "{s}"."{t}")')[0][0] for s, t in names}
    words = ask("SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment <> ''")[0][0]
    sums = ask("SELECT sum(value) FROM panel.cell")[0][0]
print(json.dumps({"release": duckdb.__version__, "rows": rows, "words": words, "sums": sums}))
"""


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("releases"))
    first_walk(project, is_published=True)
    return project


def read_by(path: Path, folder: Path | None = None) -> dict[str, object]:
    """What a DuckDB finds in a file: that of this environment, or the one in a folder."""
    environment = dict(os.environ) if folder is None else {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        env=environment, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.slow  # installs a release
@pytest.mark.parametrize("release", RELEASES)
def test_the_published_file_is_read_by(release: str, mini: Project, tmp_path: Path) -> None:
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--only-binary", ":all:",
         "--disable-pip-version-check", "--target", str(tmp_path / "lib"), f"duckdb=={release}"],
        capture_output=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    if installed.returncode:
        pytest.skip(f"DuckDB {release} cannot be installed here: {installed.stderr[-300:]}")
    expected = read_by(mini.database)
    found = read_by(mini.database, tmp_path / "lib")
    assert found.pop("release") == release
    assert expected.pop("release") == duckdb.__version__
    assert found == expected
