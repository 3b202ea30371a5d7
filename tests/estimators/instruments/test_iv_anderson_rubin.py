"""The Anderson-Rubin set against the test itself, tried value by value.

The bounds are exact: at each of them the test's p-value is the level to 1e-6, and between and
beyond them the test agrees with the set on a grid.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.instruments.anderson_rubin import anderson_rubin
from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.instruments.moments import Partialled, counts, partialled
from nqpf_assets.estimators.instruments.sample import iv_sample

VCOVS = ("unadjusted", "robust", "clustered")
NAMES = ("z1", "z2", "z3")


def data(seed: int, strength: float, n_instruments: int, invalid: float = 0.0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    units, periods = np.repeat(np.arange(15), 6), np.tile(np.arange(6), 15)
    z = rng.normal(size=(90, n_instruments))
    u, e = rng.normal(size=(2, 90))
    d = strength * z.sum(axis=1) + u
    signs = np.array([1.0, -1.0, 0.5])[:n_instruments]
    y = 0.5 * d + 0.8 * u + invalid * (z @ signs) + e * (1 + np.abs(z[:, 0]))
    return {
        "outcome": y,
        "endogenous": d[:, None],
        "instruments": z,
        "units": units,
        "periods": periods,
        "endogenous_names": ("d",),
        "instrument_names": NAMES[:n_instruments],
        "effects": ("unit",),
    }


def partialled_model(given: dict[str, Any], vcov: str) -> Partialled:
    sample = iv_sample(
        given["outcome"], given["endogenous"], given["instruments"], given["units"],
        given["periods"], None, names=(("d",), (), given["instrument_names"]),
        effects=given["effects"], drop_singletons=True,
    )  # fmt: skip
    clusters = (sample.panel.unit_codes,) if vcov == "clustered" else ()
    numbers = counts(len(sample.y), sample.fe, 1, sample.z.shape[1], clusters)
    return partialled(sample, clusters, vcov == "unadjusted", numbers)


def p_value(model: Partialled, value: float) -> float:
    return anderson_rubin(model, np.array([value])).f.p_value


@pytest.mark.parametrize("vcov", VCOVS)
@given(
    seed=st.integers(min_value=0, max_value=10_000),
    strength=st.sampled_from([0.0, 0.05, 0.15, 0.6]),
    n_instruments=st.sampled_from([1, 2, 3]),
)
@settings(max_examples=25, deadline=None)
def test_set_agrees_with_the_test(
    vcov: Any, seed: int, strength: float, n_instruments: int
) -> None:
    panel = data(seed, strength, n_instruments)
    found, model = fe_2sls(**panel, vcov=vcov).anderson_rubin_set, partialled_model(panel, vcov)
    assert found is not None
    bounds = [b for piece in found.pieces for b in piece if np.isfinite(b)]
    for bound in bounds:
        assert p_value(model, bound) == pytest.approx(0.05, abs=1e-6)
    span = max([1.0, *np.abs(bounds)])
    for value in np.linspace(-3 * span, 3 * span, 41):
        if min([1.0, *np.abs(np.array(bounds) - value)]) < 1e-6 * span:
            continue
        inside = any(low <= value <= high for low, high in found.pieces)
        assert (p_value(model, float(value)) > 0.05) == inside


@pytest.mark.parametrize("vcov", VCOVS)
def test_kinds(vcov: Any) -> None:
    def kind(*given: Any) -> str:
        found = fe_2sls(**data(*given), vcov=vcov).anderson_rubin_set
        assert found is not None
        return found.kind

    assert kind(1, 0.8, 2) == "interval"
    assert kind(3, 0.4, 3, 5.0) == "empty"  # instruments that contradict each other
    weak = {kind(seed, 0.03, 1) for seed in range(40)}
    assert {"line", "rays"} <= weak


def test_testing_a_value_is_testing_what_is_left() -> None:
    """The reported test is of zero; of the outcome less d, it is the test of one."""
    panel = data(4, 0.5, 2)
    rest = panel["outcome"] - panel["endogenous"][:, 0]
    reported = fe_2sls(**(panel | {"outcome": rest})).anderson_rubin_f.p_value
    assert p_value(partialled_model(panel, "clustered"), 1.0) == pytest.approx(reported, rel=1e-9)


def test_strong_instruments_give_nearly_the_wald_interval() -> None:
    """One strong instrument: the two intervals differ by less than a tenth of their length."""
    rng = np.random.default_rng(0)
    panel = data(5, 3.0, 1)
    panel["outcome"] = 0.5 * panel["endogenous"][:, 0] + rng.normal(size=90)
    model = fe_2sls(**panel, vcov="unadjusted")
    assert model.anderson_rubin_set is not None
    (piece,) = model.anderson_rubin_set.pieces
    length = model.conf_int[0, 1] - model.conf_int[0, 0]
    assert np.abs(np.array(piece) - model.conf_int[0]).max() < length / 10
