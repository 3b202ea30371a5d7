"""Spatial weights of a raw file, from the file to the columns and tables that use them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.commands.common.planned import plan_lines
from nqpf_assets.projects.inspection import everything_wrong
from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.origins import step_origins
from nqpf_assets.publications.outlook import outlook_of
from nqpf_assets.user_input.project import Project
from tests.stages.mini import REGIONS, STUDY, walk, walked, write_mini

pytestmark = pytest.mark.slow  # whole projects are built

CARD = "publisher: Bureau\ntitle: Trade\nstatus: STATUS\nweights: {name: trade}\n"
CODES = list(REGIONS)
W = np.array([[0, 2, 1, 0], [3, 0, 0.5, 1], [4, 0, 0, 2], [0, 1, 5, 0]])
BORDERS = [[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]]
"""Which of the four provinces touch."""
TABLES = """\
  space:
    title: Space
    model: {outcome: output, regressors: [people_before], effects: [unit]}
    columns:
      - {label: own, estimator: spatial_slx, space: {weights: trade}}
      - {label: as it is, estimator: spatial_slx, space: {weights: trade, standardize: none}}
      - {label: borders, estimator: spatial_lag, space: {weights: borders, lee_yu: none}}
      - {label: contiguity, estimator: spatial_lag, space: {lee_yu: none}}
      - {label: fewer, estimator: spatial_slx, space: {weights: trade}, sample: {exclude: [山西]}}
  map: {kind: spatial_autocorrelation, title: M, variable: output, space: {weights: trade}, permutations: 99}
"""
LOST = """\
  lost:
    title: Lost
    model: {outcome: output, regressors: [people_before], effects: [unit]}
    columns:
      - {label: none}
      - {label: island, regressors: [before]}
      - {label: without it, regressors: [before], sample: {exclude: [天津]}}
      - {label: condition, sample: {where: "W(output, lone) > 0"}}
"""


def matrix(weights, order=(0, 1, 2, 3)) -> str:
    """The matrix with its units, rows and columns in another order."""
    names = list(REGIONS.values())
    head = ",".join(["", *(CODES[at] for at in order)])
    rows = [",".join([names[r], *(f"{weights[r][c]:g}" for c in order)]) for r in order[::-1]]
    return "\n".join([head, *rows]) + "\n"


def files(status: str = "official", order=(0, 1, 2, 3)) -> dict[str, str]:
    return {
        "raw/bureau/2019/trade.csv": matrix(W, order),
        "raw/bureau/2019/trade.csv.card.yaml": CARD.replace("STATUS", status),
        "raw/bureau/2019/borders.csv": matrix(BORDERS),
        "raw/bureau/2019/borders.csv.card.yaml": CARD.replace("STATUS", "official").replace(
            "trade", "borders"
        ),
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    only = (
        "mini.estimate",
        "mini.model",
        "mini.map",
        "source.weight",
        "source.weight_unit",
        "mini.panel",
    )
    alone = W.copy()
    alone[1] = 0
    card = CARD.replace("STATUS", "official").replace("trade", "lone")
    there = files("synthetic") | {
        "raw/bureau/2019/lone.csv": matrix(alone),
        "raw/bureau/2019/lone.csv.card.yaml": card,
    }
    near = (
        '  near: {expression: "W(output, lone)"}\n  before: {expression: "lag(near, 1) / output"}\n'
    )
    return walked(tmp_path_factory.mktemp("own"), with_formulas(near) + LOST, there, only=only)


def estimates(built, label: str) -> dict[str, float]:
    found = built.query(
        f"SELECT term, estimate FROM mini.estimate WHERE column_label = '{label}' AND table_name = 'space'"
    )
    return dict(found)


def slx(built, weights, keep=slice(None)) -> np.ndarray:
    """Coefficients of x and Wx by plain least squares on dummies of units."""
    rows = built.query("SELECT output, people_before FROM mini.panel ORDER BY period, unit")
    y, x = np.array(rows).reshape(-1, len(CODES), 2).transpose(2, 0, 1)[:, :, keep]
    z = [x, x @ np.asarray(weights).T]
    design = np.stack([(one - one.mean(axis=0)).ravel() for one in z], axis=1)
    return np.linalg.lstsq(design, (y - y.mean(axis=0)).ravel(), rcond=None)[0]


def test_columns_are_estimated_with_the_weights_of_the_file(built):
    rows = W / W.sum(axis=1, keepdims=True)
    cut = W[:3, :3] / W[:3, :3].sum(axis=1, keepdims=True)
    for label, weights, keep in (
        ("own", rows, slice(None)),
        ("as it is", W, slice(None)),
        ("fewer", cut, slice(3)),
    ):
        found = estimates(built, label)
        mine = [found["people_before"], found["people_before:lag"]]
        assert mine == pytest.approx(slx(built, weights, keep), rel=1e-9), label


def test_borders_written_out_are_contiguity(built):
    assert estimates(built, "borders") == estimates(built, "contiguity")


@pytest.mark.slow  # walks a project once more
def test_the_order_of_the_file_changes_nothing(built, tmp_path):
    turned = walked(
        tmp_path, STUDY + TABLES, files("synthetic", (2, 0, 3, 1)), only=("mini.estimate",)
    )
    assert estimates(turned, "own") == estimates(built, "own")


def test_a_note_names_the_units_that_a_column_loses_without_a_neighbour(built):
    notes = built.query(
        "SELECT column_label, n_obs, regexp_extract(note, '(before|[0-9]+ rows left).* neighbour[^.]*') "
        "FROM mini.model WHERE table_name = 'lost'"
    )
    island = "4 rows of 1 unit without a neighbour in lone"
    condition = "4 rows left out in which `W(output, lone) > 0` cannot be told"
    assert {label: rest for label, *rest in notes} == {
        "none": [16, None],
        "island": [12, f"before has no value in {island}, which are left out: 天津市"],
        "without it": [12, None],
        "condition": [12, f"{condition}, {island}: 天津市"],
    }


def test_tables_hold_the_weights_and_notes_describe_them(built):
    links = built.query(
        "SELECT region_code, neighbour_code, weight FROM source.weight WHERE weights_name = 'trade'"
    )
    assert {(a, b): w for a, b, w in links} == {
        (CODES[r], CODES[c]): W[r, c] for r in range(4) for c in range(4) if W[r, c]
    }
    ((note,),) = built.query("SELECT note FROM mini.model WHERE column_label = 'own'")
    assert "Weights: trade, row-standardised." in note
    said = "trade: 9 links of a file of 4 units, 2 to 3 neighbours each, 2.25 on average, not symmetric"
    assert f"{said}; SYNTHETIC data." in note
    ((note,),) = built.query("SELECT note FROM mini.model WHERE column_label = 'as it is'")
    assert "Weights: trade, as given." in note
    labels = built.query("SELECT row_label FROM mini.map WHERE row_kind = 'note'")
    assert any(said in label for (label,) in labels)


def test_a_plan_tells_who_reads_weights_that_changed(tmp_path):
    there = files()
    card = there["raw/bureau/2019/trade.csv.card.yaml"].replace("trade", "idle")
    idle = {
        "raw/bureau/2019/idle.csv": matrix(2 * W),
        "raw/bureau/2019/idle.csv.card.yaml": card,
    }
    found = walked(tmp_path, STUDY + TABLES, there | idle, only=("source.file",))
    for name, weights in (("trade", W.T), ("idle", 2 * W.T)):
        (found.project.raw / f"bureau/2019/{name}.csv").write_text(
            matrix(weights), encoding="utf-8"
        )
    lines = [line.strip() for line in plan_lines(outlook_of(open_project(found.project)))]
    for name, reader in (("trade", "mini"), ("idle", "no study")):
        assert f"raw/bureau/2019/{name}.csv changed: weights {name}; read by {reader}" in lines


def wrong(root: Path, space: str, more=None, sample: str = "") -> list[str]:
    tables = TABLES.replace("{weights: trade}", space, 1)
    if sample:
        tables = tables.replace("space: " + space, f"space: {space}, sample: {sample}")
    write_mini(root, STUDY + tables, files() | (more or {}))
    found = everything_wrong(Project(root)).problems
    return [f"{one.where.partition(',')[0]} {one.found} / {one.remedy}" for one in found]


def test_what_check_says(tmp_path):
    line = len((STUDY + TABLES.split("      - {label: own")[0]).splitlines()) + 1
    assert wrong(tmp_path, "{weights: trade}") == []
    (told,) = wrong(tmp_path, "{weights: trad}")
    assert told.startswith(
        f"line {line} no file under raw/ whose card gives weights of this name; there are"
    )
    assert "`trade`" in told
    (told,) = wrong(tmp_path, "{weights: trade, power: 2}")
    assert told.startswith(f"line {line} `power` goes with weights of inverse_distance and nested")
    (told,) = wrong(tmp_path, "{standardize: none}")
    assert told.startswith(f"line {line} `none` with contiguity")
    few = {"raw/bureau/2019/trade.csv": ",北京,天津\n北京,0,1\n天津,1,0\n"}
    told = wrong(tmp_path, "{weights: trade}", few)
    assert any(
        "their file does not know 河北, 山西" in one and f"line {line}" in one for one in told
    ), told


FORMULAS = """\
  near: {expression: "W(gdp, trade) / W(population, trade)", unit: 元/人}
  near_before: {expression: "lag(W(output, trade), 1)"}
  touching: {expression: "W(output)"}
"""


def with_formulas(more: str) -> str:
    return STUDY.replace("  output_per_person:", f"{more}  output_per_person:") + TABLES


def test_another_weights_file_is_no_other_study_file(tmp_path):
    """Formulas that lag by its weights are made again, and it is the file that says so."""
    project = write_mini(tmp_path, with_formulas(FORMULAS), files())
    before = step_origins(open_project(project).graph)
    (project.raw / "bureau/2019/trade.csv").write_text(matrix(W.T), encoding="utf-8")
    after = step_origins(open_project(project).graph)
    differ = {
        step: {who for who, said in of.items() if after[step][who] != said}
        for step, of in before.items()
    }
    steps = {step for step, of in differ.items() if of}
    assert {"mini__derived_cell", "mini__influence"} <= steps
    assert {who for of in differ.values() for who in of} == {"weights of raw files"}


@pytest.fixture(scope="module")
def lagged(tmp_path_factory):
    only = ("mini.variable_cell", "mini.panel", "mini.filled_cell", "mini.rests_on")
    return walked(tmp_path_factory.mktemp("lag"), with_formulas(FORMULAS), files(), only=only)


def test_spatial_lags_are_variables(lagged):
    rows = lagged.query(
        "SELECT output, near, near_before, touching FROM mini.panel ORDER BY period, unit"
    )
    output, near, before, touching = np.array(rows, float).reshape(-1, 4, 4).transpose(2, 0, 1)
    shares = W / W.sum(axis=1, keepdims=True)
    borders = np.array(BORDERS) / np.sum(BORDERS, axis=1, keepdims=True)
    assert touching == pytest.approx(output @ borders.T, rel=1e-12)
    assert before[1:] == pytest.approx((output @ shares.T)[:-1], rel=1e-12)
    series = lagged.query(
        "SELECT g.value, p.value FROM mini.filled_cell g JOIN mini.filled_cell p USING (unit, period) WHERE "
        "g.variable = 'gdp' AND p.variable = 'population' AND period >= 2015 ORDER BY period, unit"
    )
    gdp, people = np.array(series, float).reshape(-1, 4, 2).transpose(2, 0, 1)
    assert near == pytest.approx(1e4 * (gdp @ shares.T) / (people @ shares.T), rel=1e-12)


def test_a_neighbour_is_read_where_it_counts(lagged):
    read = lagged.query(
        "SELECT of_region, first_lag, where_part FROM mini.rests_on WHERE variable = 'near_before'"
    )
    units = {of: where for of, _, where in read}
    assert {lag for _, lag, _ in read} == {-1}
    assert [*sorted(units)] == CODES
    assert units["110000"] == "not zero of is_neighbour(`110000`, `120000`, `130000`)"


def test_a_file_that_stands_twice_is_read_once(lagged, tmp_path):
    there = files()
    twice = {name.replace("2019", "2018"): text for name, text in there.items() if "trade" in name}
    found = walked(tmp_path, with_formulas(FORMULAS), there | twice, only=("mini.panel",))
    sql = "SELECT near, near_before FROM mini.panel ORDER BY ALL"
    assert found.query(sql) == lagged.query(sql)


@pytest.mark.slow  # walks a project once more
def test_other_weights_make_another_variable(lagged, tmp_path):
    swapped = files() | {"raw/bureau/2019/trade.csv": matrix(W.T)}
    other = walked(tmp_path, with_formulas(FORMULAS), swapped, only=("mini.panel",))
    sql = "SELECT near_before, touching FROM mini.panel WHERE period = 2016 ORDER BY unit"
    (before, touching), (other_before, other_touching) = (
        np.array(one.query(sql), float).T for one in (lagged, other)
    )
    assert (touching == other_touching).all()
    assert (before != other_before).any()


@pytest.mark.slow  # walks a project twice more
def test_weights_that_change_change_what_is_read_and_computed(tmp_path):
    only = (
        "mini.variable_cell",
        "mini.panel",
        "mini.rests_on",
        "mini.part_span",
        "mini.dependency",
    )
    fewer = W.copy()
    fewer[0, 1] = 0
    changed = files() | {"raw/bureau/2019/trade.csv": matrix(fewer)}
    again = walked(tmp_path / "again", with_formulas(FORMULAS), files(), only=only)
    for name, text in changed.items():
        (again.project.root / name).write_text(text, encoding="utf-8")
    again = walk(again.project, only)
    fresh = walked(tmp_path / "fresh", with_formulas(FORMULAS), changed, only=only)
    for table in only:
        sql = f"SELECT * FROM {table} ORDER BY ALL"
        assert again.query(sql) == fresh.query(sql), table
    read = "SELECT DISTINCT where_part FROM mini.rests_on WHERE variable = 'near_before'"
    assert ("not zero of is_neighbour(`120000`, `140000`)",) in again.query(read)


def test_what_check_says_of_spatial_lags(tmp_path):
    def told(formula: str, more=None) -> list[str]:
        text = with_formulas(f'  near: {{expression: "{formula}"}}\n')
        write_mini(tmp_path, text, files() | (more or {}))
        found = everything_wrong(Project(tmp_path)).problems
        return [f"{one.where.partition(',')[0]} {one.found} / {one.remedy}" for one in found]

    line = len(STUDY.split("  output_per_person:")[0].splitlines()) + 1
    assert told("W(output, trade) + W(output)") == []
    (said,) = told("W(output, trad)")
    assert said == (
        f"line {line} `W` by `trad`, a name that no card under raw/ gives / did you mean `trade`?"
    )
    few = {"raw/bureau/2019/trade.csv": ",北京,天津\n北京,0,1\n天津,1,0\n"}
    said = told("W(output, trade)", few)
    assert any(one.startswith(f"line {line} none of 河北省, 山西省 in `trade`") for one in said), (
        said
    )
