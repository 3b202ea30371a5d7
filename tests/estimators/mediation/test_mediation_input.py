"""What a mediation analysis refuses, what it leaves out, and how it names what it finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.mediation.mediation import check_identity, mediation
from nqpf_assets.estimators.mediation.tests import kind_of_mediation, product_tests

RNG = np.random.default_rng(12)
UNITS = np.repeat([f"u{k}" for k in range(12)], 6)
PERIODS = np.tile(np.arange(2015, 2021), 12)
X = RNG.normal(size=72)
M = 0.8 * X + RNG.normal(size=72)
Z = RNG.normal(size=(72, 1))
Y = 0.5 * X + 0.9 * M + RNG.normal(size=72)


def fit(**changes: Any) -> Any:
    given: dict[str, Any] = {
        "outcome": Y,
        "treatment": X,
        "mediators": M,
        "controls": Z,
        "units": UNITS,
        "periods": PERIODS,
        "treatment_name": "nqpf",
        "mediator_names": ["equity"],
        "control_names": ["gdp"],
        "draws": 0,
    }
    return mediation(**(given | changes))


def changed(array: Any, row: int, value: Any) -> Any:
    copy = np.array(array, dtype=object if value is None else None)
    copy[row] = value
    return copy


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": changed(Y, 3, np.nan)}, "the outcome.*1 row"),
        ({"treatment": changed(X, 3, np.nan)}, "nqpf.*1 row"),
        ({"controls": changed(Z, 3, np.nan)}, "gdp.*1 row"),
        ({"mediators": changed(M, 3, np.inf)}, "equity.*1 row"),
        ({"mediators": ["much"] * 72}, "equity: not all values are numbers"),
        ({"mediators": M * np.nan}, "no row has all of equity"),
        ({"mediators": np.empty((72, 0)), "mediator_names": []}, "no mediator"),
        ({"mediators": np.column_stack([M, M])}, "1 name"),
        ({"mediators": M[:-1]}, "71 rows where 72"),
        ({"mediator_names": ["nqpf"]}, "different names"),
        ({"controls": None}, "named but not given: gdp"),
        ({"units": UNITS[:-1]}, "units: 71 rows where 72"),
        ({"units": changed(UNITS, 2, None)}, "the unit is missing in 1"),
        ({"treatment": np.repeat(np.arange(12.0), 6)}, "nqpf has no effect to be mediated"),
        ({"mediators": np.repeat(np.arange(12.0), 6)}, "equity cannot mediate: absorbed"),
        ({"mediators": 2 * X - Z[:, 0]}, "equity cannot mediate: collinear with nqpf, gdp"),
        ({"draws": -1}, "draws is a number from 0"),
        ({"draws": 10, "resample": PERIODS}, "must not divide units: rows of"),
        ({"draws": 10, "resample": np.ones(72)}, "two or more units to draw"),
        ({"draws": 10, "resample": UNITS[:-1]}, "resample: 71 rows"),
        ({"cluster": UNITS[:-1]}, "the cluster: 71 rows"),
        ({"vcov": "HC3"}, "vcov is one of"),
        ({"confidence_level": 95}, "between 0 and 1"),
    ],
)
def test_refusals(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fit(**changes)


def test_rows_without_mediator_leave_every_equation() -> None:
    gaps = changed(changed(M, 3, np.nan), 40, np.nan)
    result = fit(mediators=gaps, cluster=UNITS.copy(), draws=200)
    path = result.paths[0]
    rows = np.isfinite(gaps)
    whole = fit(
        outcome=Y[rows],
        treatment=X[rows],
        mediators=M[rows],
        controls=Z[rows],
        units=UNITS[rows],
        periods=PERIODS[rows],
        draws=200,
    )
    assert result.n_missing == (2,)
    np.testing.assert_array_equal(result.is_in_sample, rows)
    assert result.total.n_obs == path.mediator_equation.n_obs == path.outcome_equation.n_obs == 70
    assert path.bootstrap == whole.paths[0].bootstrap
    assert path.tests == whole.paths[0].tests


def test_missing_mediators_given_as_none() -> None:
    as_none = changed(M, 3, None)
    assert fit(mediators=as_none).n_missing == (1,)


def test_a_control_that_repeats_another_leaves_every_equation() -> None:
    doubled = np.column_stack([Z, 3 * Z, X + Z[:, 0]])
    names = ["gdp", "gdp_again", "sum"]
    result = fit(controls=doubled, control_names=names, draws=100)
    plain = fit(draws=100)
    path = result.paths[0]
    for model in (result.total, path.mediator_equation, path.outcome_equation):
        assert [d.name for d in model.dropped] == ["gdp_again", "sum"]
    assert path.indirect == pytest.approx(plain.paths[0].indirect, rel=1e-9)
    found, expected = path.bootstrap[0], plain.paths[0].bootstrap[0]
    assert found.percentile == pytest.approx(expected.percentile, rel=1e-9)


def test_coarser_blocks_are_drawn_whole() -> None:
    """Drawing pairs of equal units widens intervals, as fewer independent pieces are drawn."""
    pairs = np.repeat([f"p{k}" for k in range(6)], 12)
    twins = np.concatenate([np.arange(k, k + 6).tolist() * 2 for k in range(0, 72, 12)])
    rng = np.random.default_rng(1)
    noise = 1e-3 * rng.normal(size=(3, 72))
    data = {"outcome": Y[twins] + noise[0], "treatment": X[twins] + noise[1]}
    data |= {"mediators": M[twins] + noise[2], "controls": Z[twins], "draws": 2000}
    fine, coarse = fit(**data), fit(**data, resample=pairs)
    assert (fine.n_blocks, coarse.n_blocks) == (12, 6)
    ratio = coarse.paths[0].bootstrap[0].std_error / fine.paths[0].bootstrap[0].std_error
    # Two identical halves of a block: twice the variance, somewhat more with six blocks.
    assert 1.2 < ratio < 2.2


def test_draws_that_identify_nothing_are_counted_or_stop_the_bootstrap() -> None:
    moving = np.where(UNITS == "u0", X, 0.0)
    result = fit(treatment=moving, draws=400, controls=None, control_names=[])
    # A unit of twelve is absent from (11/12)^12 = 35 % of the draws; error 2.4 points.
    assert 0.28 < result.paths[0].n_failed_draws / 400 < 0.42
    # Both of two units must be drawn: 53 % of the draws lack one or both; error 1.1 points.
    with pytest.raises(EstimationError, match="of 2000 bootstrap draws identify"):
        fit(treatment=moving, mediators=np.where(UNITS == "u1", M, 0.0), draws=2000)


def test_integers_and_no_controls() -> None:
    whole = fit(
        outcome=(Y * 1e9).astype(np.int64),
        treatment=(X * 1e9).astype(np.int64),
        mediators=(M * 1e9).astype(np.int64),
        controls=None,
        control_names=(),
    )
    floats = fit(controls=None, control_names=())
    assert whole.paths[0].indirect == pytest.approx(floats.paths[0].indirect, rel=1e-6)


@pytest.mark.parametrize(
    ("indirect", "direct", "is_indirect", "is_direct", "kind"),
    [
        (0.2, 0.3, False, True, "none"),
        (0.2, 0.3, True, True, "partial"),
        (-0.2, -0.3, True, True, "partial"),
        (0.2, 0.01, True, False, "full"),
        # The direct effect is as good as zero, whatever its sign.
        (0.2, -0.01, True, False, "full"),
        (0.2, -0.1, True, True, "suppression"),
        # Total and indirect effect have opposite signs.
        (0.2, -0.5, True, False, "suppression"),
    ],
)
def test_kinds(
    indirect: float, direct: float, is_indirect: bool, is_direct: bool, kind: str
) -> None:
    found = kind_of_mediation(
        indirect,
        direct,
        indirect + direct,
        is_indirect_significant=is_indirect,
        is_direct_significant=is_direct,
    )
    assert found == kind


def test_without_draws_sobel_decides() -> None:
    path = fit().paths[0]
    assert path.bootstrap == ()
    assert path.is_indirect_significant == (path.tests.sobel.p_value < 0.05)
    weak = fit(mediators=RNG.normal(size=72)).paths[0]
    assert (weak.kind, weak.is_indirect_significant) == ("none", False)


def test_without_a_standard_error_there_is_no_name() -> None:
    """Errors that cancel within units and within periods leave a negative two-way variance."""
    x = np.outer([1, 1, -1, -1], [1, 1, -1, -1]).ravel()
    cancels = np.outer([1, -1, 1, -1], [1, -1, 1, -1]).ravel()
    other = np.outer([1, -1, -1, 1], [1, -1, -1, 1]).ravel()
    result = mediation(
        x + cancels, x, x + other, None, np.repeat(np.arange(4), 4), np.tile(np.arange(4), 4),
        treatment_name="x", mediator_names=["m"], cluster=("unit", "period"), draws=0,
    )  # fmt: skip
    path = result.paths[0]
    assert np.isnan(path.outcome_equation.p_values[0])
    assert (path.kind, path.is_indirect_significant) == (None, False)


def test_goodman_without_positive_variance_is_not_a_number() -> None:
    tests = product_tests(0.01, 1.0, 0.01, 1.0)
    assert np.isnan([tests.goodman.std_error, tests.goodman.z_stat, tests.goodman.p_value]).all()
    assert tests.aroian.p_value > 0.99


def test_equations_that_do_not_add_up_are_a_fault() -> None:
    check_identity(0.5, 0.3, 0.2, 1.0)
    check_identity(0.5, 0.3, 0.2 + 1e-8, 1.0)
    with pytest.raises(ArithmeticError, match=r"total effect 0\.5 is not"):
        check_identity(0.5, 0.3, 0.2001, 1.0)
    with pytest.raises(ArithmeticError):
        check_identity(float("nan"), 0.3, 0.2, 1.0)
