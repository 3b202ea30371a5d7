"""Spatial weights of a raw file that differ by year, from the file to columns, maps and their provenance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.projects.inspection import everything_wrong
from nqpf_assets.stages.influence import rows as influence_rows
from nqpf_assets.user_input.project import Project
from tests.stages.mini import REGIONS, STUDY, Walk, walked, write_mini

CODES, YEARS = list(REGIONS), range(2015, 2019)
CARD = """\
publisher: Bureau
title: Trade
status: official
weights: {name: trade, unit: 省, neighbour: 邻省, weight: 权重, period: 年}
"""
TABLES = """\
  space:
    title: Space
    model: {outcome: output, regressors: [people_before], effects: [unit]}
    columns:
      - {label: lags, estimator: spatial_slx, space: {weights: trade}}
      - {label: later, estimator: spatial_slx, space: {weights: trade}, sample: {first: 2016}}
      - {label: near, estimator: spatial_lag, space: {weights: trade, lee_yu: none, draws: 100}}
  map: {kind: spatial_autocorrelation, title: M, variable: output, space: {weights: trade}, permutations: 99}
"""


def weights_of(year: int) -> np.ndarray:
    """Whole numbers; the only neighbour of 山西 is 河北."""
    rng = np.random.default_rng(year)
    w = rng.integers(1, 9, (4, 4)).astype(float) * (1 - np.eye(4))
    w[3, :2] = 0
    return w


def files(years: range = YEARS) -> dict[str, str]:
    names = list(REGIONS.values())
    rows = [
        f"{names[r]},{CODES[c]},{weights_of(year)[r, c]:g},{year}"
        for year in years
        for r in range(4)
        for c in range(4)
        if r != c
    ]
    return {
        "raw/bureau/2019/trade.csv": "\n".join(["省,邻省,权重,年", *rows]) + "\n",
        "raw/bureau/2019/trade.csv.card.yaml": CARD,
    }


FORMULAS = """\
  people_now: {series: population}
  near: {expression: "W(output, trade)"}
  near_before: {expression: "lag(W(output, trade), 1)"}
"""
WITH_LAGS = STUDY.replace("  output_per_person:", f"{FORMULAS}  output_per_person:")
LAGGED = """\
  lagged:
    title: Lags in formulas
    model: {outcome: output, effects: [unit]}
    columns:
      - {label: own, regressors: [near]}
      - {label: before, regressors: [near_before]}
      - label: by people
        estimator: spatial_slx
        regressors: [people_before]
        space: {weights: economic, economic_variable: people_now, by_period: true}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(influence_rows, "MOST", 100)  # every cell is told
        return walked(
            tmp_path_factory.mktemp("years"),
            WITH_LAGS + TABLES + LAGGED,
            files(),
            is_published=True,
        )


def maps(built: Walk, name: str) -> np.ndarray:
    rows = built.query(f"SELECT {name} FROM mini.panel ORDER BY period, unit")
    return np.array(rows, float).reshape(len(YEARS), 4)


def scaled(year: int) -> np.ndarray:
    w = weights_of(year)
    return w / w.sum(axis=1, keepdims=True)


@pytest.mark.slow
@pytest.mark.parametrize(("label", "first"), [("lags", 2015), ("later", 2016)])
def test_lags_are_by_the_weights_of_their_year(built: Walk, label: str, first: int) -> None:
    years = [year for year in YEARS if year >= first]
    y, x = (maps(built, name)[first - 2015 :] for name in ("output", "people_before"))
    lags = np.stack([scaled(year) @ one for year, one in zip(years, x, strict=True)])
    z = np.stack([(one - one.mean(axis=0)).ravel() for one in (x, lags)], axis=1)
    b = np.linalg.lstsq(z, (y - y.mean(axis=0)).ravel(), rcond=None)[0]
    found = dict(
        built.query(f"SELECT term, estimate FROM mini.estimate WHERE column_label = '{label}'")
    )
    mine = [found["people_before"], found["people_before:lag"]]
    assert mine == pytest.approx(b, rel=1e-9)


@pytest.mark.slow
def test_a_map_takes_the_weights_of_its_year(built: Walk) -> None:
    for year, y in zip(YEARS, maps(built, "output"), strict=True):
        z = y - y.mean()
        ((moran,),) = built.query(f"SELECT moran FROM mini.map WHERE row_label = '{year}'")
        assert moran == pytest.approx(z @ scaled(year) @ z / (z @ z), rel=1e-9)


@pytest.mark.slow
def test_tables_and_notes_have_the_years(built: Walk) -> None:
    rows = built.query("SELECT weight_year, region_code, neighbour_code, weight FROM source.weight")
    assert {(y, a, b): w for y, a, b, w in rows} == {
        (year, CODES[r], CODES[c]): weights_of(year)[r, c]
        for year in YEARS
        for r in range(4)
        for c in range(4)
        if weights_of(year)[r, c]
    }
    ((note,),) = built.query("SELECT note FROM mini.model WHERE column_label = 'later'")
    assert "Weights: trade, of each period, row-standardised" in note
    assert "trade: 30 links in 3 years of a file of 4 units" in note


@pytest.mark.slow
def test_provenance_lists_the_links_of_the_years_that_are_used(built: Walk) -> None:
    """Not that of 山西 with its only neighbour, which counts as one whatever it is."""
    for label, first in (("lags", 2015), ("later", 2016)):
        rows = built.query(
            "SELECT period, unit, other_unit, value FROM result.provenance WHERE weights_name = 'trade'"
            f" AND column_label = '{label}' AND role = 'weights'"
        )
        assert len(rows) == len({*rows})
        assert {(y, a, b): w for y, a, b, w in rows} == {
            (year, CODES[r], CODES[c]): weights_of(year)[r, c]
            for year in range(first, 2019)
            for r in range(3)
            for c in range(4)
            if r != c
        }
    rows = built.query(
        "SELECT DISTINCT period, cell_period FROM result.table_provenance WHERE table_name = 'map'"
        " AND weights_name = 'trade' AND number = 'moran'"
    )
    assert sorted(rows) == [(year, year) for year in YEARS]


@pytest.mark.slow
def test_formulas_take_the_weights_of_the_year_of_each_row(built: Walk) -> None:
    output, near, before = (maps(built, name) for name in ("output", "near", "near_before"))
    lags = np.stack([scaled(year) @ one for year, one in zip(YEARS, output, strict=True)])
    assert near == pytest.approx(lags, rel=1e-12)
    assert before[1:] == pytest.approx(lags[:-1], rel=1e-12)
    # No weights of the year before the study, whatever output was then.
    assert np.isnan(before[0]).all()


@pytest.mark.slow
def test_formulas_rest_on_the_links_of_the_years_that_they_read(built: Walk) -> None:
    """Of a value those of its row's year, of a column those of its sample's."""
    rows = built.query(
        "SELECT cell_period, cell_unit, other_unit, value FROM panel.provenance"
        " WHERE variable = 'near_before' AND unit = '120000' AND period = 2017 AND weights_name = 'trade'"
    )
    own = weights_of(2016)[1]
    assert {*rows} == {(2016, CODES[1], CODES[c], own[c]) for c in range(4) if own[c]}
    for label, years in (("own", YEARS), ("before", YEARS[:-1])):
        rows = built.query(
            "SELECT period, unit, other_unit FROM result.provenance WHERE weights_name = 'trade'"
            f" AND column_label = '{label}' AND table_name = 'lagged'"
        )
        assert {*rows} == {
            (year, CODES[r], CODES[c])
            for year in years
            for r in range(3)
            for c in range(4)
            if r != c
        }


@pytest.mark.slow  # walks a project twice more
def test_a_weight_moves_the_rows_of_its_year_alone(built: Walk, tmp_path: Path) -> None:
    there = files()
    path, line = "raw/bureau/2019/trade.csv", f"北京市,{CODES[1]},{weights_of(2016)[0, 1]:g},2016"
    assert line in there[path]
    there[path] = there[path].replace(line, line.replace(",2016", "5,2016"))
    other = walked(tmp_path, WITH_LAGS + LAGGED, there, only=("mini.panel",))
    moved = {
        name: {*zip(*map(list, np.nonzero(maps(built, name) != maps(other, name))), strict=True)}
        for name in ("near", "near_before")
    }
    # Missing values are other than themselves.
    first = {(0, unit) for unit in range(4)}
    assert moved == {"near": {(1, 0)}, "near_before": first | {(2, 0)}}


def told(root: Path, more: str, there: dict[str, str] | None = None) -> list[str]:
    write_mini(root, STUDY + more, there or files())
    return [f"{one.found} / {one.remedy}" for one in everything_wrong(Project(root)).problems]


@pytest.mark.slow
def test_what_check_says(tmp_path: Path) -> None:
    assert told(tmp_path, TABLES) == []
    few = told(tmp_path, TABLES, files(range(2016, 2018)))
    assert [one.partition(" in ")[0] for one in few] == ["nothing of 2015, 2018", "nothing of 2018"]
    assert few[0].count("also at line") == 1
    (said,) = told(tmp_path, TABLES.replace("lee_yu: none, ", ""))
    assert "weights by year with `lee_yu: transformation`" in said
    assert "take weights that are the same in all years" in said
    random = (
        "spatial_lag, vcov: {type: unadjusted}, effects: [], space: {weights: trade, draws: 100}"
    )
    (said,) = told(
        tmp_path,
        TABLES.replace(
            "spatial_lag, space: {weights: trade, lee_yu: none, draws: 100}", f"re_{random}"
        ),
    )
    assert "likelihood is that of one matrix for all years" in said
    write_mini(tmp_path, WITH_LAGS, files(range(2016, 2019)))
    (problem,) = everything_wrong(Project(tmp_path)).problems
    assert problem.found.startswith("nothing of 2015 in `trade`; also at line")
    assert problem.expected == "weights of every year of the study, 2015 to 2018"


@pytest.mark.parametrize("label", ["lags", "later", "near", "by people"])
def test_cells_that_move_a_column_are_listed_under_it(built: Walk, label: str) -> None:
    moving = built.query(
        "SELECT DISTINCT series_id, unit, period FROM result.influence "
        f"WHERE column_label = '{label}' AND subject = 'cell'"
    )
    listed = built.query(
        "SELECT DISTINCT series_id, unit, period FROM result.provenance "
        f"WHERE column_label = '{label}'"
    )
    assert {*moving} <= {*listed}
    # People of the last year are read by no regressor: their only part is in the weights of that year.
    read_late = {(unit, year) for series, unit, year in moving if series == "population"}
    assert ((CODES[2], 2018) in read_late) == (label == "by people")


@pytest.mark.slow  # walks a project twice more
def test_influence_tells_what_a_weight_of_one_year_does(built: Walk, tmp_path: Path) -> None:
    """As two other files give it: by models (`lags`, `near`) and by formulas (`own`, `before`)."""
    path, line = "raw/bureau/2019/trade.csv", f"北京市,{CODES[1]},{weights_of(2016)[0, 1]:g},2016"
    ends = []
    for by in (1.00001, 0.99999):
        there = files()
        there[path] = there[path].replace(
            line, f"北京市,{CODES[1]},{float(weights_of(2016)[0, 1]) * by!r},2016"
        )
        other = walked(
            tmp_path / f"{by}", WITH_LAGS + TABLES + LAGGED, there, only=("mini.estimate",)
        )
        rows = other.query("SELECT column_label, term, estimate FROM mini.estimate")
        ends.append({(label, term): value for label, term, value in rows})
    rows = built.query(
        "SELECT column_label, term, change FROM mini.influence WHERE subject = 'weight' AND effect IS NULL"
        f" AND period = 2016 AND unit = '{CODES[0]}' AND other_unit = '{CODES[1]}'"
    )
    told = {(label, term): change for label, term, change in rows}
    assert {label for label, _ in told} == {"lags", "later", "near", "own", "before"}
    for key, change in told.items():
        assert change == pytest.approx(0.01 * (ends[0][key] - ends[1][key]) / 2e-5, rel=5e-4), key
