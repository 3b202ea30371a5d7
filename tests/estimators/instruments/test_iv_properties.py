"""What must not change an IV regression, and how each change must carry through.

Tolerance 1e-6 relative: shifting by up to 1e3 and scaling by up to 1e5 cost digits of the data.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls

RTOL = 1e-6
ENDO, EXO, INST = ("d1", "d2"), ("x",), ("z1", "z2", "z3")
VCOVS: tuple[dict[str, Any], ...] = (
    {},
    {"vcov": "unadjusted", "effects": ()},
    {"vcov": "robust", "effects": ("unit",)},
    {"vcov": "robust", "effects": ("period",), "small_sample": "ivreg2"},
)
TESTS = (
    "model_f",
    "underidentification",
    "anderson_rubin_f",
    "anderson_rubin_chi2",
    "stock_wright",
    "overidentification",
    "endogeneity",
)
few = settings(max_examples=10, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
outcome_units = st.sampled_from([1e-6, 1.0, -3.0, 1e6])


def panel(seed: int) -> dict[str, Any]:
    """An unbalanced panel of 16 units in 6 years."""
    rng = np.random.default_rng(seed)
    unit, period = (
        part.ravel() for part in np.meshgrid(np.arange(16), np.arange(6), indexing="ij")
    )
    keep = (rng.uniform(size=96) > 0.15) | (period < 2)
    unit, period = unit[keep], period[keep]
    n = len(unit)
    z, x, u = rng.normal(size=(n, 3)), rng.normal(size=n), rng.normal(size=(n, 2))
    d = z @ [[1.0, 0.2], [0.0, 1.0], [0.5, -0.5]] + u + 0.2 * unit[:, None]
    y = d @ [0.5, -0.5] + x + u @ [0.5, 0.5] + unit + rng.normal(size=n)
    return {
        "outcome": y, "endogenous": d, "exogenous": x[:, None], "instruments": z,
        "units": unit, "periods": 2000 + period,
    }  # fmt: skip


def fit(given: dict[str, Any], options: dict[str, Any], **names: Any) -> Any:
    called = {"endogenous_names": ENDO, "exogenous_names": EXO, "instrument_names": INST}
    return fe_2sls(**given, **(called | names), **options)


def same(a: Any, b: Any, scale: Any = 1.0) -> None:
    assert (np.abs(a.params - b.params * scale) < RTOL * a.std_errors).all()
    np.testing.assert_allclose(a.std_errors, b.std_errors * np.abs(scale), rtol=RTOL)
    for name in TESTS:
        # A statistic near zero has no digits of its own.
        one, two = getattr(a, name), getattr(b, name)
        assert one.statistic == pytest.approx(two.statistic, rel=1e-5, abs=1e-6, nan_ok=True), name
    assert a.cragg_donald_f == pytest.approx(b.cragg_donald_f, rel=RTOL)
    if a.kleibergen_paap_f is not None:
        assert a.kleibergen_paap_f == pytest.approx(b.kleibergen_paap_f, rel=1e-5)
    for one, two in zip(a.first_stages, b.first_stages, strict=True):
        assert one.f.statistic == pytest.approx(two.f.statistic, rel=1e-5)
        assert one.sanderson_windmeijer_f.statistic == pytest.approx(
            two.sanderson_windmeijer_f.statistic, rel=1e-5
        )
        assert one.shea_partial_r2 == pytest.approx(two.shea_partial_r2, rel=1e-5)


@pytest.mark.parametrize("options", VCOVS)
@given(seed=seeds)
@few
def test_order_of_rows_and_names_of_units_do_not_matter(options: dict[str, Any], seed: int) -> None:
    given = panel(seed)
    rng = np.random.default_rng(seed + 1)
    order = rng.permutation(len(given["outcome"]))
    moved = {key: value[order] for key, value in given.items()}
    moved["units"] = np.array([f"u{k}" for k in rng.permutation(16)])[moved["units"]]
    same(fit(moved, options), fit(given, options))


@pytest.mark.parametrize("options", VCOVS)
@given(
    seed=seeds,
    of_y=outcome_units,
    scale=st.sampled_from([1e-5, -1.0, 7.0, 1e5]),
    shift=st.floats(min_value=-1e3, max_value=1e3),
)
@few
def test_units_of_measurement_carry_through(
    options: dict[str, Any], seed: int, of_y: float, scale: float, shift: float
) -> None:
    given = panel(seed)
    moved = given | {
        "outcome": (given["outcome"] + shift) * of_y,
        "endogenous": (given["endogenous"] + [shift, 0.0]) * [scale, 1.0],
        "exogenous": given["exogenous"] * 10 - shift,
        "instruments": (given["instruments"] + [0.0, shift, 0.0]) * [1.0, scale, 1.0],
    }
    same(fit(moved, options), fit(given, options), of_y * np.array([1 / scale, 1.0, 0.1]))


@pytest.mark.parametrize("options", VCOVS)
@given(seed=seeds)
@few
def test_only_what_the_instruments_span_matters(options: dict[str, Any], seed: int) -> None:
    """Mixing instruments, and adding an exogenous regressor to one, changes nothing."""
    given = panel(seed)
    turn = np.random.default_rng(seed).normal(size=(3, 3)) + 3 * np.eye(3)
    mixed = given["instruments"] @ turn + given["exogenous"]
    same(fit(given | {"instruments": mixed}, options), fit(given, options))


@pytest.mark.parametrize("options", VCOVS)
@given(seed=seeds)
@few
def test_order_of_columns_does_not_matter(options: dict[str, Any], seed: int) -> None:
    given = panel(seed)
    first = fit(given, options)
    turned = fit(
        given
        | {
            "endogenous": given["endogenous"][:, ::-1],
            "instruments": given["instruments"][:, [2, 0, 1]],
        },
        options,
        endogenous_names=ENDO[::-1],
        instrument_names=("z3", "z1", "z2"),
    )
    assert turned.names == ("d2", "d1", "x")
    gap = np.abs(turned.params[[1, 0, 2]] - first.params)
    assert (gap < RTOL * first.std_errors).all()
    assert turned.cragg_donald_f == pytest.approx(first.cragg_donald_f, rel=RTOL)
    assert turned.first_stages[1].f.statistic == pytest.approx(
        first.first_stages[0].f.statistic, rel=RTOL
    )
