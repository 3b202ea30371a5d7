"""Packages that register a method: found, used by a study, named when they are broken, part of what is stale.

Each case runs in a process of its own, with a package that lies installed in a folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nqpf_assets
from nqpf_assets.plugins.packages import GROUPS
from nqpf_assets.studies.indices import INDEX_METHODS
from tests.stages.mini import STUDY

pytestmark = pytest.mark.slow  # whole builds and publications

INTERFACE = GROUPS["nqpf.indices"]
METHOD = f'''
from typing import Literal

from pydantic import Field

from nqpf_assets.studies.index_method import DimensionIndex, IndexMethod

INTERFACE = {INTERFACE}


class MeanIndex(DimensionIndex):
    """The mean of indicators that are each divided by their maximum."""

    method: Literal["mean"] = Field(description="which method")
    floor: float = Field(0.0, description="lowest score")


METHOD = IndexMethod("mean", MeanIndex, "institute.numbers:index")
'''
NUMBERS = """
from nqpf_assets.indices.method import IndexResult


def index(indicators, *, floor):
    scaled = indicators.values / indicators.values.max(axis=0)
    return IndexResult(scaled.mean(axis=1).clip(floor))
"""


def install(
    folder: Path,
    method: str = METHOD,
    name: str = "mean",
    *,
    group: str = "nqpf.indices",
    numbers: str = NUMBERS,
) -> Path:
    """The package `institute` as an installer leaves it."""
    package, about = folder / "institute", folder / "institute-1.2.dist-info"
    package.mkdir(parents=True)
    about.mkdir()
    (package / "__init__.py").touch()
    (package / "method.py").write_text(method, "utf-8")
    (package / "numbers.py").write_text(numbers, "utf-8")
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: institute\nVersion: 1.2\n", "utf-8"
    )
    (about / "entry_points.txt").write_text(
        f"[{group}]\n{name} = institute.method:METHOD\n", "utf-8"
    )
    return folder


def run(folder: Path, code: str) -> str:
    """What a fresh interpreter prints that has the folder on its path."""
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


NAMES = "from nqpf_assets.studies.indices import INDEX_METHODS; print(sorted(INDEX_METHODS.all))"
PROBLEM = """
from nqpf_assets.messages.problems import InputError
try:
    import nqpf_assets.studies.indices
except InputError as error:
    print(error)
"""
BEHIND = """
from nqpf_assets.studies.indices import INDEX_METHODS
print(INDEX_METHODS.behind(["mean", "entropy"]))
"""


def test_method_of_a_package_stands_beside_ours(tmp_path: Path) -> None:
    assert run(install(tmp_path), NAMES).strip() == str(sorted({*INDEX_METHODS.own, "mean"}))


def test_study_is_computed_by_a_method_of_a_package(tmp_path: Path) -> None:
    folder = install(tmp_path / "site")
    start = STUDY.index("indices:")
    study = STUDY[:start] + STUDY[start:].replace(
        "method: entropy", "method: mean\n    floor: 0.25"
    )
    assert "floor: 0.25" in study
    code = f"""
from pathlib import Path
from tests.stages.mini import walk, write_mini
made = walk(write_mini(Path({str(tmp_path / "mini")!r}), {study!r}))
scores = made.opened.store.scan(("mini", "index_score")).collect()
print(scores["score"].min(), scores["score"].max(), scores.height)
steps = [step for step in made.opened.graph.steps if step.stage == "index"]
print([step.parameters["package"] for step in steps if step.study])
"""
    lines = run(folder, code).splitlines()
    low, high, n = map(float, lines[-2].split())
    assert 0.25 <= low < high <= 1
    assert n > 0
    assert "institute" in lines[-1]


@pytest.mark.parametrize(
    ("method", "name", "found"),
    [
        ("raise RuntimeError('no numpy here')", "mean", "RuntimeError: no numpy here"),
        ("METHOD = 1", "mean", "nothing of the kind"),
        (METHOD.replace(f"INTERFACE = {INTERFACE}", "INTERFACE = 0"), "mean", "INTERFACE = 0"),
        (f"INTERFACE = {INTERFACE}\nMETHOD = 1", "mean", "one of int"),
        (f"INTERFACE = {INTERFACE}", "mean", "has no attribute 'METHOD'"),
        ("import sys; sys.exit(3)", "mean", "SystemExit: 3 (method.py, line 1)"),
        (
            METHOD.replace("DimensionIndex)", "object)"),
            "mean",
            "class 'institute.method.MeanIndex'",
        ),
        (METHOD.replace('Literal["mean"]', 'Literal["other"]'), "mean", "Literal['other']"),
        (METHOD.replace('method: Literal["mean"]', "method: str"), "mean", "<class 'str'>"),
        (METHOD.replace("numbers:index", "numbers"), "mean", "'institute.numbers'"),
        (METHOD, "average", "found:    'mean'"),
        (METHOD.replace('"mean"', '"entropy"'), "entropy", "'entropy' once more"),
    ],
)
def test_broken_package_is_named(method: str, name: str, found: str, tmp_path: Path) -> None:
    told = run(install(tmp_path, method, name), PROBLEM)
    assert "package institute 1.2" in told
    assert found in told


def test_release_and_content_tell_what_computed(tmp_path: Path) -> None:
    folder = install(tmp_path)
    locked = "from nqpf_assets.publications.origins import versions; print(versions()['institute'])"
    assert run(folder, locked).startswith("1.2 ")
    before = run(folder, BEHIND)
    assert "institute" in before
    assert "entropy" not in before
    (folder / "institute" / "numbers.py").write_text(NUMBERS + "\nMORE = 1\n", "utf-8")
    assert run(folder, BEHIND) != before


def test_nobody_is_imported_where_nobody_registers() -> None:
    code = "import sys, nqpf_assets.plugins.registry as r; print(r.points_of('nqpf.indices'))"
    assert run(Path(__file__).parent, code).strip() == "()"


@pytest.mark.parametrize(
    "group", ["nqpf.index", "nqpf.readings", "nqpf_indices", "NQPF.indices", "nqpf-indices"]
)
def test_group_that_nobody_reads_is_told(group: str, tmp_path: Path) -> None:
    told = run(install(tmp_path, group=group), PROBLEM)
    assert "package institute 1.2" in told
    assert f"found:    the group {group}" in told
    assert "nqpf.indices" in told


def test_group_of_somebody_else_is_none_of_ours(tmp_path: Path) -> None:
    assert "mean" not in run(install(tmp_path, group="nqpf_of_ours.parts"), NAMES)


def test_every_broken_package_is_told_at_once(tmp_path: Path) -> None:
    install(tmp_path, "raise ValueError('one')")
    (tmp_path / "bureau.py").write_text("INTERFACE = 99\nMETHOD = None\n", "utf-8")
    about = tmp_path / "bureau-3.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bureau\nVersion: 3\n", "utf-8")
    (about / "entry_points.txt").write_text("[nqpf.indices]\nrank = bureau:METHOD\n", "utf-8")
    told = run(tmp_path, PROBLEM)
    assert "ValueError: one" in told
    assert "INTERFACE = 99" in told


def test_every_group_has_one_registry_that_reads_it() -> None:
    folder = Path(nqpf_assets.__file__).parent
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    assert sorted(re.findall(r'\bgroup="([^"]+)"', text)) == sorted(GROUPS)


BUILT = """
from pathlib import Path
from nqpf_assets.messages.problems import InputError
from tests.stages.mini import walk, write_mini
try:
    walk(write_mini(Path({folder!r}), {study!r}))
except InputError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ("import no_such_library", "No module named 'no_such_library' (numbers.py, line 1)"),
        ("", "has no attribute 'index'"),
        (NUMBERS.replace("*, floor", "*, ceiling"), "unexpected keyword argument 'floor'"),
        (NUMBERS.replace("return", "return 1 / 0 #"), "ZeroDivisionError: division by zero"),
        (NUMBERS.replace("return", "return 1 #"), "an IndexResult is expected, int was returned"),
        (NUMBERS.replace("clip(floor)", "clip(floor)[1:]"), "instead of (16,)"),
        (NUMBERS.replace("clip(floor)", "clip(floor).astype('f4')"), "no array of 64-bit floats"),
    ],
)
def test_package_that_cannot_compute_is_named(numbers: str, found: str, tmp_path: Path) -> None:
    folder = install(tmp_path / "site", numbers=numbers)
    start = STUDY.index("indices:")
    study = STUDY[:start] + STUDY[start:].replace("method: entropy", "method: mean")
    told = run(folder, BUILT.format(folder=str(tmp_path / "mini"), study=study))
    assert "package institute 1.2" in told
    assert found in told


CHECK = """
from nqpf_assets.checks.check import sql_check

INTERFACE = 1
CHECK = sql_check(
    "small",
    "output below {bound}",
    "SELECT string_agg(unit, ', ') FROM {{table}} WHERE variable = 'output' AND value > {bound}",
    tables=("*.variable_cell",),
)
"""
HELD = """
from pathlib import Path
from nqpf_assets.messages.problems import ProblemsFound
from tests.stages.mini import walk, write_mini
project = write_mini(Path({folder!r}))
try:
    made = walk(project)
except ProblemsFound as error:
    print(error)
else:
    print(sorted(made.planned), made.rebuilt)
    print([step.name for step in made.opened.graph.steps if "of rules" in step.checked_by])
"""


def install_check(folder: Path, text: str) -> Path:
    """The package `rules` with one check."""
    folder.mkdir(exist_ok=True)
    (folder / "rules.py").write_text(text, "utf-8")
    about = folder / "rules-1.0.dist-info"
    about.mkdir(exist_ok=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: rules\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text("[nqpf.checks]\nsmall = rules:CHECK\n", "utf-8")
    return folder


def test_check_of_a_package_stops_and_makes_stale_what_it_looks_at(tmp_path: Path) -> None:
    code = HELD.format(folder=str(tmp_path / "mini"))
    folder = install_check(tmp_path / "site", CHECK.format(bound=1e9))
    planned, held = run(folder, code).splitlines()
    assert "mini.variable_cell" in planned
    assert held == "['mini__variable_cell']"
    assert run(folder, code).startswith("[] set()")

    install_check(folder, CHECK.format(bound=2e9))
    again = run(folder, code).splitlines()[0]
    assert again.endswith("{'mini.variable_cell'}")
    assert "mini__filled_cell" not in again

    install_check(folder, CHECK.format(bound=1))
    told = run(folder, code)
    assert "mini.variable_cell: check small" in told
    assert "expected: output below 1" in told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (CHECK.format(bound="no_such_column"), "BinderException: Binder Error: Referenced column"),
        (CHECK.format(bound=1).replace('"small"', '"grain"'), "found:    'grain'"),
        (CHECK.format(bound=1).replace('("*.variable_cell",)', "()"), "found:    neither"),
    ],
)
def test_broken_check_of_a_package_is_named(text: str, found: str, tmp_path: Path) -> None:
    folder = install_check(tmp_path / "site", text)
    told = run(folder, HELD.format(folder=str(tmp_path / "mini")))
    assert "package rules 1.0" in told
    assert found in told


EXPORT = """
from nqpf_assets.exports.export import Export

INTERFACE = 1


def write(rows):
    return {returned}


EXPORT = Export("lines", "{suffix}", write)
"""
ASKED = """
from tests.command import nqpf
from pathlib import Path
import duckdb
root = Path({root!r})
if not root.exists():
    (root / "warehouse").mkdir(parents=True)
    duckdb.connect(str(root / "warehouse" / "nqpf.duckdb")).close()
for more in ((), ("--output", root / "answer.txt"), ("--output", root / "answer.lines")):
    ran = nqpf("query", "SELECT 7 AS a", *more, "-f", "lines", project=root)
    print(ran.status, ran.out, ran.err)
print((root / "answer.lines").exists())
"""


def install_export(folder: Path, **given: str) -> Path:
    """The package `formats` with one export."""
    folder.mkdir()
    text = EXPORT.format(**{"returned": "str(rows.rows())", "suffix": ".lines"} | given)
    (folder / "written.py").write_text(text, "utf-8")
    about = folder / "written-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: written\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text("[nqpf.exports]\nlines = written:EXPORT\n", "utf-8")
    return folder


def test_export_of_a_package_prints_and_writes(tmp_path: Path) -> None:
    folder = install_export(tmp_path / "site")
    told = run(folder, ASKED.format(root=str(tmp_path / "mini")))
    assert told.startswith("0 [(7,)]")
    assert "`.txt` and --format lines" in told
    assert told.rstrip().endswith("True")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"suffix": ".csv"}, "found:    '.csv'"),
        ({"suffix": "lines"}, "found:    'lines'"),
        ({"returned": "rows"}, "str is expected, DataFrame was returned"),
        (
            {"returned": "rows.no_such_thing"},
            "has no attribute 'no_such_thing' (written.py, line ",
        ),
    ],
)
def test_broken_export_of_a_package_is_named(
    given: dict[str, str], found: str, tmp_path: Path
) -> None:
    folder = install_export(tmp_path / "site", **given)
    told = run(folder, ASKED.format(root=str(tmp_path / "mini")))
    assert told.startswith("2 ")
    assert "package written 1.0" in told
    assert found in told
    assert told.rstrip().endswith("False")


@pytest.mark.parametrize("group", GROUPS)
def test_package_of_any_group_stands_in_the_lock(group: str, tmp_path: Path) -> None:
    """Its release and content are those of the package, whatever it registers."""
    folder = install(tmp_path, group=group)
    named = "from nqpf_assets.plugins.packages import identities; print(identities())"
    before = run(folder, named)
    assert before.startswith("{'institute': '1.2 ")
    (folder / "institute" / "data.parquet").write_bytes(b"1")
    assert run(folder, named) != before


CHECKED = """
from pathlib import Path
from tests.command import nqpf
from tests.stages.mini import write_mini
ran = nqpf("check", project=write_mini(Path({root!r})).root)
print(ran.status, ran.out, ran.err)
"""


def test_check_tells_every_package_that_a_refresh_or_a_query_could_not_use(tmp_path: Path) -> None:
    folder = install_check(tmp_path / "site", "INTERFACE = 7\nCHECK = None\n")
    install_export(tmp_path / "more", suffix=".csv")
    for path in (tmp_path / "more").iterdir():
        path.rename(folder / path.name)
    told = run(folder, CHECKED.format(root=str(tmp_path / "mini")))
    assert told.startswith("2 ")
    assert "2 problems" in told
    assert "package rules 1.0" in told
    assert "INTERFACE = 7" in told
    assert "package written 1.0" in told
