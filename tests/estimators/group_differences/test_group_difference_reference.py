"""Differences between groups on a simulated panel against statsmodels and refits row by row.

The reference is made by tests/reference/make_group_difference.py. Three units change sides, so
their clusters lie in both groups. Tolerance 1e-9 relative, solved exactly on both sides; 1e-8
where cross products square the condition number.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.group_differences.permutation import permutation_test
from nqpf_assets.estimators.group_differences.rows import group_regressions
from nqpf_assets.estimators.linear.block_moments import block_moments
from nqpf_assets.estimators.linear.within import fixed_effects

EXACT = 1e-9
DRAWS = 1e-8
NAMES = ("x1", "x2", "pilot")
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "group_difference.json").read_text(encoding="utf-8"))
with (FOLDER / "group_difference.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def text(name: str) -> Any:
    return np.array([row[name] for row in ROWS])


X = np.column_stack([text(name).astype(float) for name in NAMES])
PANEL = (text("y").astype(float), X, text("unit"), text("year").astype(int), text("group"))


def compare(**options: Any) -> Any:
    return group_difference(*PANEL, names=NAMES, **options)


def test_coefficients() -> None:
    test = compare()
    assert test.names == ("x1", "x2")
    assert [group.label for group in test.groups] == ["east", "west"]
    assert [d.name for d in test.groups[1].model.dropped] == ["pilot"]
    expected = np.column_stack([EXPECTED["east"], EXPECTED["west"]])
    np.testing.assert_allclose(test.params, expected, rtol=EXACT)
    for group, column in zip(test.groups, test.params.T, strict=True):
        np.testing.assert_allclose(group.model.params[:2], column, rtol=EXACT)
    assert test.interacted.n_obs == EXPECTED["n"]
    assert test.interacted.df_resid == EXPECTED["df_resid"]
    assert (test.n_clusters, test.n_shared_clusters) == (18, 3)


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("unadjusted", {"vcov": "unadjusted"}),
        ("robust", {"vcov": "robust"}),
        ("cluster_unit", {}),
        ("cluster_province", {"cluster": text("province")}),
        ("cluster_year", {"cluster": "period"}),
    ],
)
def test_interaction(key: str, options: dict[str, Any]) -> None:
    test = compare(**options)
    np.testing.assert_allclose(test.interaction.std_errors, EXPECTED[key], rtol=EXACT)
    expected = test.differences / EXPECTED[key]
    np.testing.assert_allclose(test.interaction.t_stats, expected, rtol=EXACT)
    if key.startswith("cluster"):
        joint = EXPECTED[f"joint_{key.removeprefix('cluster_')}"]
        assert test.joint.statistic == pytest.approx(joint, rel=EXACT)
        assert (test.joint.df, test.joint.df_resid) == (2, test.n_clusters - 1)


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("unit", {}),
        ("province", {"cluster": text("province")}),
        ("rows", {"vcov": "robust"}),
        ("rows", {"vcov": "unadjusted"}),
    ],
)
def test_seemingly_unrelated(key: str, options: dict[str, Any]) -> None:
    test = compare(**options).seemingly_unrelated
    np.testing.assert_allclose(test.chi2, EXPECTED[f"suest_{key}"], rtol=EXACT)
    assert test.joint.statistic == pytest.approx(EXPECTED[f"suest_joint_{key}"], rel=EXACT)
    assert (test.joint.df, test.joint.df_resid) == (2, None)


def test_chow() -> None:
    statistic, df, p_value = EXPECTED["chow"]
    for vcov in ("clustered", "unadjusted"):
        test = compare(vcov=vcov).chow
        assert (test.statistic, test.p_value) == pytest.approx((statistic, p_value), rel=1e-8)
        assert (test.df, test.df_resid) == (df, EXPECTED["df_resid"])


def test_partial_interaction() -> None:
    partial = compare(tested=["x1"]).partial
    found = (partial.differences[0], partial.std_errors[0])
    assert found == pytest.approx(tuple(EXPECTED["partial"]), rel=EXACT)


def test_turning_the_groups_round_turns_the_sign() -> None:
    test, turned = compare(), compare(compare=("west", "east"))
    np.testing.assert_allclose(turned.differences, -test.differences, rtol=EXACT)
    np.testing.assert_allclose(turned.interaction.p_values, test.interaction.p_values, rtol=1e-7)
    np.testing.assert_allclose(turned.partial.differences, -test.partial.differences, rtol=EXACT)


def settled() -> tuple[Any, ...]:
    rows = ~np.isin(PANEL[2], ["u12", "u14", "u16"])
    return tuple(part[rows] for part in PANEL)


def test_permuted_groups_equal_refits_row_by_row() -> None:
    y, x, unit, year, _ = settled()
    units, years = (np.unique(part, return_inverse=True)[1] for part in (unit, year))
    fe = fixed_effects(("unit", "period"), units, years)
    moments = block_moments(y[:, None], x[:, :2], fe, units, 15)
    west = np.array(EXPECTED["divisions"], dtype=float)
    found = moments.control_coefficients(1 - west) - moments.control_coefficients(west)
    np.testing.assert_allclose(found, EXPECTED["permuted"], rtol=DRAWS)


def test_permutation_p_values_count_the_draws() -> None:
    """Against p-values from divisions drawn here and refitted by two regressions each."""
    y, x, unit, year, group = settled()
    seen: list[int] = []
    options: dict[str, Any] = {"names": NAMES[:2], "tested": ["x1"], "draws": 40, "seed": 9}
    test = permutation_test(
        y, x[:, :2], unit, year, group, progress=lambda done, _: seen.append(done), **options
    )
    assert test.differences[0] == pytest.approx(EXPECTED["permuted"][0][0], rel=DRAWS)
    assert seen[-1] == test.n_draws == 40
    assert test.n_units == (10, 5)
    rng = np.random.default_rng(9)
    labels, is_west = np.unique(unit), np.isin(np.unique(unit), np.unique(unit[group == "west"]))
    drawn = []
    for _ in range(40):
        division = rng.permuted(is_west[None, :], axis=1)[0]
        sides = np.where(np.isin(unit, labels[division]), "west", "east")
        east, west = group_regressions(y, x[:, :2], unit, year, sides, names=NAMES[:2])
        drawn.append(east.model.params[0] - west.model.params[0])
    found = test.differences[0]
    assert test.p_greater[0] == ((np.array(drawn) >= found).sum() + 1) / 41
    assert test.p_less[0] == ((np.array(drawn) <= found).sum() + 1) / 41
    assert test.p_two_sided[0] == ((np.abs(drawn) >= abs(found)).sum() + 1) / 41
    assert test.draw_mean[0] == pytest.approx(np.mean(drawn), rel=1e-6)


def test_divisions_equal_to_the_one_found_count_as_extreme() -> None:
    """Four units against four: 70 divisions, of which the one found is the most extreme."""
    rng = np.random.default_rng(4)
    unit, year = np.repeat([f"u{k}" for k in range(8)], 6), np.tile(np.arange(6), 8)
    x = rng.normal(size=48)
    is_first = unit < "u4"
    y = np.where(is_first, 5.0, 0.0) * x + 0.1 * rng.normal(size=48)
    group = np.where(is_first, "a", "b")
    test = permutation_test(y, x[:, None], unit, year, group, names=("x",), draws=4000)
    # It and its mirror image are drawn with probability 1/70 each; three errors of .0026.
    assert test.p_two_sided[0] == pytest.approx(2 / 70, abs=0.008)
    assert test.p_greater[0] == pytest.approx(1 / 70, abs=0.006)
    assert test.p_less[0] == 1.0
