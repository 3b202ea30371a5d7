"""Cells whose change effects take out of all rows alike: listed as deciding a side where nothing moves.

Every estimator that takes no more of its variables than what effects leave, under every set of effects that
it can have, and five cells: of a base year, which all rows of a unit read; of a region by which all units are
divided, in the first year, in one between and in the last; of a unit that enters a mean alone. Whatever a
column reports is looked at.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.studies.estimator_registry import ESTIMATORS
from tests.provenance.test_what_may_stay import STUDY as STAY
from tests.provenance.trap import Cell, Values, drawn, write_trap
from tests.stages.mini import Walk, walk

pytestmark = pytest.mark.slow  # whole builds

MOVED, BY_SEARCH = 1e-11, 1e-7
"""Of themselves, numbers that are solved for, and those of a likelihood whose maximum is searched: of shares
in steps, and twice in spatial Hausman tests."""
REPORTED = ("estimate", "effect", "test", "model")
CELLS: dict[str, Cell] = {
    "of units": ("population", "140000", 2015),
    "of a year": ("population", "310000", 2017),
    "of the first year": ("population", "310000", 2016),
    "of the last year": ("population", "310000", 2018),
    "of others": ("population", "110000", 2017),
}
COLUMNS = {
    "first_difference": "",
    "group_difference": "difference: {grouping: areas, groups: [north, south], draws: 99}",
    "fe_poisson": "outcome: product_value",
    "spatial_slx": "space: {join: [[海南, 山东]]}",
    "spatial_error": "space: {join: [[海南, 山东]]}",
    "spatial_lag": "space: {join: [[海南, 山东]]}",
    "spatial_durbin": "space: {join: [[海南, 山东]]}",
    "random_effects": "",
    "fractional": "outcome: portion",
    "re_spatial_lag": "vcov: {type: unadjusted}, space: {join: [[海南, 山东]]}",
    "re_spatial_durbin": "vcov: {type: unadjusted}, space: {join: [[海南, 山东]]}",
    "two_way_fe": "",
}
SPECTRAL = "space: {join: [[海南, 山东]], standardize: spectral"
BY_YEAR = "space: {weights: economic, economic_variable: product_value, by_period: true}"
MORE = (
    f"estimator: spatial_slx, effects: [period], regressors: [relative], controls: [hands], {SPECTRAL}}}",
    "estimator: spatial_slx, effects: [unit, period], regressors: [relative], controls: [hands],"
    f" {SPECTRAL}, durbin: [hands]}}",
    "estimator: spatial_slx, effects: [period], regressors: [relative], controls: [hands], space: {}",
    "estimator: spatial_durbin, effects: [unit, period], regressors: [relative], controls: [hands],"
    f" {SPECTRAL}, lee_yu: bias_correction}}",
    "estimator: spatial_lag, effects: [period], regressors: [relative], controls: [hands],"
    f" {SPECTRAL}, lee_yu: bias_correction}}",
    "estimator: spatial_error, effects: [period], regressors: [relative], controls: [hands],"
    f" {SPECTRAL}, lee_yu: bias_correction}}",
    "estimator: re_spatial_lag, effects: [period], regressors: [relative], vcov: {type: unadjusted},"
    f" {SPECTRAL}, lee_yu: none}}",
    f"estimator: spatial_slx, effects: [unit], regressors: [since], sample: {{first: 2016}}, {BY_YEAR}",
    f"estimator: spatial_slx, effects: [period], regressors: [relative], {BY_YEAR}",
    "estimator: first_difference, effects: [], regressors: [since], controls: [hands],"
    " winsorize: {share: 0.1}, sample: {first: 2016}",
    "estimator: first_difference, effects: [period], regressors: [relative], controls: [hands],"
    " winsorize: {share: 0.1, by: period}",
)
"""Weights whose rows do not add up to one, of a unit without neighbours too, or that differ by year, and
columns that winsorise."""
"""Estimator → its options; one besides that reports a constant, which knows all levels."""


def columns() -> list[str]:
    """Every estimator with every set of effects, and each of the variables that read cells together."""
    found = []
    for name, options in COLUMNS.items():
        for effects in sorted(ESTIMATORS[name].effects):
            for variable in ("since", "relative", "beside_mean"):
                of_year = "sample: {first: 2016}"
                if variable == "beside_mean":
                    of_year = "sample: {exclude: [北京]}"
                label = f"{name} {' '.join(effects)} {variable}"
                said = f"label: {label}, estimator: {name}, effects: [{', '.join(effects)}]"
                beside = "" if name.startswith("re_") else "controls: [hands], "
                terms = f"regressors: [{variable}], {beside}{of_year}"
                found.append(", ".join(filter(None, (said, terms, options))))
            if "outcome" not in options:
                said = f"label: {name} {' '.join(effects)} outcome, estimator: {name}"
                terms = f"outcome: since, regressors: [hands], effects: [{', '.join(effects)}]"
                said = f"{said}, sample: {{first: 2016}}"
                found.append(", ".join(filter(None, (said, terms, options))))
    return [*found, *(f"label: more {place}, {one}" for place, one in enumerate(MORE))]


def study() -> str:
    head, _, _ = STAY.partition("    columns:\n")
    more = (
        "  hands: {expression: log(workers)}\n"
        '  portion: {expression: "workers / (workers + population + 1)"}\n'
        "  product_value: {series: gdp}\n"
        '  beside_mean: {expression: "log(population / mean(population, by=period))"}\n'
    )
    written = "".join(f"      - {{{one}}}\n" for one in columns())
    return head.replace("  fixed: {", f"{more}  fixed: {{") + "    columns:\n" + written


def numbers(done: Walk) -> dict[tuple[str, ...], float]:
    """All that the columns report, each under its column's label."""
    found = {}
    for table in REPORTED:
        for row in done.opened.store.scan(("trap", table)).collect().to_dicts():
            keys = [str(row.get(key)) for key in ("term", "effect", "test")]
            for name, value in row.items():
                if isinstance(value, float):
                    found[(row["column_label"], table, *keys, name)] = value
    return found


def is_searched(name: tuple[str, ...]) -> bool:
    return "spatial_hausman" in name or name[0].startswith("fractional")


def built(root: Path, made: Values) -> Walk:
    return walk(write_trap(root, made, study=study()), only=("trap.estimate", "trap.absorbed_cell"))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    found = walk(write_trap(tmp_path_factory.mktemp("absorbed"), drawn(), study=study()))
    found.publish()
    return found


def test_every_estimator_that_says_so_is_looked_at() -> None:
    assert {one.name for one in ESTIMATORS.values() if one.within} == {*COLUMNS} - {"two_way_fe"}


@pytest.mark.parametrize("cell", CELLS)
def test_listed_as_a_side_where_nothing_moves(done: Walk, cell: str, tmp_path: Path) -> None:
    """And as a value where something does."""
    series, unit, year = place = CELLS[cell]
    made = drawn()
    before = numbers(done)
    after = numbers(built(tmp_path, made | {place: made[place] * (1 + 1e-4)}))
    moving = {
        name[0]
        for name, old in before.items()
        if abs(after[name] - old) > (BY_SEARCH if is_searched(name) else MOVED) * abs(old)
    }
    listed: dict[str, set[str]] = {}
    for label, role in done.query(
        "SELECT column_label, role FROM result.provenance WHERE"
        f" series_id = '{series}' AND unit = '{unit}' AND period = {year}"
    ):
        listed.setdefault(label, set()).add(role)
    assert moving <= listed.keys()
    sides = {label for label, roles in listed.items() if roles == {"threshold_side"}}
    assert sides ^ (listed.keys() - moving) == set()
    assert sides, "no column absorbs this cell"
    assert moving, "no column is moved by this cell"


def test_no_cell_is_listed_twice_in_a_role(done: Walk) -> None:
    keys = "study, table_name, column_label, variable, series_id, unit, period, role"
    assert (
        done.query(f"SELECT {keys} FROM result.provenance GROUP BY ALL HAVING count(*) > 1") == []
    )
