"""What a question means: names as people write them, refusals with what is near, rows, hostile text."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nqpf_assets.explanations.walk import KINDS, SCHEMA
from nqpf_assets.user_input.project import Project
from tests.command import nqpf

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "explain.md"
COLUMN = ("explain", "mini.kinds", "1", "population")


@pytest.mark.parametrize("column", ["(1)", "1", "（1）", " 1 "])
@pytest.mark.parametrize("term", ["population", "人口", "Population"])
def test_columns_and_terms_are_found_however_they_are_written(
    trap: Project, column: str, term: str
) -> None:
    ran = nqpf("explain", "mini.kinds", column, term, project=trap.root)
    assert ran.status == 0, ran.err
    assert "number population" in ran.out


@pytest.mark.parametrize("unit", ["120000", "天津", "天津市", "Tianjin", "tianjin"])
@pytest.mark.parametrize("subject", [("mini.gdp",), ("mini", "gdp")])
def test_units_are_found_by_code_and_name(
    trap: Project, unit: str, subject: tuple[str, ...]
) -> None:
    ran = nqpf("explain", *subject, unit, "2017", project=trap.root)
    assert ran.status == 0, ran.err
    assert "天津 120000 2017" in ran.out
    assert "SYNTHETIC data" not in ran.out
    assert "OFFICIAL data" in ran.out
    assert (
        "SYNTHETIC data" in nqpf("explain", "mini.population", unit, "2017", project=trap.root).out
    )


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("mimi.kinds", "1", "population"), "mini"),
        (("mini.kind", "1", "population"), "kinds"),
        (("mini.kinds", "(7)", "population"), "(1)"),
        (("mini.kinds", "1", "populatoin"), "population"),
        (("mini.kinds", "1", "population", "天京", "2016"), "天津"),
        (("mini.kinds", "1", "population", "天津", "1999"), "2015–2018"),
        (("mini.kinds", "1", "population", "天津"), "a unit and a year"),
        (("mini.kinds", "1"), "population"),
        (("mini.kinds",), "(1)"),
        (("mini",), "name a table"),
        (("mini.wealth", "wealth_x"), "wealth_a"),
        (("mini.gdp", "天津"), "a unit and a year"),
        (("mini.'; DROP TABLE x", "\x1b[31m", "2016"), "there are"),
    ],
)
def test_what_is_not_there_is_one_problem_with_what_is_near(
    trap: Project, words: tuple[str, ...], near: str
) -> None:
    ran = nqpf("explain", *words, project=trap.root)
    assert ran.status == 2
    assert near in ran.err
    assert ran.err.count("to do:") == 1
    assert "\x1b" not in ran.err


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("wealth", "entropy", "wealth_b"), "index.weight WHERE indicator = 'wealth_b'"),
        (("yearly", "2016", "yearly_a", "divergence"),
         "index.weight WHERE indicator = 'yearly_a' AND weight_period = 2016"),
        (("wealth", "天津", "2017", "second"), "index.dimension_score WHERE index_name = 'wealth'"
         " AND dimension = 'second' AND unit = '120000' AND period = 2017"),
        (("components", "part_a", "1"), "index.component WHERE component = 1 AND indicator = 'part_a'"),
        (("components", "eigenvalue", "2"), "index.component WHERE component = 2 LIMIT 1"),
        (("components", "share", "2", "part_b"),
         "index.component WHERE component = 2 AND indicator = 'part_b'"),
        (("components", "kmo"), "index.test WHERE test = 'kmo' AND term = ''"),
    ],
)  # fmt: skip
def test_other_numbers_of_an_index_are_found_by_what_they_are_of(
    trap: Project, words: tuple[str, ...], where: str
) -> None:
    """In any order; the name of what a form is about may be left out."""
    ran = nqpf("explain", f"mini.{words[0]}", *words[1:], "-f", "json", project=trap.root)
    assert ran.status == 0, ran.err
    first, *rows = json.loads(ran.out)
    with duckdb.connect(str(trap.database), read_only=True) as connection:
        (known,) = connection.execute(f"SELECT {first['name']} FROM {where}").fetchall()
    assert first["value"] == known[0]
    assert any(row["printed"] for row in rows), "down to a cell"


def test_numbers_that_are_not_there_are_answered_with_those_that_are(trap: Project) -> None:
    ran = nqpf("explain", "mini.components", "loading", "part_a", "9", project=trap.root)
    assert ran.status == 2
    assert "index_component: loading, eigenvalue, share of component 1, 2" in ran.err


def test_rows_have_the_schema_that_the_page_tells(trap: Project) -> None:
    ran = nqpf(*COLUMN, "天津", "2017", "--format", "json", project=trap.root)
    assert ran.status == 0, ran.err
    rows = json.loads(ran.out)
    assert all([*row] == [*SCHEMA] for row in rows)
    assert [row["step"] for row in rows] == list(range(1, len(rows) + 1))
    by_step = {row["step"]: row for row in rows}
    for row in rows[1:]:
        assert row["parent"] < row["step"]
        assert by_step[row["parent"]]["depth"] == row["depth"] - 1
    assert rows[0]["parent"] is None
    page = PAGE.read_text("utf-8")
    columns = {name: (kind, words) for name, kind, words in
               re.findall(r"^\| `(\w+)` \| ([A-Z]+) \| (.+) \|$", page, re.MULTILINE)}  # fmt: skip
    assert columns == SCHEMA
    kinds = page.partition("### Kinds of rows")[2]
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", kinds, re.MULTILINE)) == KINDS


def test_all_formats_hold_the_same_rows(trap: Project, tmp_path: Path) -> None:
    text = nqpf(*COLUMN, "天津", "2017", "-f", "csv", project=trap.root).out
    file = tmp_path / "walk.parquet"
    assert nqpf(*COLUMN, "天津", "2017", "-o", file, project=trap.root).status == 0
    rows = pl.read_parquet(file)
    assert rows.columns == [*SCHEMA]
    assert len(rows) == len(pl.read_csv(io.StringIO(text)))
    assert nqpf(*COLUMN, "-f", "parquet", project=trap.root).status == 2


def test_hostile_text_is_shown_and_not_obeyed(trap: Project) -> None:
    ran = nqpf("explain", "mini.gdp", "河北", "2017", project=trap.root)
    assert ran.status == 0
    assert "\x1b" not in ran.out
    assert "\\u001b[31m[bold]red[/bold]" in ran.out
    csv = nqpf("explain", "mini.gdp", "河北", "2017", "-f", "csv", project=trap.root).out
    assert "misprint" in csv


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_piped_into_any_encoding(trap: Project, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from nqpf_assets.cli import main; main()", *COLUMN, "天津", "2017",
         "-p", str(trap.root)],
        env={"PYTHONIOENCODING": encoding, "PATH": "", "PYTHONUTF8": "0"}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    text = done.stdout.decode(encoding)
    assert "number population" in text
    assert all(len(line) <= 200 for line in text.splitlines())


def test_a_walk_that_does_not_add_up_ends_with_status_1(trap: Project, tmp_path: Path) -> None:
    copy = Project.at(tmp_path)
    copy.warehouse.mkdir()
    copy.database.write_bytes(trap.database.read_bytes())
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute(
            "UPDATE mini.variable_cell SET reported_value = 1 WHERE variable = 'grown'"
        )
    ran = nqpf("explain", "mini.grown", "天津", "2017", project=tmp_path)
    assert ran.status == 1
    assert "DOES NOT ADD UP" in ran.out
    assert "does not add up" in ran.err


def test_a_warehouse_that_is_held_for_writing_is_answered_from_its_tables(trap: Project) -> None:
    asked = (*COLUMN, "天津", "2017", "-f", "csv")
    before = nqpf(*asked, project=trap.root).out
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    held = subprocess.Popen([sys.executable, "-c", hold, str(trap.database)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    try:
        assert held.stdout is not None
        held.stdout.readline()
        ran = nqpf(*asked, project=trap.root)
        assert (ran.status, ran.out) == (0, before)
        assert "Parquet tables of publication 1" in ran.err
    finally:
        held.communicate()


@pytest.mark.parametrize(
    ("change", "refuses"),
    [
        ("ALTER TABLE mini.variable DROP COLUMN unit_measure", True),
        ("DROP TABLE mini.reported_cell", True),
        ("ALTER TABLE mini.model DROP COLUMN n_series_cells", True),
        ("DROP TABLE mini.model_definition; DROP TABLE mini.index_definition", False),
        ("ALTER TABLE mini.rests_on DROP COLUMN is_pooled", False),
    ],
)
def test_a_publication_of_another_release_is_told_as_far_as_it_can_be_read(
    trap: Project, tmp_path: Path, change: str, refuses: bool
) -> None:
    copy = Project.at(tmp_path)
    copy.warehouse.mkdir()
    copy.database.write_bytes(trap.database.read_bytes())
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute("DROP VIEW IF EXISTS result.provenance")
        connection.execute(change)
    ran = nqpf("explain", "mini.kinds", "a, b — 甲", "wealth", "天津", "2017", project=tmp_path)
    assert ran.status == (2 if refuses else 0), ran.err
    assert ("tables as this release publishes them" in ran.err) == refuses


def test_earlier_publications_answer_too(trap: Project) -> None:
    ran = nqpf(*COLUMN, "天津", "2017", "--publication", "1", project=trap.root)
    assert ran.status == 0, ran.err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--format", "text", "--output", "x.txt"), "text is for the terminal"),
        (("--format", "parquet"), "parquet is not text"),
    ],
)
def test_a_format_that_its_place_does_not_take_is_refused(
    trap: Project, tmp_path: Path, options: tuple[str, ...], why: str
) -> None:
    """Text named with a file went to the terminal, and the file was never written."""
    words = [str(tmp_path / one) if one.startswith("x.") else one for one in options]
    ran = nqpf("explain", "mini.gdp", "天津", "2017", *words, project=trap.root)
    assert ran.status == 2
    assert why in ran.err
    assert ran.out == ""
    assert not [*tmp_path.glob("x.*")]
