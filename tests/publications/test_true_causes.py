"""Why a coefficient moved: what each of several changes at once is told to be, and where it enters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest

from nqpf_assets.publications.between import compared, files_of
from nqpf_assets.publications.difference import Difference, difference, pair
from nqpf_assets.publications.what_matters import Kind, what_matters
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.publications.revisions import (
    WIDE,
    add_vintage,
    published,
    published_again,
    published_twice,
    revised,
)
from tests.stages.mini import STUDY, output, page, people, write_mini

pytestmark = pytest.mark.slow  # whole builds and publications

CORRECTION = f"""\
corrections:
  - name: slip
    series: gdp
    region: 河北
    period: 2016
    vintage: "2019"
    expect: {output(2, 2016)}
    value: 300
    reason: a slip of the pen
    source: the bureau's letter
    date: 2020-11-01
"""
OTHER_OUTPUT = STUDY.replace(
    "output: {series: gdp, title: Output}", "output: {expression: gdp / 2, title: Half}"
)
NO_INDEX = STUDY[: STUDY.index("indices:")] + STUDY[STUDY.index("tables:") :].replace(
    "      - {label: (2), regressors: [wealth]}\n", ""
)


def replace_people(project: Project, factor: float, at: tuple[int, int] = (2, 2017)) -> None:
    """The file of the survey with another content at its place: one cell is another."""

    def cell(region: int, year: int) -> float | None:
        value = people(region, year)
        return value if value is None or (region, year) != at else value * factor

    (project.raw / "survey/2019/people.csv").write_text(page("people", cell), "utf-8")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A file replaced at its place, and a value corrected, in one publication."""
    project = published(tmp_path_factory.mktemp("several")).project
    replace_people(project, 1.02)
    (project.root / "corrections.yaml").write_text(CORRECTION, "utf-8")
    published_again(project)
    return project


@pytest.fixture(scope="module")
def found(changed: Project) -> Difference:
    return difference(changed, *pair(changed, None, None), None)


@pytest.fixture(scope="module")
def told(changed: Project) -> str:
    ran = nqpf("diff", project=changed.root)
    assert ran.status == 0, ran.err
    return ran.out


def test_a_file_of_another_content_at_its_place_is_replaced(found: Difference, told: str) -> None:
    (file,) = found.parts["file"].to_dicts()
    assert (file["change"], file["path"]) == ("replaced", "raw/survey/2019/people.csv")
    assert "file      replaced: raw/survey/2019/people.csv (Survey, vintage 2019, 20 cells" in told


def test_a_correction_is_named_with_its_values_and_reason(found: Difference, told: str) -> None:
    (row,) = found.parts["correction"].to_dicts()
    assert (row["change"], row["name"], row["new_value"]) == ("added", "slip", 300)
    values = f"{output(2, 2016)} → 300 (printed {output(2, 2016)}; a slip of the pen)"
    assert f"corrected added: slip, gdp 河北 2016 of 2019: {values}" in told
    assert "code" not in told
    assert "catalogue of" not in told


def test_cells_say_why_they_are_others(found: Difference) -> None:
    because = {(row["series_id"], row["because"]) for row in found.parts["cell"].to_dicts()}
    assert because == {("gdp", "correction"), ("population", "replaced")}


def test_a_column_names_each_of_its_causes(told: str) -> None:
    first = told.split("\nmini.table_1 (1)")[1].split("\nmini.table_1 (2)")[0]
    assert "1 cell of gdp (raw/bureau/2019/output.csv, corrected otherwise)" in first
    assert "1 cell of population (raw/survey/2019/people.csv, replaced)" in first


def test_a_cause_says_in_which_direction_its_cells_changed(told: str) -> None:
    share = f"{300 / output(2, 2016) - 1:+.1%}"  # type: ignore[operator]
    assert share.startswith("-")
    (line,) = {line for line in told.splitlines() if "moved by 1 cell of gdp" in line}
    assert f"the most 河北 2016 by {share}" in line
    (line,) = {line for line in told.splitlines() if "moved by 1 cell of population" in line}
    assert "the most 河北 2017 by +2.0%" in line


def test_a_variable_that_the_study_says_otherwise_is_its_doing(tmp_path: Path) -> None:
    """No cell is another, nor what the column itself says: what lies between them does."""
    project = published(tmp_path).project
    write_mini(tmp_path, OTHER_OUTPUT, {"nqpf.yaml": WIDE})
    published_again(project)
    told = nqpf("diff", project=tmp_path).out
    head = [line for line in told.split("\n\n")[0].splitlines() if "mini.table_1 (" in line]
    assert head
    assert all(line.endswith(" ← study file") for line in head)
    assert "no cell under it changed; its study file did, for mini.derived_cell" in told


def test_what_matters_stands_in_a_dozen_lines_before_all_else(told: str) -> None:
    head = told.split("\n\n")[0].splitlines()
    assert len(head) <= 12
    assert "cells     mini: 1 cell of gdp, the most 河北 2016: " in "\n".join(head)
    first = next(line for line in head if line.startswith("          mini.table_1 ("))
    assert " ← 1 cell of " in first
    most = next(
        line for line in head if line.startswith("          the most weight of mini wealth ")
    )
    assert "; rank of mini wealth 河北 201" in most
    assert " ← gdp" in most
    assert "because   file replaced: raw/survey/2019/people.csv (Survey 2019)" in head
    assert "because   corrections added: slip" in head
    assert any(line.startswith("result    6 coefficients of 3 columns moved") for line in head)


def test_what_matters_is_there_as_rows(changed: Project, found: Difference) -> None:
    """As pages show them: nothing that the parts of the difference do not have."""
    rows = what_matters(found)
    kinds = [row.kind for row in rows]
    assert sorted(set(kinds), key=kinds.index) == kinds_in_order(kinds)
    stars = {
        (row["column_label"], row["term"])
        for row in found.parts["estimate"].to_dicts()
        if row["old_stars"] != row["new_stars"]
    }
    told = [row.facts["rows"] for row in rows if row.kind == "stars"]
    assert {(row["column_label"], row["term"]) for one in told for row in one} == stars
    (most,) = (row.facts["change"] for row in rows if row.kind == "weight")
    assert abs(most) == found.parts["weight"]["change"].abs().max()
    data = json.loads(nqpf("diff", "--format", "json", project=changed.root).out)
    assert [row["kind"] for row in data["matters"]] == kinds


def kinds_in_order(kinds: Sequence[str]) -> list[str]:
    return [kind for kind in get_args(Kind) if kind in kinds]


def test_short_is_the_head_alone(changed: Project, told: str) -> None:
    ran = nqpf("diff", "--short", project=changed.root)
    assert ran.status == 0, ran.err
    assert ran.out.rstrip("\n") == told.split("\n\n")[0]


def test_no_index_is_said_to_be_scaled_where_there_is_none(tmp_path: Path) -> None:
    """Column (3) leaves out 山西 and the years before 2017: a cell there cannot move it."""
    project = write_mini(tmp_path, NO_INDEX, {"nqpf.yaml": WIDE})
    published_again(project)
    add_vintage(project, "2020", revised(1.1, (3, 2017)))
    replace_people(project, 1.02, (0, 2017))
    published_again(project)
    told = nqpf("diff", project=tmp_path).out
    third = told.split("\nmini.table_1 (3)")[1]
    assert "of gdp" not in third, "山西 is not in the sample, and nothing pools its cell"
    assert "scale" not in told


def test_a_cell_outside_the_sample_scales_an_index_only_where_the_column_has_it(
    tmp_path: Path,
) -> None:
    study = STUDY.replace(
        "{label: (3), sample: {first: 2017, exclude: [山西]}, effects: [unit], expect: {n: 6}}",
        "{label: (3), sample: {exclude: [山西]}, expect: {n: 12}, regressors: [wealth]}\n"
        "      - {label: (4), sample: {exclude: [山西]}, expect: {n: 12}}",
    )
    project = write_mini(tmp_path, study, {"nqpf.yaml": WIDE})
    published_again(project)
    add_vintage(project, "2020", revised(1.3, (3, 2017)))
    published_again(project)
    found = difference(project, *pair(project, None, None), None)
    outside = {
        (row["column_label"], row["n_in_sample"], row["n_scale"], row["scaled"])
        for row in found.parts["moved_by"].to_dicts()
        if row["column_label"] in ("(3)", "(4)")
    }
    assert outside == {("(3)", 0, 1, "wealth")}
    told = nqpf("diff", project=tmp_path).out
    assert "they only scale wealth" in told.split("\nmini.table_1 (3)")[1]
    assert "\nmini.table_1 (4)" not in told


def test_numbers_that_differ_are_told_in_digits_that_differ(tmp_path: Path) -> None:
    project = published(tmp_path).project
    add_vintage(project, "2020", revised(1 + 1e-4, (3, 2017)))
    published_again(project)
    told = nqpf("diff", project=tmp_path).out
    lines = [line for line in told.splitlines() if " → " in line and ": " in line]
    pairs = [line.split(": ", 1)[1].split(";")[0] for line in lines]
    assert pairs
    for pair_ in pairs[1:]:
        before, _, after = pair_.rpartition(" → ")
        assert before.split()[-1].strip("()") != after.split()[0].strip("()"), pair_


def test_what_the_study_takes_otherwise_is_no_new_file(tmp_path: Path) -> None:
    """Both vintages are there in both publications; the study asks for the older one since."""
    project = published_twice(tmp_path)
    study = STUDY.replace(
        "    population: {ends", '    gdp: {vintage: "2019"}\n    population: {ends'
    )
    write_mini(tmp_path, study)
    published_again(project)
    found = difference(project, *pair(project, None, None), None)
    assert {row["because"] for row in found.parts["cell"].to_dicts()} == {"choice"}
    told = nqpf("diff", project=tmp_path).out
    assert "because   study file changed: studies/mini.yaml" in told
    assert "which the study takes otherwise" in told


def test_a_study_that_is_gone_takes_nothing_otherwise(tmp_path: Path) -> None:
    """Its columns went with it; the files that it read are there as they were."""
    project = published(tmp_path).project
    path = tmp_path / "studies/mini.yaml"
    path.with_name("other.yaml").write_text(STUDY.replace("study: mini", "study: other"), "utf-8")
    published_again(project)
    path.with_name("other.yaml").unlink()
    published_again(project)
    found = difference(project, *pair(project, None, None), None)
    assert {row["because"] for row in found.parts["cell"].to_dicts()} == {"study"}
    told = nqpf("diff", project=tmp_path).out
    assert "studies/other.yaml" in told
    assert "otherwise" not in told


GROWTH = """\
  levels:
    kind: growth
    title: Levels
    region: 北京
    first: 2014
    last: 2018
    rows: [{series: gdp, title: Output}, {series: population, title: People}]
"""


def test_values_of_editions_that_no_panel_takes_and_tables_of_growth_are_told(
    tmp_path: Path,
) -> None:
    project = write_mini(tmp_path, STUDY + GROWTH, {"nqpf.yaml": WIDE})
    add_vintage(project, "2020", revised(1.01, (2, 2016)))
    published_again(project)
    older = project.raw / "bureau/2019/output.csv"
    older.write_text(page("output", revised(1.1, (3, 2017))), "utf-8")
    replace_people(project, 1.02, (0, 2018))
    published_again(project)
    found = difference(project, *pair(project, None, None), None)
    assert {row["series_id"] for row in found.parts["cell"].to_dicts()} == {"population"}
    told = nqpf("diff", project=tmp_path).out
    before, after = output(3, 2017), round((output(3, 2017) or 0) * 1.1, 2)
    assert (
        f"values    gdp, Bureau 2019: 1 replaced, the most 山西 2017: {before:g} → {after:g}, "
        "which no panel takes (raw/bureau/2019/output.csv)" in told
    )
    levels = {(row["row_label"], row["column"]) for row in found.parts["level"].to_dicts()}
    assert levels == {("People", "2018"), ("People", "annual_growth")}
    assert f"level     mini.levels People 2018: {people(0, 2018):g} → " in told


def test_a_level_of_another_edition_names_both(tmp_path: Path) -> None:
    project = write_mini(tmp_path, STUDY + GROWTH, {"nqpf.yaml": WIDE})
    published_again(project)
    add_vintage(project, "2020", revised(1.1, (0, 2017)))
    published_again(project)
    told = nqpf("diff", project=tmp_path).out
    assert "level     mini.levels Output 2017: " in told
    assert "; vintages 2019 → 2020" in told


@pytest.mark.slow
def test_roles_are_those_that_the_published_file_lists(tmp_path: Path) -> None:
    """Weights year by year: a cell of an earlier year, at no end of the scale, is in no row of the column."""
    study = STUDY.replace("method: entropy", "method: entropy\n    weights: by_period").replace(
        "{label: (2), regressors: [wealth]}",
        "{label: (2), regressors: [wealth], controls: [output_per_person], sample: {first: 2017},"
        " effects: [], estimator: spatial_slx, vcov: {type: robust}, expect: {n: 8},"
        " space: {weights: economic, economic_variable: output_per_person}}",
    )
    project = write_mini(tmp_path, study, {"nqpf.yaml": WIDE})
    published_again(project)
    add_vintage(project, "2020", revised(1.01, (2, 2015)))
    replace_people(project, 1.02, (1, 2017))
    done = published_again(project)
    old, new = pair(project, None, None)
    with compared(files_of(project, old), files_of(project, new)) as between:
        roles = between.rows("role")
        moved = between.rows("moved_by")
    listed = {
        row
        for row in done.query(
            "SELECT column_label, variable, series_id, unit, period, role FROM result.provenance"
        )
        if row[2:5] in {("gdp", "130000", 2015), ("population", "120000", 2017)}
    }
    columns = ("column_label", "variable", "series_id", "unit", "period", "role")
    assert set(roles.select(columns).iter_rows()) == listed
    assert {row[-1] for row in listed} >= {"value", "weights", "scale"}
    assert moved.filter(column_label="(2)")["series_id"].to_list() == ["population"]
