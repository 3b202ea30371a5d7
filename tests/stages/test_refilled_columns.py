"""A column that fills gaps by another rule: numbers, cells and origins of a study with this rule for all."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
import yaml

from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.walk import all_stops
from tests.command import nqpf
from tests.stages.mini import STUDY, Walk, output, page, walk, walked

pytestmark = pytest.mark.slow  # whole builds and publications

HERE = "interpolation: {method: none}"
RULE = "interpolation: {method: linear, ends: nearest}"
VERSION, SUFFIX = "@linear/nearest", "_interpolation_linear_ends_nearest"
COLUMNS = {
    "other": "",
    "other index": "regressors: [wealth], ",
    "reported": "sample: {reported_only: true}, ",
}
MODEL = "model: {outcome: output, regressors: [people_before, output_per_person], effects: [unit]}"
MINI = (
    STUDY[: STUDY.index("sources:")] + STUDY[STUDY.index("variables:") : STUDY.index("tables:")]
).replace(", minimum: 1, maximum: 1e9", "")
CORRECTED = {
    "name": "output_2015", "series": "gdp", "region": "北京", "period": 2015, "expect": output(0, 2015),
    "value": 150.25, "reason": "two digits changed places", "source": "yearbook 2016, 3-1",
    "date": "2019-12-01",
}  # fmt: skip
FILES = {"corrections.yaml": yaml.safe_dump({"corrections": [CORRECTED]}, allow_unicode=True)}


def text(rule: str, columns: str) -> str:
    study = MINI.replace("interpolation: {method: linear, ends: none}", rule)
    return f"{study}tables:\n  table_1:\n    title: Output\n    {MODEL}\n    columns:\n{columns}"


def columns(more: str, *, first: str = "      - {label: (1)}\n") -> str:
    written = (f"{{{said}label: {label}{more}}}" for label, said in COLUMNS.items())
    return first + "".join(f"      - {one}\n" for one in written)


BOTH = text(HERE, columns(f", {RULE}"))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """A study with columns by its own rule and by another."""
    return walked(tmp_path_factory.mktemp("both"), BOTH, FILES, is_published=True)


@pytest.fixture(scope="module")
def of_all(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """A study that has the other rule for all."""
    said = text(RULE, columns("", first=""))
    return walked(tmp_path_factory.mktemp("all"), said, FILES, is_published=True)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The first study without those columns."""
    said = text(HERE, "      - {label: (1)}\n")
    return walked(tmp_path_factory.mktemp("alone"), said, FILES, is_published=True)


def rows(walk: Walk, table: str, where: str = "true") -> list[Any]:
    """Rows of a table to the last digit, with the names that a study of its own has; no places of columns."""
    but = " EXCLUDE (column_position)" if table == "mini.model" else ""
    found = walk.query(f"SELECT *{but} FROM {table} WHERE {where}")
    plain = [[str(one).replace(VERSION, "").replace(SUFFIX, "") for one in row] for row in found]
    return sorted(plain)


@pytest.mark.parametrize(
    "table", ["mini.estimate", "mini.model", "result.provenance", "result.influence"]
)
def test_columns_are_those_of_a_study_with_the_rule(both: Walk, of_all: Walk, table: str) -> None:
    where = f"column_label IN {tuple(COLUMNS)}"
    found = rows(both, table, where)
    assert found == rows(of_all, table, where)
    assert found


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("mini.filled_cell", "variable"),
        ("mini.filled_from", "variable"),
        ("mini.reported_cell", "variable"),
        ("panel.provenance", "variable"),
        ("index.score", "index_name"),
        ("index.weight", "index_name"),
        ("index.provenance", "index_name"),
    ],
)
def test_cells_and_indices_are_those_of_that_study(
    both: Walk, of_all: Walk, table: str, name: str
) -> None:
    """Filled cells with their status, what they are filled from with weights, and corrected ones."""
    end, at = (VERSION, 0) if table.startswith("mini") else (SUFFIX, 1)
    conditions = "" if at == 0 or name == "index_name" else " AND variable NOT LIKE 'is_filled_%'"
    found = rows(both, table, f"{name} LIKE '%{end}'{conditions}")
    assert found
    names = {row[at] for row in found}
    assert found == [row for row in rows(of_all, table) if row[at] in names]


@pytest.mark.parametrize(
    "table", ["mini.estimate", "mini.model", "result.provenance", "result.influence"]
)
def test_a_column_without_it_does_not_move(both: Walk, alone: Walk, table: str) -> None:
    where = "column_label = '(1)'"
    assert rows(both, table, where) == rows(alone, table, where)


def test_a_filled_cell_is_counted_under_the_column_that_fills_it(both: Walk) -> None:
    counted = dict(both.query("SELECT column_label, n_imputed_cells FROM mini.model"))
    assert counted == {"(1)": 0, "other": 2, "other index": 1, "reported": 0}
    n = dict(both.query("SELECT column_label, n_obs FROM mini.model"))
    assert n == {"(1)": 14, "other": 16, "other index": 16, "reported": 14}


def test_the_walk_goes_down_to_the_file(both: Walk) -> None:
    """From a filled value over the cells that it is filled from, with weights, to their lines."""
    with duckdb.connect(str(both.project.database), read_only=True) as connection:
        asked = (f"mini.output{SUFFIX}", "110000", "2016")
        stops = [*all_stops(answer(connection, asked).walk)]
    print(*stops, sep="\n")
    told = [(one.kind, one.name, one.period, one.weight) for one in stops]
    assert ("filled_from", f"gdp{VERSION}", 2015, 0.5) in told
    assert {one.place.locator for one in stops if one.kind == "cell"} == {
        "line 3, column 3",
        "line 5, column 3",
    }
    assert any(one.kind == "correction" for one in stops)


def test_what_a_revised_cell_moves_is_told_of_the_columns_that_read_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A cell from which only the other rule fills another: two under its columns, one under the first."""
    done = walked(tmp_path_factory.mktemp("revised"), BOTH, FILES, is_published=True)
    revised = page("output", lambda r, y: 777.0 if (r, y) == (0, 2017) else output(r, y))
    (done.project.root / "raw/bureau/2019/output.csv").write_text(revised, "utf-8")
    walk(done.project).publish()
    told = nqpf("diff", project=done.project.root).out
    assert (
        "1 cell of gdp, the most 北京 2017: 127.5 → 777 (+509.4%, revised); 2 of gdp@linear/nearest"
        in told
    )
    (other,) = (line for line in told.splitlines() if f" other output_per_person{SUFFIX}:" in line)
    assert "1 cell of gdp@linear/nearest of a file replaced" in other
    assert "1 cell of gdp@linear/nearest filled otherwise" in other
    (first,) = (line for line in told.splitlines() if " (1) output_per_person:" in line)
    assert first.endswith("← 1 cell of gdp of a file replaced")
