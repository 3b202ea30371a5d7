"""What departs from the last publication is held back until somebody has looked at it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from nqpf_assets.catalog.table_frames import schema_of
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.publications.manifest import manifests, numbers
from nqpf_assets.user_input.project import sql_root
from nqpf_assets.user_input.settings import Settings
from nqpf_assets.warehouse.durable import sha256_of
from tests.publications.revisions import WIDE, add_vintage, published, published_again, revised
from tests.stages.mini import STUDY, output, page, walk, write_mini

pytestmark = pytest.mark.slow  # each test builds a project of its own


def hold(root: Path, settings: str = "") -> CheckFailed:
    """A revision that moves the weights of the mini project."""
    project = published(root, settings).project
    before = sha256_of(project.database)
    add_vintage(project, "2020", revised(30.0))
    with pytest.raises(CheckFailed) as caught:
        published_again(project)
    assert sha256_of(project.database) == before
    assert numbers(project) == [1]
    return caught.value


def test_weights_that_move_beyond_the_limit_hold_back(tmp_path: Path) -> None:
    problems = hold(tmp_path).problems
    assert {p.code for p in problems if p.severity == "error"} == {"weights"}
    assert {p.where for p in problems if p.code == "weights"} == {
        "mini wealth people",
        "mini wealth per_person",
    }
    told = "".join(str(p) for p in problems if p.code == "weights")
    assert 'check: weights, about: "mini wealth people"' in told


def test_what_was_accepted_is_published_and_told(tmp_path: Path) -> None:
    project = published(tmp_path, "").project
    add_vintage(project, "2020", revised(30.0))
    with pytest.raises(CheckFailed):
        published_again(project)
    (project.root / "nqpf.yaml").write_text(
        "accept:\n"
        "  - {check: weights, about: 'mini wealth *', reason: the bureau confirmed it, date: 2026-11-24}\n",
        "utf-8",
    )
    done = published_again(project)
    found = done.query("SELECT DISTINCT check_name FROM audit.check_finding ORDER BY ALL")
    assert ("weights",) in found
    assert [f.check for f in manifests(project)[-1].findings].count("weights") == 2


def test_a_study_that_was_changed_moves_its_own_weights(tmp_path: Path) -> None:
    """The user asked for another index: that is told, and stops nothing."""
    project = published(tmp_path, "").project
    study = STUDY.replace("direction: negative", "direction: positive")
    assert study != STUDY
    write_mini(tmp_path, study)
    published_again(project)
    assert numbers(project) == [1, 2]


def test_cells_that_went_missing_hold_back(tmp_path: Path) -> None:
    project = published(tmp_path).project

    def thinner(region: int, year: int) -> float | None:
        return None if region == 2 and year in (2016, 2017) else output(region, year)

    (project.raw / "bureau/2019/output.csv").write_text(page("output", thinner), "utf-8")
    with pytest.raises(CheckFailed) as caught:
        published_again(project)
    (problem,) = [p for p in caught.value.problems if p.code == "coverage"]
    assert problem.where == "mini gdp"
    # Twenty cells, a year before the first one included, less the one that was never published.
    assert problem.found.startswith("2 of 19 have none now (10.5%), 130000 2016")


def test_years_that_the_study_gave_up_are_no_loss(tmp_path: Path) -> None:
    project = published(tmp_path).project
    shorter = STUDY
    for old, new in (
        ("last: 2018", "last: 2017"),
        ("expect: {n: 16}", "expect: {n: 12}"),
        ("first: 2017, exclude", "first: 2016, exclude"),
    ):
        assert old in shorter
        shorter = shorter.replace(old, new)
    write_mini(tmp_path, shorter, {"nqpf.yaml": WIDE})
    published_again(project)
    assert numbers(project) == [1, 2]


def test_a_sign_that_changes_is_told(tmp_path: Path) -> None:
    """Both estimates significant, of opposite signs: published, with a warning."""
    study = STUDY.replace(
        "variables:\n", "variables:\n  people_now: {series: population, title: People}\n"
    ).replace("regressors: [people_before]", "regressors: [people_now]")
    first = {"nqpf.yaml": WIDE, "raw/survey/2019/people.csv": page("people", follows)}
    project = write_mini(tmp_path, study, first)
    walk(project).publish()
    write_mini(
        tmp_path,
        study,
        first
        | {"raw/survey/2019/people.csv": page("people", lambda *at: round(9000 - follows(*at), 1))},
    )
    published_again(project)
    about = {f.about for f in manifests(project)[-1].findings if f.check == "results"}
    assert about == {f"mini.table_1 ({n}) people_now" for n in (1, 3)}, "(2) has no people"


def follows(region: int, year: int) -> float:
    """People who come where output is high."""
    value = output(region, year) or 100 * (region + 1) * 1.07 ** (year - 2014)
    return round(1000 + 10 * value + 3 * ((region * 5 + year) % 4), 1)


def test_a_refusal_names_series_file_and_cells(tmp_path: Path) -> None:
    told = [p.found for p in hold(tmp_path).problems if p.code == "weights"]
    assert told
    for words in told:
        assert "1 cell of gdp (raw/bureau/2020/output.csv), the most 山西 2017: " in words
        assert "line 20, column 3" in words


def test_a_shift_is_measured_against_the_weight_and_the_number_of_indicators() -> None:
    """Of forty, a fortieth that becomes a twelfth is much; of two, a half that grows to .6 is not."""

    def shift(old: float, new: float, n: int) -> float:
        def rows(first: float) -> pl.DataFrame:
            own = [
                {"study": "s", "index_name": "i", "dimension": "d", "indicator": f"x{place:02}",
                 "direction": "positive", "weight": first if place == 0 else (1 - first) / (n - 1)}
                for place in range(n)
            ]  # fmt: skip
            return pl.DataFrame(own, schema=schema_of("weight", "index"))

        with duckdb.connect() as connection:
            for side, first in (("old", old), ("new", new)):
                connection.execute(f"ATTACH ':memory:' AS {side}; CREATE SCHEMA {side}.index")
                connection.register("given", rows(first).to_arrow())
                connection.execute(f"CREATE TABLE {side}.index.weight AS FROM given")
                connection.execute(
                    f"CREATE SCHEMA {side}.panel;"
                    f"CREATE TABLE {side}.panel.rests_on (study TEXT, variable TEXT, series_id TEXT)"
                )
            connection.execute(
                "CREATE SCHEMA difference;"
                "CREATE TABLE difference.cell (study TEXT, series_id TEXT)"  # none that is another one
            )
            text = (sql_root() / "difference" / "weight.sql").read_text("utf-8")
            found = connection.execute(
                f"SELECT shift FROM ({text}) WHERE indicator = 'x00'"
            ).fetchone()
        assert found is not None
        return float(found[0])

    limit = Settings().limits.weight_shift
    assert shift(1 / 40, 1 / 12, 40) > limit
    assert shift(1 / 12, 1 / 40, 40) > limit
    assert shift(0.5, 0.6, 2) < limit
    assert shift(0.002, 0.006, 40) < limit, "small beside an equal share"
