"""What changed between two publications: each part against what was changed by hand."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.publications.difference import Difference, difference, pair
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
from tests.stages.mini import STUDY, output, write_mini

pytestmark = pytest.mark.slow  # whole builds and publications


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One cell of 山西 2017 is ten per cent higher in a later vintage."""
    return published_twice(tmp_path_factory.mktemp("twice"))


@pytest.fixture(scope="module")
def found(twice: Project) -> Difference:
    return difference(twice, *pair(twice, None, None), None)


def test_files_and_inputs(found: Difference) -> None:
    (file,) = found.parts["file"].to_dicts()
    assert (file["change"], file["path"]) == ("added", "raw/bureau/2020/output.csv")
    assert {found.inputs.words(name) for name in found.inputs.values} == {"added"}
    assert len(found.inputs.values) == 2
    assert not found.steps.values
    assert not found.versions.values


def test_published_values(found: Difference) -> None:
    (row,) = found.parts["observation"].to_dicts()
    assert (row["series_id"], row["vintage"], row["n_new"]) == ("gdp", "2020", 19)
    assert (row["n_gone"], row["n_changed"]) == (0, 0)


def test_the_revised_cell_with_its_share_and_place(found: Difference) -> None:
    (cell,) = found.parts["cell"].to_dicts()
    old = output(3, 2017)
    assert old is not None
    assert (cell["unit"], cell["period"], cell["change"]) == ("140000", 2017, "revised")
    assert cell["old_value"] == old
    assert cell["new_value"] == round(old * 1.1, 2)
    assert cell["share"] == pytest.approx(0.1, abs=1e-4)  # rounded to two digits as printed
    assert (cell["old_vintage"], cell["new_vintage"]) == ("2019", "2020")
    assert cell["path"] == "raw/bureau/2020/output.csv"
    assert cell["locator"] == "line 20, column 3"


def test_scores_and_ranks(found: Difference) -> None:
    moved = {(row["unit"], row["period"]) for row in found.parts["score"].iter_rows(named=True)}
    assert ("140000", 2017) in moved


def test_coefficients_with_what_moved_them(twice: Project, found: Difference) -> None:
    labels = set(found.parts["estimate"].get_column("column_label"))
    assert labels == {"(1)", "(2)"}, "(3) leaves 山西 out, and has no index"
    causes = found.parts["moved_by"].to_dicts()
    assert {(c["column_label"], c["series_id"], c["n_cells"]) for c in causes} == {
        ("(1)", "gdp", 1),
        ("(2)", "gdp", 1),
    }
    assert {c["n_in_sample"] for c in causes} == {1}


def test_the_command_tells_the_same(twice: Project) -> None:
    ran = nqpf("diff", project=twice.root)
    assert ran.status == 0, ran.err
    assert "file      added: raw/bureau/2020/output.csv" in ran.out
    assert "cells     mini gdp: 1 revised, the most 山西 2017:" in ran.out
    assert "mini.table_1 (1)" in ran.out
    assert (
        "moved by 1 cell of gdp (raw/bureau/2020/output.csv, added), the most 山西 2017 by +10.0%"
        in ran.out
    )
    data = json.loads(nqpf("diff", "1", "2", "--format", "json", project=twice.root).out)
    assert data["old"]["publication"] == 1
    assert data["cell"][0]["series_id"] == "gdp"
    backwards = json.loads(nqpf("diff", "2", "1", "--format", "json", project=twice.root).out)
    assert backwards["old"]["publication"] == 1, "older comes first whatever the order"


def test_history_of_a_table(twice: Project) -> None:
    listed = nqpf("history", project=twice.root)
    assert listed.status == 0
    assert len([line for line in listed.out.splitlines() if " tables, " in line]) == 2
    ran = nqpf("history", "mini.table_1", project=twice.root)
    assert ran.status == 0, ran.err
    first = ran.out.split("mini.table_1 (1) people_before\n")[1].splitlines()
    assert first[0].split()[0] == "1"
    assert first[1].split()[0] == "2"
    third = ran.out.split("mini.table_1 (3) people_before\n")[1].splitlines()
    assert not third[1:] or not third[1].strip().startswith("2"), "unchanged, told once"
    rows = json.loads(nqpf("history", "mini.table_1", "--format", "json", project=twice.root).out)
    assert {row["publication"] for row in rows} == {1, 2}


def test_an_earlier_publication_is_asked_and_shown(twice: Project) -> None:
    sql = "SELECT count(*) AS n FROM source.file"
    now = nqpf("query", sql, "--format", "csv", project=twice.root)
    then = nqpf("query", sql, "--format", "csv", "--publication", "1", project=twice.root)
    assert (now.out, then.out) == ("n\n3\n", "n\n2\n")
    assert nqpf("show", "mini.table_1", "--publication", "1", project=twice.root).status == 0
    no = nqpf("query", "FROM read_text('/etc/hostname')", "--publication", "1", project=twice.root)
    assert no.status == 2


def test_an_earlier_publication_is_written_as_it_was(twice: Project, tmp_path: Path) -> None:
    target = tmp_path / "then.duckdb"
    ran = nqpf("recall", "1", "--output", target, project=twice.root)
    assert ran.status == 0, ran.err
    with duckdb.connect(str(target), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM source.file").fetchall() == [(2,)]
    before = twice.database.read_bytes()
    refused = nqpf("recall", "1", "--output", twice.database, project=twice.root)
    assert refused.status == 2
    assert "name another file" in refused.err
    assert twice.database.read_bytes() == before


def test_what_there_is_not_is_said(twice: Project, tmp_path: Path) -> None:
    assert nqpf("diff", "7", project=twice.root).status == 2
    assert "kept are 1" in nqpf("diff", "7", project=twice.root).err
    assert nqpf("history", "mini.nothing", project=twice.root).status == 2
    empty = write_mini(tmp_path)
    assert nqpf("history", project=empty.root).status == 2
    assert "two publications to compare" in nqpf("diff", project=empty.root).err


def test_a_changed_study_is_named_as_the_cause(tmp_path: Path) -> None:
    project = published(tmp_path).project
    write_mini(tmp_path, STUDY.replace("effects: [unit]", "effects: [unit, period]"))
    published_again(project)
    seen = difference(project, *pair(project, None, None), None)
    assert seen.inputs.words("studies/mini.yaml") == "changed"
    assert "mini__model" in seen.steps.values
    assert seen.parts["cell"].is_empty()
    told = nqpf("diff", project=project.root).out
    assert "its study file changed too" in told
    assert "changed by code" not in told
    (line,) = [
        line for line in told.splitlines() if line.startswith("steps     changed by study file: ")
    ]
    assert "mini.model" in line


def test_a_standard_error_that_is_gone_is_told(tmp_path: Path) -> None:
    """Two periods as clusters leave none: the estimate stays, and so would the account of it."""
    two = STUDY.replace(
        "exclude: [山西]}, effects: [unit], expect",
        "exclude: [山西]}, effects: [unit, period], expect",
    )
    project = write_mini(tmp_path, two)
    published_again(project)
    gone = two.replace(
        "effects: [unit, period], expect", "effects: [unit, period], vcov: {by: [period]}, expect"
    )
    write_mini(tmp_path, gone)
    published_again(project)
    ran = nqpf("diff", project=tmp_path)
    assert ran.status == 0, ran.err
    assert "people_before" in ran.out
    assert "(none); " in ran.out
    assert "no standard error" in ran.out
    history = nqpf("history", "mini.table_1", project=tmp_path)
    assert history.status == 0, history.err
    assert "(no standard error)" in history.out


def test_a_card_that_names_another_unit_holds_back_and_is_told_with_both_units(
    tmp_path: Path,
) -> None:
    """Nothing but the card changed, and every cell is a thousandth of what it was."""
    project = published(tmp_path).project
    card = project.raw / "survey/2019/people.csv.card.yaml"
    card.write_text(card.read_text("utf-8").replace("unit: 万人", "unit: 千万人"), "utf-8")
    ran = nqpf("refresh", project=project.root)
    assert ran.status == 1
    assert "check rescaled" in ran.err
    assert "19 of 19 cells are about 1000 times what they were, as in another unit" in ran.err
    assert "(raw/survey/2019/people.csv: line " in ran.err
    accepted = ran.err.split("say so in nqpf.yaml:\n")[1].split("\n")[:2]
    assert 'check: rescaled, about: "mini population"' in accepted[1]
    (project.root / "nqpf.yaml").write_text(
        f"{WIDE}accept:\n"
        "  - {check: rescaled, about: mini population, reason: so it is, date: 2026-11-24}\n",
        "utf-8",
    )
    assert nqpf("refresh", project=project.root).status == 0
    told = nqpf("diff", project=project.root).out
    assert "card      changed: raw/survey/2019/people.csv.card.yaml" in told
    assert "population, Survey 2019: 19 in another unit of measurement: 万人 → 千万人" in told
    assert "they scale its indices" not in told
    third = told.split("\nmini.table_1 (3)")[1]
    assert "people.csv, whose card was changed), the most 北京 2016 by ×1,000" in third
    assert "; " not in third, (
        "its rows read all of them: those of other years and places are not named"
    )


def test_a_cell_that_fills_another_is_told_so(tmp_path: Path) -> None:
    """北京's output of 2016 is filled from 2015 and 2017; the column ends with 2016."""
    study = STUDY.replace("sample: {first: 2017, exclude: [山西]}", "sample: {last: 2016}")
    study = study.replace("effects: [unit], expect: {n: 6}", "effects: [unit], expect: {n: 8}")
    project = write_mini(tmp_path, study, {"nqpf.yaml": WIDE})
    published_again(project)
    add_vintage(
        project, "2020", revised(1.1, (0, 2017))
    )  # the gap of 2016 is filled from 2015 and 2017
    published_again(project)
    third = nqpf("diff", project=project.root).out.split("\nmini.table_1 (3)")[1]
    assert "moved by 1 cell of gdp (raw/bureau/2020/output.csv, added)" in third
    assert "they are read through cells that are filled or put together from them" in third
