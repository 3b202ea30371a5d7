"""The wheel in an environment of its own: no checkout, no development dependencies, the user's folder."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.conftest import CHECKOUT, nqpf
from tests.small_project import provinces, write_raw_files

pytestmark = pytest.mark.slow


def _run(*command: str | Path, cwd: Path) -> str:
    """Run without anything of the checkout in reach; gives what was printed."""
    here = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=here,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _pip(python: str | Path, *arguments: str | Path, cwd: Path) -> None:
    _run(python, "-m", "pip", "-qq", "--disable-pip-version-check", *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", folder, CHECKOUT, cwd=folder)
    return next(folder.glob("nqpf_assets-*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("venv")
    pins = CHECKOUT / "constraints.txt"
    _run(sys.executable, "-m", "venv", folder, cwd=folder)
    _pip(folder / "bin/python", "install", "--upgrade", "-c", pins, "pip", cwd=folder)
    # What is used is compiled when it is; compiling all that comes with it takes half a minute.
    _pip(folder / "bin/python", "install", "--no-compile", "-c", pins, wheel, cwd=folder)
    return folder / "bin/python"


def test_everything_the_package_reads_travels_inside(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    # Names in Chinese as they are, not as git escapes them.
    listed = _run("git", "ls-files", "-z", "nqpf_assets", "sql", "docs", "raw", cwd=CHECKOUT)
    folders = {"nqpf_assets": "", "sql": "_sql/", "docs": "_docs/", "raw": "_sample/"}
    expected = {
        f"nqpf_assets/{folders[top]}{rest}"
        for name in listed.split("\0")
        if name
        for top, _, rest in [name.partition("/")]
    }
    assert expected - inside == set()
    beside = {name for name in inside if re.match("nqpf_assets/_(docs|sample)/", name)}
    assert beside - expected == set()
    strangers = {name for name in inside if name.split("/")[0] != "nqpf_assets"}
    assert {name.split("/")[0].split("-")[0] for name in strangers} == {"nqpf_assets"}


def test_a_project_of_the_users_own_with_the_numbers_of_the_checkout(
    python: Path, built_small: Project, tmp_path: Path
) -> None:
    where = _run(python, "-c", "import nqpf_assets; print(nqpf_assets.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(python.parents[1])
    for name in ("pytest", "hypothesis", "openpyxl", "xlwt", "mypy"):
        code = f"import importlib.util as u; print(u.find_spec({name!r}))"
        assert _run(python, "-c", code, cwd=tmp_path).strip() == "None"

    assert "refresh" in _run(python.with_name("nqpf"), "--help", cwd=tmp_path)
    folder = tmp_path / "mine"
    folder.mkdir()
    write_raw_files(folder)
    nqpf("new-study", "first", project=folder, python=str(python))
    assert "0 problems" in nqpf("check", project=folder, python=str(python))
    account = nqpf("refresh", project=folder, python=str(python))
    assert "SYNTHETIC" in account
    assert "nothing new" in nqpf("refresh", project=folder, python=str(python))

    sql = (
        "SELECT term, estimate, std_error, n_obs, n_imputed_cells FROM result.estimate"
        " JOIN result.model USING (study, table_name, column_label)"
        " WHERE column_label = '(2)' ORDER BY term"
    )
    answer = nqpf("query", sql, "--format", "csv", project=folder, python=str(python))
    rows = list(csv.DictReader(io.StringIO(answer)))
    assert [row["term"] for row in rows] == ["constant", "log_gdp_per_capita", "urbanization"]
    assert {row["n_obs"] for row in rows} == {str(len(provinces()) * 11)}
    assert {row["n_imputed_cells"] for row in rows} == {"1"}
    assert all(float(row["std_error"]) > 0 for row in rows)

    whole = ("query", "FROM result.estimate ORDER BY ALL", "-f", "csv")
    theirs = nqpf(*whole, project=folder, python=str(python))
    assert theirs == nqpf(*whole, project=built_small.root)


def test_the_first_hour_needs_the_wheel_alone(python: Path, tmp_path: Path) -> None:
    """As `pipx install` and `uvx` have it: help, the sample, its tables and where a number comes from."""
    program = python.with_name("nqpf")
    assert "Origin cards" in _run(program, "help", "cards", cwd=tmp_path)
    assert "nqpf help studies winsorize" in _run(program, "help", "clipped", "share", cwd=tmp_path)
    folder = tmp_path / "tryout"
    folder.mkdir()
    assert "SYNTHETIC" in nqpf("sample", project=folder, python=str(python))
    built = nqpf("refresh", "--study", "province", project=folder, python=str(python))
    assert "SYNTHETIC" in built
    shown = nqpf("show", "province.table_1", project=folder, python=str(python))
    assert "0.440***" in shown
    walk = nqpf("explain", "province.table_1", "2", "nqpf", "北京", "2015", project=folder,
                python=str(python))  # fmt: skip
    assert "raw/" in walk
    target = folder / "table_1.html"
    nqpf("show", "province.table_1", "-o", str(target), project=folder, python=str(python))
    assert 'href="warehouse/site/province/' in target.read_text("utf-8")
    refused = subprocess.run(
        [program, "sample"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (refused.returncode, "nqpf help sample_data" in refused.stderr) == (2, True)


def test_shipped_studies_are_there_without_any_of_the_users(python: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    listed = nqpf("status", project=tmp_path, python=str(python))
    assert "province" in listed
    assert "chongqing" in listed
