"""Cells of weights files under regression columns: listed where a change moves a number, and only there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.walk import all_stops
from tests.stages.mini import REGIONS, STUDY, Walk, walked

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
      - {label: fewer, estimator: spatial_slx, space: {weights: trade}, sample: {exclude: [山西]}}
      - {label: borders, estimator: spatial_slx, space: {weights: contiguity}}
      - {label: lagged, regressors: [near_before]}
      - {label: cut, regressors: [near_before], sample: {exclude: [北京]}}
      - {label: of one, regressors: [of_one], effects: []}
      - {label: of scores, regressors: [scored], vcov: {type: robust}}
"""
FORMULAS = """\
  near: {expression: "W(output, trade)"}
  near_before: {expression: "lag(near, 1)"}
  of_one: {expression: "of_region(near, 天津) * population"}
  scored: {expression: standardize(near)}
"""
MODELS = {"rows", "as given", "fewer"}


def matrix(weights: list[list[float]]) -> str:
    rows = [",".join([code, *map(repr, row)]) for code, row in zip(CODES, weights, strict=True)]
    return "\n".join([",".join(["", *CODES]), *rows]) + "\n"


def built(root: Path, weights: list[list[float]], only: tuple[str, ...] = ()) -> Walk:
    study = STUDY.replace("  output_per_person:", f"{FORMULAS}  output_per_person:") + TABLES
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


@pytest.mark.slow  # a build for each weight
def test_a_weight_is_listed_where_it_moves(done: Walk, tmp_path: Path) -> None:
    before = estimates(done)
    for r, c in ((0, 1), (1, 0), (1, 3), (2, 1)):
        other = [[*one] for one in W]
        other[r][c] *= 1.001
        after = estimates(built(tmp_path / f"{r}{c}", other, only=("mini.estimate",)))
        moved = {key[0] for key, old in before.items() if abs(after[key] - old) > MOVED * abs(old)}
        assert listed(done, r, c) == moved, (r, c)
    assert listed(done, 2, 1) == {"as given"}
    assert listed(done, 0, 3) == set()


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
        ("of one", "of_one", "weights"),
        ("of scores", "scored", "weights"),
        ("of scores", "scored", "standardises"),
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
