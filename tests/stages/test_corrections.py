"""Corrections of published values: which they apply to, what shows it, and when they fail by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.inspection import everything_wrong
from nqpf_assets.projects.opened import open_project
from nqpf_assets.sources.raw_state import RawState
from tests.command import nqpf
from tests.stages.mini import CARD, STUDY, Walk, output, page, people, walk, walked, write_mini

pytestmark = pytest.mark.slow  # whole builds and publications

PRINTED = output(0, 2015)
ENTRY = {
    "name": "output_2015", "series": "gdp", "region": "北京", "period": 2015, "expect": PRINTED,
    "value": 150.25, "reason": "two digits changed places", "source": "yearbook 2016, 3-1",
    "date": "2019-12-01",
}  # fmt: skip


def written(*entries: dict) -> str:
    return yaml.safe_dump({"corrections": list(entries)}, allow_unicode=True, sort_keys=False)


def built(
    root: Path, *entries: dict, only: tuple[str, ...] = (), study: str = STUDY, **files: str
) -> Walk:
    paths = {"corrections.yaml": written(*entries), **files}
    return walked(root, study, paths, only=only)


def refused(root: Path, *entries: dict, files: dict[str, str] | None = None) -> str:
    """What is told of a project whose corrections are wrong, by `nqpf check` and by a refresh alike."""
    project = write_mini(root, files={"corrections.yaml": written(*entries), **(files or {})})
    found = [one for one in everything_wrong(project).problems if one.file == "corrections.yaml"]
    with pytest.raises(InputError) as caught:
        walk(project)
    assert sorted(found) == [one for one in caught.value.problems if one.file == "corrections.yaml"]
    return "\n".join(f"{one.where} {one}" for one in found)


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    done = built(tmp_path_factory.mktemp("corrected"), ENTRY)
    done.publish()
    return done


def test_the_source_stays_as_printed_and_the_correction_stands_beside(corrected: Walk) -> None:
    printed = corrected.query(
        "SELECT value, reported_text FROM source.observation"
        " WHERE series_id = 'gdp' AND region_code = '110000' AND period = 2015"
    )
    assert printed == [(PRINTED, str(PRINTED))]
    (row,) = corrected.query(
        "SELECT name, series_id, region_code, period, publisher, vintage, unit_measure,"
        " reported_value, value,"
        " reason, source, CAST(date AS VARCHAR), locator FROM source.correction"
    )
    assert row == (
        "output_2015", "gdp", "110000", 2015, "Bureau", "2019", "亿元", PRINTED, 150.25,
        "two digits changed places", "yearbook 2016, 3-1", "2019-12-01", "line 3, column 3",
    )  # fmt: skip


def test_the_panel_has_the_right_value_with_its_status_and_the_printed_one(corrected: Walk) -> None:
    rows = corrected.query(
        "SELECT variable, value, reported_value, locator FROM panel.cell WHERE status = 'corrected'"
        " AND unit = '110000' AND variable IN ('gdp', 'output') ORDER BY variable"
    )
    assert rows == [
        ("gdp", 150.25, PRINTED, "line 3, column 3"),
        ("output", 150.25, 150.25, None),  # nothing of this name was published
    ]
    # What is interpolated next to it starts from the right value.
    (between,) = corrected.query(
        "SELECT value FROM panel.cell WHERE variable = 'gdp' AND unit = '110000' AND period = 2016"
    )
    assert between == ((150.25 + output(0, 2017)) / 2,)  # type: ignore[operator]


def test_provenance_shows_both_values_and_the_name(corrected: Walk) -> None:
    rows = corrected.query(
        "SELECT DISTINCT series_id, unit, period, value, reported_value, status, correction"
        " FROM result.provenance WHERE correction IS NOT NULL OR status = 'corrected'"
    )
    assert rows == [("gdp", "110000", 2015, 150.25, PRINTED, "corrected", "output_2015")]


def test_corrected_cells_are_counted_and_told(corrected: Walk) -> None:
    counts = corrected.query(
        "SELECT column_label, n_corrected_cells, n_imputed_cells FROM result.model ORDER BY 1"
    )
    assert counts == [("(1)", 1, 2), ("(2)", 1, 1), ("(3)", 0, 0)]  # (3) begins in 2017
    notes = [row for (row,) in corrected.query("SELECT row_label FROM mini.table_1")]
    assert "Corrected cells underneath: (1) 1 of 32 (3.1 %), (2) 1 of 32 (3.1 %)." in notes


def test_a_correction_under_a_filled_cell_is_counted_and_listed(tmp_path: Path) -> None:
    """No row of the sample reads the corrected cell of 2015, but 2016 lies on a line from it."""
    study = STUDY.replace("- label: (1)", "- {label: (1), sample: {first: 2016}}").replace(
        "n: 16", "n: 12"
    )
    done = built(
        tmp_path, ENTRY, study=study.replace("- {label: (2),", "- {label: (2), expect: {n: 16},")
    )
    done.publish()
    counted = dict(done.query("SELECT column_label, n_corrected_cells FROM result.model"))
    assert counted == {"(1)": 1, "(2)": 1, "(3)": 0}
    listed = done.query(
        "SELECT role, unit, period, correction FROM result.provenance"
        " WHERE column_label = '(1)' AND variable = 'output' AND status = 'corrected'"
    )
    assert listed == [("filled_from", "110000", 2015, "output_2015")]


def test_a_bound_that_only_a_row_without_a_score_reaches_is_not_counted(tmp_path: Path) -> None:
    """The corrected cell lies above the bound, in a row that lacks the other indicator of the index."""
    study = STUDY.replace("expression: population, dir", "expression: clipped, dir")
    study = study.replace("expression: gdp / population}", "expression: gdp}", 1)
    clipped = "  clipped: {expression: 1 * population, winsorize: {share: 0.05}}\n"
    study = study.replace("indices:\n", f"{clipped}indices:\n").replace("n: 16", "n: 15")

    def without(region: int, year: int) -> float | None:
        return None if (region, year) == (3, 2018) else output(region, year)

    def far(region: int, year: int) -> float | None:
        return 9999 if (region, year) == (3, 2018) else people(region, year)

    entry = ENTRY | {"series": "population", "region": "山西", "period": 2018, "value": 8888}
    files = {"raw/bureau/2019/output.csv": page("output", without)}
    files["raw/survey/2019/people.csv"] = page("people", far)
    done = built(tmp_path, entry | {"expect": 9999}, study=study, **files)
    done.publish()
    bounds = done.query("SELECT unit, period FROM mini.clipped_cell WHERE side = 'high'")
    assert bounds == [("140000", 2018)]
    assert done.query("FROM result.provenance WHERE status = 'corrected'") == []
    counted = dict(done.query("SELECT column_label, n_corrected_cells FROM result.model"))
    assert counted["(2)"] == 0


def test_a_changed_file_makes_stale_its_descendants_and_nothing_else(
    corrected: Walk, tmp_path: Path
) -> None:
    project = type(corrected.project).at(shutil.copytree(corrected.project.root, tmp_path / "p"))
    file = project.root / "corrections.yaml"
    file.write_text("# a remark\n" + file.read_text("utf-8"), "utf-8")
    assert walk(project).planned == []  # what the file says is the same
    file.write_text(written(ENTRY | {"value": 151.0}), "utf-8")
    opened = open_project(project)
    certain = {one.step.name for one in opened.plan(RawState.of(project)) if one.is_certain}
    assert certain == {"source__correction"}
    again = walk(project)
    assert {"mini.reported_cell", "mini.model", "panel.cell"} <= again.rebuilt
    assert not {"source.observation", "source.file", "catalog.region", "mini.unit"} & again.rebuilt
    file.unlink()
    without = walk(project)
    assert "mini.model" in without.rebuilt
    without.publish()
    assert without.query("SELECT count(*) FROM source.correction") == [(0,)]
    assert without.query("SELECT count(*) FROM panel.cell WHERE status = 'corrected'") == [(0,)]


def mended(region: int, year: int) -> float | None:
    return 150.25 if (region, year) == (0, 2015) else output(region, year)


LATER = {
    "raw/bureau/2020/output.csv": page("output", mended),
    "raw/bureau/2020/output.csv.card.yaml": CARD.format(
        publisher="Bureau", status="official", published="2020-10", unit="亿元", label="output", series="gdp"
    ),
}  # fmt: skip
"""The next vintage, in which the value is right."""


def test_once_the_publisher_has_changed_the_value_the_correction_fails_by_name(
    tmp_path: Path,
) -> None:
    told = refused(tmp_path, ENTRY, files=LATER)
    assert "line 2, column 3" in told
    assert "`output_2015`" in told
    assert "150.25 亿元 in raw/bureau/2020/output.csv, line 3, column 3 (vintage 2020)" in told
    assert "remove `output_2015`, or restrict it to what is wrong: `vintage: 2019`" in told
    ran = nqpf("refresh", project=tmp_path)
    assert ran.status == 2
    assert "`output_2015`" in ran.err
    # As it is told: restricted to the vintage, it holds for a study as of the day before.
    (tmp_path / "corrections.yaml").write_text(written(ENTRY | {"vintage": "2019"}), "utf-8")
    assert nqpf("refresh", project=tmp_path).status == 0
    assert nqpf("check", project=tmp_path).status == 0


def test_a_later_vintage_with_the_same_slip_is_corrected_too(tmp_path: Path) -> None:
    def repeated(region: int, year: int) -> float | None:
        value = output(region, year)
        return value if region == 0 or value is None else value + 0.25

    files = LATER | {"raw/bureau/2020/output.csv": page("output", repeated)}
    done = built(tmp_path, ENTRY, only=("source.correction",), **files)
    assert done.query("SELECT vintage, value FROM source.correction ORDER BY 1") == [
        ("2019", 150.25), ("2020", 150.25),
    ]  # fmt: skip


def test_an_earlier_vintage_with_another_value_is_left_alone(tmp_path: Path) -> None:
    earlier = ENTRY | {"expect": 150.25, "value": PRINTED, "date": "2021-01-01"}
    done = built(tmp_path, earlier, only=("source.correction",), **LATER)
    assert done.query("SELECT vintage, reported_value, value FROM source.correction") == [
        ("2020", 150.25, PRINTED)
    ]


def test_a_study_as_of_a_day_knows_no_later_correction(tmp_path: Path) -> None:
    as_of = STUDY.replace("sources:\n", "sources:\n  vintage: as_of\n  as_of: {day}\n")
    for day, value in (("2019-11-30", PRINTED), ("2019-12-01", 150.25)):
        study = as_of.replace("{day}", day)
        done = built(tmp_path / day, ENTRY, only=("mini.reported_cell",), study=study)
        found = done.query(
            "SELECT value FROM mini.reported_cell"
            " WHERE variable = 'gdp' AND unit = '110000' AND period = 2015"
        )
        assert found == [(value,)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expect": 1.0}, ["a published value 1.0", f"{PRINTED!r} 亿元 in raw/bureau/2019/output.csv"]),
        ({"period": 2003}, ["no value of gdp, 北京, 2003"]),
        ({"period": 2016}, ["no value of gdp, 北京, 2016"]),  # an empty cell has none
        ({"series": "gpd"}, ["no value of gpd", "did you mean `gdp`?"]),
        ({"region": "北惊"}, ["a region that existed in 2015", "北惊", "北京"]),
        ({"vintage": "2018"}, ["no value of 2018; there are Bureau 2019"]),
        ({"publisher": "Survey"}, ["no value of Survey; there are Bureau 2019"]),
    ],
)  # fmt: skip
def test_a_correction_of_nothing_is_an_error_by_name(
    tmp_path: Path, change: dict, words: list[str]
) -> None:
    told = refused(tmp_path, ENTRY | change)
    assert "line 2, column 3" in told
    assert "output_2015" in told
    assert all(word in told for word in words), told


@pytest.mark.parametrize(
    ("entries", "place", "words"),
    [
        ([{**ENTRY, "value": PRINTED}], "line 2", "`value` is the same as `expect`"),
        ([{**ENTRY, "name": "Two words"}], "line 2", "small letters"),
        ([{k: v for k, v in ENTRY.items() if k != "reason"}], "line 2", "`reason`"),
        ([{**ENTRY, "expected": 1}], "line 11", "unknown key"),
        ([{**ENTRY, "value": float("nan")}], "line 7", "finite"),
        ([ENTRY, {**ENTRY, "period": 2017}], "line 11", "as in line 2"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_told_with_its_line(
    tmp_path: Path, entries: list[dict], place: str, words: str
) -> None:
    project = write_mini(tmp_path, files={"corrections.yaml": written(*entries)})
    with pytest.raises(InputError) as caught:
        open_project(project)
    (problem,) = caught.value.problems
    assert (problem.file, place in problem.where) == ("corrections.yaml", True)
    assert words in str(problem)
    assert problem in everything_wrong(project).problems
    ran = nqpf("check", tmp_path / "corrections.yaml", project=tmp_path)
    assert (ran.status, words in ran.err) == (2, True)


def test_two_corrections_of_one_value_are_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, ENTRY, ENTRY | {"name": "again", "value": 151})
    assert "`output_2015` corrects it too" in told


def test_values_are_corrected_in_the_unit_of_the_file(tmp_path: Path) -> None:
    card = CARD.format(publisher="Bureau", status="official", published="2019-10", unit="万元",
                       series="gdp", label="output")  # fmt: skip
    study = STUDY.replace("minimum: 1,", "minimum: 0,")
    files = {"raw/bureau/2019/output.csv.card.yaml": card}
    done = built(tmp_path, ENTRY, only=("panel.cell",), study=study, **files)
    (row,) = done.query(
        "SELECT value, reported_value FROM panel.cell WHERE variable = 'gdp' AND status = 'corrected'"
    )
    assert row == (pytest.approx(150.25e-4), pytest.approx(PRINTED * 1e-4))


GROWTH = """\
  levels:
    kind: growth
    title: Levels
    region: 北京
    first: 2014
    last: 2018
    rows: [{series: gdp, title: Output}, {series: population, title: People}]
"""


def test_a_growth_table_takes_corrected_values_and_names_their_years(tmp_path: Path) -> None:
    done = built(tmp_path, ENTRY, only=("mini.levels",), study=STUDY + GROWTH)
    rows = done.query(
        'SELECT row_label, "2014", "2015", annual_growth, corrected_years, data_status'
        " FROM mini.levels ORDER BY row_position"
    )
    growth = 100 * ((output(0, 2018) / output(0, 2014)) ** 0.25 - 1)
    assert rows[0] == ("Output", output(0, 2014), 150.25, pytest.approx(growth), "2015", "official")
    assert rows[1][-2:] == (None, "synthetic")
    # A corrected end moves the growth, and both years are named.
    last = ENTRY | {"name": "o", "period": 2018, "expect": output(0, 2018), "value": 170.0}
    two = built(tmp_path / "two", ENTRY, last, study=STUDY + GROWTH)
    two.publish()
    ((moved, years),) = two.query(
        "SELECT annual_growth, corrected_years FROM mini.levels WHERE row_position = 1"
    )
    assert moved == pytest.approx(100 * ((170.0 / output(0, 2014)) ** 0.25 - 1))
    assert years == "2015, 2018"
    printed = nqpf("show", "mini.levels", project=two.project.root)
    assert printed.status == 0
    assert "corrected" in printed.out
    assert "2015, 2018" in printed.out
