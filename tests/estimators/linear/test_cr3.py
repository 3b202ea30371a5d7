"""CR3 against the jackknife of clusters, each left out and everything estimated anew, and R's clubSandwich.

Tolerance 1e-8 relative: the inverse of what a cluster leaves and a refit without it are both exact.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from tests.estimators.linear.test_two_way_fe_reference import FOLDER, NAMES, PANEL, column, fit

EXACT = 1e-8
EXPECTED = json.loads((FOLDER / "cr3.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("key", "effects"),
    [
        ("unit", ("unit", "period")),
        ("region", ("unit", "period")),
        ("region", ("unit",)),
        ("sector", ("period",)),
        ("year", ("period",)),
        ("sector", ()),
    ],
)
def test_jackknife(key: str, effects: Any) -> None:
    model = fit(vcov="cr3", cluster=column(key), effects=effects)
    keys, moved = column(key), []
    for one in np.unique(keys[model.is_in_sample]):
        left = model.is_in_sample & (keys != one)
        part = [values[left] for values in PANEL]
        anew = two_way_fe(*part, names=NAMES, effects=effects, drop_singletons=False, vcov="robust")
        moved.append(anew.params - model.params)
    errors = np.sqrt((np.array(moved) ** 2).sum(axis=0))
    np.testing.assert_allclose(model.std_errors, errors, rtol=EXACT)


def test_club_sandwich() -> None:
    model = fit(vcov="cr3", cluster=column("sector"), effects=())
    np.testing.assert_allclose(model.std_errors, EXPECTED["std_errors"], rtol=EXACT)
    np.testing.assert_allclose(model.df_inference, EXPECTED["df"], rtol=1e-6)
    np.testing.assert_allclose(model.p_values, EXPECTED["p_values"], rtol=1e-5)


def test_it_is_more_careful_than_cr2() -> None:
    assert (fit(vcov="cr3").std_errors > fit(vcov="cr2").std_errors).all()


def test_clusters_that_divide_units_are_refused() -> None:
    with pytest.raises(
        EstimationError, match=r"CR\d with unit effects must not divide units: rows of"
    ):
        fit(vcov="cr3", cluster="period")
