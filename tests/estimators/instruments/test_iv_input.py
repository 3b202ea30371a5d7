"""What instrumental variables refuse, what they leave out, and that they say so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.instruments.stock_yogo import stock_yogo
from nqpf_assets.estimators.linear.errors import EstimationError

RNG = np.random.default_rng(17)
N, T = 12, 7
UNITS = np.repeat([f"u{k:02d}" for k in range(N)], T)
PERIODS = np.tile(np.arange(2014, 2014 + T), N)
Z = RNG.normal(size=(N * T, 3))
U = RNG.normal(size=N * T)
D = Z @ [0.8, 0.5, -0.3] + U
W = RNG.normal(size=(N * T, 2))
Y = 0.5 * D + W @ [1.0, -1.0] + 0.7 * U + RNG.normal(size=N * T)
TELEPHONES = np.repeat(RNG.uniform(10, 90, size=N), T)
INTERNET = np.tile(RNG.uniform(1, 5, size=T).cumsum(), N)


def fit(**changes: Any) -> Any:
    given = {
        "outcome": Y,
        "endogenous": D[:, None],
        "instruments": Z,
        "units": UNITS,
        "periods": PERIODS,
        "endogenous_names": ("digital",),
        "instrument_names": ("z1", "z2", "z3"),
        "exogenous": W,
        "exogenous_names": ("gdp", "roads"),
    }
    return fe_2sls(**(given | changes))


def one(column: Any, name: str) -> dict[str, Any]:
    return {"instruments": np.asarray(column)[:, None], "instrument_names": (name,)}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            one(TELEPHONES, "telephones_1984"),
            "the instrument telephones_1984 does not vary within units.*"
            r"interaction with a series that varies by period \(telephones_1984 × series\)",
        ),
        (
            one(INTERNET, "internet"),
            "the instrument internet is the same for all units.*varies by unit",
        ),
        (
            one(TELEPHONES + INTERNET, "sum"),
            "the instrument sum does not vary once the effects are removed",
        ),
        (one(np.ones(N * T), "one"), "the instrument one does not vary$"),
        (
            {"endogenous": TELEPHONES[:, None], "endogenous_names": ("phones",)},
            "the endogenous variable phones does not vary within units",
        ),
        ({"endogenous": W[:, :1] * 2}, "the endogenous variable digital is collinear with gdp"),
        (
            {"instruments": np.column_stack([Z[:, :2], Z[:, 0] + Z[:, 1]])},
            "instruments that say nothing of their own: z3 is collinear with z1, z2",
        ),
        (
            {"instruments": np.column_stack([Z[:, :2], W[:, 0] + 3])},
            "z3 is collinear with gdp$",
        ),
        (
            {
                "endogenous": np.column_stack([D, D**2]),
                "endogenous_names": ("a", "b"),
                **one(Z[:, 0], "z"),
            },
            r"underidentified: 2 endogenous variables \(a, b\) need as many instruments; found 1",
        ),
        ({"instruments": np.empty((N * T, 0)), "instrument_names": ()}, "found 0 .none."),
        ({"endogenous": np.empty((N * T, 0)), "endogenous_names": ()}, "no endogenous variable"),
        ({"instruments": np.column_stack([Z[:, :2], D])}, "reproduce an endogenous variable"),
        ({"instrument_names": ("z1", "z2", "gdp")}, "different names"),
        ({"exogenous": None}, "names without columns: gdp, roads"),
        ({"outcome": np.where(np.arange(N * T) == 5, np.nan, Y)}, "the outcome.*1 row"),
        ({"outcome": np.ones(N * T)}, "outcome does not vary"),
        ({"outcome": D * 2.0}, "reproduce the outcome exactly"),
        ({"effects": ("unit", "region")}, "effects are"),
        ({"vcov": "HC3"}, "vcov is one of"),
        ({"small_sample": "none"}, "small_sample is one of"),
        ({"cluster": "unit", "vcov": "robust"}, "does not use clusters"),
        ({"cluster": ("unit", "period", "unit", "period")}, "at most 3"),
        ({"cluster": np.arange(N * T) % 3}, r"3 instruments \(z1, z2, z3\) need more clusters"),
        ({"confidence_level": 0}, "between 0 and 1"),
        ({"exogenous_names": ()}, "0 names given"),
        ({"instruments": Z[:-1]}, "different lengths"),
    ],
)
def test_refusals(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fit(**changes)


def test_the_offered_interaction_is_accepted() -> None:
    model = fit(**one(TELEPHONES * INTERNET, "telephones_1984 × internet"))
    assert model.instruments == ("telephones_1984 × internet",)
    assert np.isnan(model.overidentification.p_value)
    assert model.overidentification.statistic == 0


def test_instruments_that_do_not_move_one_of_two() -> None:
    """Orthogonal to the instruments to the last digit: the rank is one, not two."""
    rows = {"effects": (), "exogenous": None, "exogenous_names": ()}
    z = Z - Z.mean(axis=0)
    other = RNG.normal(size=N * T)
    other -= other.mean()
    basis = np.linalg.qr(z)[0]
    other -= basis @ (basis.T @ other)
    other -= basis @ (basis.T @ other)
    with pytest.raises(EstimationError, match="underidentified"):
        fit(endogenous=np.column_stack([D, other]), endogenous_names=("a", "b"), **rows)


def test_few_rows() -> None:
    rows = np.isin(UNITS, ["u00", "u01"]) & (PERIODS < 2018)
    with pytest.raises(EstimationError, match=r"8 rows for \d+ first-stage parameters"):
        fit(
            outcome=Y[rows], endogenous=D[rows, None], instruments=Z[rows], exogenous=W[rows],
            units=UNITS[rows], periods=PERIODS[rows],
        )  # fmt: skip


def test_dropped_exogenous_regressors_are_named() -> None:
    model = fit(
        exogenous=np.column_stack([W, TELEPHONES, W.sum(axis=1)]),
        exogenous_names=("gdp", "roads", "phones", "both"),
    )
    assert model.names == ("digital", "gdp", "roads")
    assert [(d.name, d.reason) for d in model.dropped] == [
        ("phones", "absorbed by the effects or constant"),
        ("both", "collinear with gdp, roads"),
    ]
    np.testing.assert_allclose(model.std_errors, fit().std_errors, rtol=1e-9)


def test_effects_are_dummies() -> None:
    """Coefficients, and tests under iid errors, with columns in place of effects."""
    periods = (PERIODS[:, None] == np.unique(PERIODS)[1:]).astype(float)
    units = (UNITS[:, None] == np.unique(UNITS)[1:]).astype(float)
    dummies = np.column_stack([W, units, periods])
    names = tuple(f"w{k}" for k in range(dummies.shape[1]))
    wide = fit(exogenous=dummies, exogenous_names=names, effects=(), vcov="unadjusted")
    model = fit(vcov="unadjusted")
    np.testing.assert_allclose(model.params, wide.params[:3], rtol=1e-9)
    np.testing.assert_allclose(model.std_errors, wide.std_errors[:3], rtol=1e-9)
    assert model.cragg_donald_f == pytest.approx(wide.cragg_donald_f, rel=1e-9)
    assert model.anderson_rubin_f.statistic == pytest.approx(
        wide.anderson_rubin_f.statistic, rel=1e-9
    )
    assert model.anderson_rubin_set == wide.anderson_rubin_set or np.allclose(
        model.anderson_rubin_set.pieces, wide.anderson_rubin_set.pieces, rtol=1e-9
    )
    unit_only = fit(
        exogenous=np.column_stack([W, periods]), exogenous_names=names[: 2 + T - 1],
        effects=("unit",),
    )  # fmt: skip
    clustered = fit()
    np.testing.assert_allclose(clustered.std_errors, unit_only.std_errors[:3], rtol=1e-9)
    assert clustered.kleibergen_paap_f == pytest.approx(unit_only.kleibergen_paap_f, rel=1e-9)
    period_only = fit(effects=("period",), vcov="robust")
    wide = fit(
        exogenous=np.column_stack([W, periods]), exogenous_names=names[: 2 + T - 1],
        effects=(), vcov="robust",
    )  # fmt: skip
    np.testing.assert_allclose(period_only.std_errors, wide.std_errors[:3], rtol=1e-9)
    for test in ("stock_wright", "overidentification", "endogeneity", "underidentification"):
        found, expected = getattr(period_only, test), getattr(wide, test)
        assert found.statistic == pytest.approx(expected.statistic, rel=1e-8), test


def test_singletons_leave_and_are_named() -> None:
    more = fit(
        outcome=[*Y, 9.0],
        endogenous=np.append(D, 9.0)[:, None],
        instruments=np.vstack([Z, [9, 9, 9]]),
        exogenous=np.vstack([W, [9, 9]]),
        units=[*UNITS, "z"],
        periods=[*PERIODS, 2014],
    )
    assert more.singleton_units == ("z",)
    np.testing.assert_allclose(more.std_errors, fit().std_errors, rtol=1e-9)


def test_critical_values_of_stock_and_yogo() -> None:
    assert stock_yogo(1, 1).size == {0.10: 16.38, 0.15: 8.96, 0.20: 6.66, 0.25: 5.53}
    assert stock_yogo(1, 1).relative_bias is None
    assert stock_yogo(1, 3).relative_bias == {0.05: 13.91, 0.10: 9.08, 0.20: 6.46, 0.30: 5.39}
    assert stock_yogo(2, 2).size == {0.10: 7.03, 0.15: 4.58, 0.20: 3.95, 0.25: 3.63}
    assert stock_yogo(2, 3).relative_bias is None
    assert stock_yogo(3, 5).relative_bias == {0.05: 9.53, 0.10: 6.61, 0.20: 4.99, 0.30: 4.30}
    assert stock_yogo(3, 5).size is None
    for n_endogenous, first in ((1, 3), (2, 4), (3, 5)):
        assert stock_yogo(n_endogenous, 31).relative_bias is None
        for n_instruments in range(first, 31):
            found = stock_yogo(n_endogenous, n_instruments)
            assert found.relative_bias is not None
            values = list(found.relative_bias.values())
            assert values == sorted(values, reverse=True)
    for n_endogenous in (1, 2):
        tables = [stock_yogo(n_endogenous, m).size for m in range(n_endogenous, 31)]
        for level in (0.10, 0.15, 0.20, 0.25):
            column = [table[level] for table in tables if table is not None]
            assert len(column) == 31 - n_endogenous
            assert column == sorted(column)  # the more instruments, the higher the hurdle
