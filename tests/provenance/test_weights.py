"""Cells of weights files under numbers of all kinds: listed where a change moves a number, and only there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.walk import all_stops
from nqpf_assets.exports.printed_influence import influence_words
from nqpf_assets.exports.published_tables import read_printed
from tests.provenance.trap import KEYS, VIEWS, Number, numbers, tables_of_numbers
from tests.stages.mini import REGIONS, STUDY, Walk, walked

pytestmark = pytest.mark.slow  # whole projects are built

MOVED = 1e-9
CARD = "publisher: Bureau\ntitle: Trade\nstatus: official\nweights: {name: trade}\n"
CODES = list(REGIONS)
W = [[0, 2, 1, 0], [3, 0, 0.5, 1], [0, 4, 0, 0], [0, 1, 5, 0]]
"""The third unit has one neighbour alone, whose weight is one in whatever unit it is printed."""
TABLES = """\
  space:
    title: Space
    model: {outcome: output, regressors: [people_before], effects: [unit]}
    columns:
      - {label: rows, estimator: spatial_slx, space: {weights: trade}}
      - {label: as given, estimator: spatial_slx, space: {weights: trade, standardize: none}}
      - {label: both, estimator: spatial_slx, space: {weights: trade}, regressors: [near_before]}
      - {label: fewer, estimator: spatial_slx, space: {weights: trade}, sample: {exclude: [山西]}}
      - {label: borders, estimator: spatial_slx, space: {weights: contiguity}}
      - {label: lagged, regressors: [near_before]}
      - {label: cut, regressors: [near_before], sample: {exclude: [北京]}}
      - {label: of one, regressors: [of_one], effects: []}
      - {label: of scores, regressors: [scored], vcov: {type: robust}}
      - {label: at bounds, regressors: [clipped], effects: []}
      - {label: of an index, regressors: [level], effects: []}
      - {label: of extremes, regressors: [flat], effects: []}
  map: {kind: spatial_autocorrelation, title: M, variable: output, space: {weights: trade}, permutations: 99,
        local: true}
  as_given: {kind: spatial_autocorrelation, title: M, variable: output, permutations: 99,
             space: {weights: trade, standardize: none}}
  of_lag: {kind: spatial_autocorrelation, title: M, variable: near, permutations: 99}
  gaps: {kind: regional_differences, title: G, variable: near, grouping: halves}
"""
FORMULAS = """\
  near: {expression: "W(output, trade)"}
  near_before: {expression: "lag(near, 1)"}
  of_one: {expression: "of_region(near, 天津) * population"}
  scored: {expression: standardize(near)}
  clipped: {expression: "W(population, trade)", winsorize: {share: 0.2}}
"""
GROUPS = "groups: {halves: {west: [北京, 山西], east: [天津, 河北]}}\n"
INDICES = """\
  level:
    title: Level
    method: entropy
    dimensions:
      all: [{indicator: around, expression: "W(gdp, trade)"}, {indicator: inside, expression: population}]
  flat:
    title: Flat
    method: equal_weights
    dimensions:
      all: [{indicator: beside, expression: "W(gdp, trade)"}, {indicator: own, expression: population}]
"""
MODELS = {"rows", "as given", "fewer", "both"}


def matrix(weights: list[list[float]]) -> str:
    rows = [",".join([code, *map(repr, row)]) for code, row in zip(CODES, weights, strict=True)]
    return "\n".join([",".join(["", *CODES]), *rows]) + "\n"


def built(root: Path, weights: list[list[float]], only: tuple[str, ...] = ()) -> Walk:
    study = STUDY.replace("  output_per_person:", f"{FORMULAS}  output_per_person:") + TABLES
    study = study.replace("indices:\n", f"{GROUPS}indices:\n{INDICES}", 1)
    files = {
        "raw/bureau/2019/trade.csv": matrix(weights),
        "raw/bureau/2019/trade.csv.card.yaml": CARD,
    }
    return walked(root, study, files, only=only)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    found = built(tmp_path_factory.mktemp("weights"), W)
    found.publish()
    return found


def estimates(walk: Walk) -> dict[tuple[str, str], float]:
    rows = walk.query(
        "SELECT column_label, term, estimate FROM mini.estimate WHERE table_name = 'space'"
    )
    return {(label, term): value for label, term, value in rows}


def listed(done: Walk, unit: int, other: int) -> set[str]:
    rows = done.query(
        "SELECT DISTINCT column_label FROM result.provenance WHERE weights_name = 'trade'"
        f" AND unit = '{CODES[unit]}' AND other_unit = '{CODES[other]}'"
    )
    return {label for (label,) in rows}


def told(done: Walk) -> dict[tuple[str, str], dict[Number, set[str]]]:
    """Unit and neighbour → numbers, none of regressions, that rest on the weight, each with its roles."""
    found: dict[tuple[str, str], dict[Number, set[str]]] = {}
    for schema, view in VIEWS.items():
        keys = ", ".join(KEYS[schema])
        rows = done.query(
            f"SELECT {keys}, variable, role, cell_unit, other_unit FROM {view} WHERE weights_name = 'trade'"
        )
        assert len(set(rows)) == len(rows), f"{view} lists a weight twice in a role"
        for *number, _, role, unit, other in rows:
            roles = found.setdefault((unit, other), {})
            roles.setdefault((schema, *number[: len(KEYS[schema])]), set()).add(role)
    return found


def may_stay(done: Walk) -> set[tuple[object, ...]]:
    """Numbers of values that are clipped, and of rows that are themselves an end of an index."""
    clipped = done.query("SELECT variable, unit, period FROM panel.clipped_cell")
    ends = done.query("""
        SELECT DISTINCT i, t, 'score', CASE WHEN t = 'dimension_score' THEN 'all' END, unit, period
        FROM panel.cell, unnest(['level', 'flat']) AS _(i), unnest(['score', 'dimension_score']) AS _(t)
        WHERE variable IN ('around', 'inside', 'beside', 'own') AND period >= 2015
        QUALIFY value IN (min(value) OVER (PARTITION BY variable), max(value) OVER (PARTITION BY variable))
    """)
    return {*(("panel", *one) for one in clipped), *(("index", *one) for one in ends)}


@pytest.mark.slow  # a build for each weight
def test_a_weight_is_listed_where_it_moves(done: Walk, tmp_path: Path) -> None:
    before, columns = numbers(done, "mini"), estimates(done)
    asked = ("estimate", *tables_of_numbers(done, "mini"))
    rests, stays = told(done), may_stay(done)
    for r, c in ((3, 2), (2, 1)):
        other = [[*one] for one in W]
        other[r][c] *= 1.001
        again = built(tmp_path / f"{r}{c}", other, only=tuple(f"mini.{one}" for one in asked))
        after, changed = numbers(again, "mini"), estimates(again)
        moved = {key[0] for key, old in columns.items() if differs(old, changed[key])}
        assert listed(done, r, c) == moved, (r, c)
        moved = {key for key, old in before.items() if any(map(differs, old, after[key]))}
        said = rests[CODES[r], CODES[c]]
        assert moved - said.keys() == set(), (r, c)
        still = {key for key in said.keys() - moved - stays if said[key] != {"threshold_side"}}
        assert still == set(), (r, c)
    assert listed(done, 2, 1) == {"as given"}
    assert {key[1] for key in rests[CODES[2], CODES[1]]} == {"as_given"}
    assert (CODES[0], CODES[3]) not in rests
    roles = {role for said in rests.values() for of in said.values() for role in of}
    assert roles == {"weights", "scale", "clip_bound", "standardises", "threshold_side", "grid"}
    bounds = done.query(
        "SELECT DISTINCT role FROM result.provenance WHERE weights_name = 'trade'"
        " AND variable IN ('clipped', 'flat')"
    )
    assert {role for (role,) in bounds} == {"weights", "scale", "clip_bound"}


def differs(old: float, new: float) -> bool:
    return abs(new - old) > MOVED * abs(old)


def test_a_weight_is_listed_with_its_place_and_role(done: Walk) -> None:
    """Those of a model under no variable, those of a formula under the one that has it."""
    rows = done.query(
        "SELECT column_label, variable, role, series_id, period, value, path, locator FROM result.provenance"
        f" WHERE unit = '{CODES[1]}' AND other_unit = '{CODES[0]}' ORDER BY ALL"
    )
    found = {(label, variable, role) for label, variable, role, *_ in rows}
    assert found == {
        *((label, None, "weights") for label in MODELS),
        ("lagged", "near_before", "weights"),
        ("cut", "near_before", "weights"),
        ("both", "near_before", "weights"),
        ("of one", "of_one", "weights"),
        ("of scores", "scored", "weights"),
        ("of scores", "scored", "standardises"),
        ("at bounds", "clipped", "weights"),
        ("of an index", "level", "scale"),
        ("of an index", "level", "weights"),
        ("of extremes", "flat", "weights"),
    }
    (place,) = {tuple(rest) for _, _, _, *rest in rows}
    path = "raw/bureau/2019/trade.csv"
    printed = done.query(
        "SELECT locator FROM source.weight"
        f" WHERE region_code = '{CODES[1]}' AND neighbour_code = '{CODES[0]}'"
    )
    assert place == (None, None, 3.0, path, *printed[0])


def test_the_walk_names_the_weights(done: Walk) -> None:
    with duckdb.connect(str(done.project.database), read_only=True) as connection:
        for ask, is_whole in ((("mini.space", "rows", "people_before"), False),
                              (("mini.space", "rows", "people_before"), True),
                              (("mini.space", "lagged", "near_before"), False)):  # fmt: skip
            stops = [*all_stops(answer(connection, ask, is_whole=is_whole).walk)]
            weights = [one for one in stops if one.role == "weights"]
            assert weights, ask
            assert {one.place.file for one in weights} == {"raw/bureau/2019/trade.csv"}
            assert sum(one.count or 1 for one in weights) == 7


@pytest.mark.slow  # computes tables and an index once more
def test_the_walk_of_a_number_of_a_table_names_the_weights(done: Walk) -> None:
    """Those of a map itself under no variable, those of a variable or an index under it."""
    with duckdb.connect(str(done.project.database), read_only=True) as connection:
        for ask, roles in ((("mini.map", "2017", "moran"), {"weights"}),
                           (("mini.level", "around", "entropy"), {"scale"})):  # fmt: skip
            stops = [*all_stops(answer(connection, ask).walk)]
            weights = [one for one in stops if (one.text or "").startswith("trade in ")]
            assert {one.role for one in weights} == roles, ask
            assert {one.count for one in weights} == {7}


NUMBERS = "FROM mini.{} WHERE table_name = 'space'"
STEP = 1e-5


def all_numbers(walk: Walk) -> dict[tuple[object, ...], float]:
    """Column, term and effect → coefficients and effects."""
    found = walk.query(f"SELECT column_label, term, NULL, estimate {NUMBERS.format('estimate')}")
    found += walk.query(f"SELECT column_label, term, effect, estimate {NUMBERS.format('effect')}")
    return {tuple(key): value for *key, value in found}


@pytest.mark.slow  # a build for each end
def test_influence_tells_what_a_percent_of_a_weight_does(done: Walk, tmp_path: Path) -> None:
    """By way of models, formulas and both, through scales, bounds and indices: as another file gives it."""
    told = {
        (label, term, effect): change
        for label, term, effect, change in done.query(
            f"SELECT column_label, term, effect, change {NUMBERS.format('influence')}"
            f" AND subject = 'weight' AND unit = '{CODES[3]}' AND other_unit = '{CODES[2]}'"
        )
    }
    ends = []
    for sign in (1, -1):
        other = [[*one] for one in W]
        other[3][2] *= 1 + sign * STEP
        again = built(tmp_path / f"{sign}", other, only=("mini.estimate", "mini.effect"))
        ends.append(all_numbers(again))
    moves = {key: 0.01 * (above - ends[1][key]) / (2 * STEP) for key, above in ends[0].items()}
    moved = {key for key, change in moves.items() if abs(change) > 1e-7 * abs(ends[0][key])}
    assert {key[0] for key in moved} >= {"rows", "as given", "lagged", "of scores", "both"}
    assert moved <= told.keys()
    for key, change in told.items():
        assert change == pytest.approx(moves[key], rel=2e-4, abs=1e-7 * abs(ends[0][key])), key


def test_a_weight_that_moves_nothing_is_not_told(done: Walk) -> None:
    """The only neighbour of a unit counts as one; borders are of no file."""
    labels = done.query(
        "SELECT DISTINCT column_label FROM mini.influence WHERE subject = 'weight'"
        f" AND unit = '{CODES[2]}' AND other_unit = '{CODES[1]}'"
    )
    assert labels == [("as given",)]
    of_borders = done.query(
        "SELECT count(*) FROM mini.influence WHERE subject = 'weight' AND column_label = 'borders'"
    )
    assert of_borders == [(0,)]


def test_weights_that_are_not_told_leave_none_of_their_ways(tmp_path: Path) -> None:
    """Two pairs that no weights connect have one largest eigenvalue twice; cells are told all the same."""
    pairs = matrix([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
    space = "space: {weights: trade, standardize: spectral, lee_yu: none, draws: 100}"
    study = (
        STUDY.replace("  output_per_person:", f"{FORMULAS}  output_per_person:")
        + f"""\
  space:
    title: Space
    model: {{outcome: output, effects: [unit], vcov: {{type: unadjusted}}}}
    columns:
      - {{label: both, estimator: spatial_lag, regressors: [near_before], {space}}}
"""
    )
    files = {
        "raw/bureau/2019/trade.csv": pairs,
        "raw/bureau/2019/trade.csv.card.yaml": CARD,
    }
    done = walked(tmp_path, study, files)
    done.publish()
    found = done.query(
        f"SELECT weights_name, note {NUMBERS.format('influence')} AND note IS NOT NULL"
    )
    why = "the largest eigenvalue of the weights stands twice: it does not move smoothly"
    assert ("trade", why) in found
    subjects = done.query(f"SELECT DISTINCT subject {NUMBERS.format('influence')}")
    assert {subject for (subject,) in subjects} == {"cell", "unit", "period", "not_computed"}
    with duckdb.connect(str(done.project.database), read_only=True) as connection:
        walk = answer(connection, ("mini.space", "both", "near_before")).walk
        assert f"of the weights trade: {why}" in {one.text for one in all_stops(walk)}
        printed = influence_words(connection, read_printed(connection, "mini.space", ""))
    assert f"Influence of the weights trade on both is not computed: {why}." in printed
