"""Every public estimator: integers are the numbers they are, and a missing label is no category.

Squares of int8 wrap around at 12, those of int32 at 46,341, without a word; and "nan" makes a fine
name for a group. So every function is given integer columns near the largest that their type holds
and has to return, to the last bit, what it returns for the same numbers as floats; and it is given
labels with a gap and has to refuse them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit
from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.group_differences.permutation import permutation_test
from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.hausman import hausman
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.mediation.mediation import mediation
from nqpf_assets.estimators.regional_differences.beta_convergence import beta_convergence
from nqpf_assets.estimators.regional_differences.dagum import dagum_gini
from nqpf_assets.estimators.regional_differences.density import kernel_density
from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.estimators.regional_differences.sigma_convergence import sigma_convergence
from nqpf_assets.estimators.regional_differences.theil import theil_index
from nqpf_assets.estimators.spatial.distance import (
    economic_weights,
    great_circle_km,
    inverse_distance_weights,
    nested_weights,
)
from nqpf_assets.estimators.spatial.hausman import spatial_hausman
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.local_moran import local_morans_i
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.moran import gearys_c, morans_i, morans_i_by_period
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from nqpf_assets.estimators.spatial.weights import weights_from_matrix
from nqpf_assets.estimators.thresholds.threshold import panel_threshold
from nqpf_assets.estimators.trends.fitted_trend import fitted_trend
from nqpf_assets.indices.education_gini import education_gini
from nqpf_assets.indices.entropy import entropy_index
from nqpf_assets.indices.principal_components import principal_components
from tests.estimators.spatial.spatial_panels import ring

N, T = 12, 8
WEIGHTS = ring(N, 4, 3)
TYPES = ("int8", "uint8", "int16", "int32", "int64")
LABELS = ("units", "periods", "groups", "clusters")


class Data:
    """Columns of a panel as one type, and its labels; `many` are columns side by side."""

    def __init__(self, dtype: str, as_floats: bool) -> None:
        rng = np.random.default_rng(8)
        self.units, self.periods = np.repeat(np.arange(N), T), np.tile(2010 + np.arange(T), N)
        self.groups = np.where(self.units < N // 2, "north", "south")
        self.clusters = self.units // 2
        # Products of int64 wrap around from 3e9 on; beyond 2^53 floats could not hold them.
        top = min(np.iinfo(dtype).max, 2**40)
        low = 1 if dtype.startswith("u") else -top // 3
        level = rng.normal(size=N)[self.units]
        x, z, m, i = rng.normal(size=(4, N * T)) + 0.3 * level
        x += i
        m += 0.5 * x
        y = 0.6 * x + 0.3 * m - 0.2 * z + level + rng.normal(size=N * T)

        def whole(column: Any) -> Any:
            share = (column - column.min()) / np.ptp(column)
            held = np.rint(low + share * (0.99 * top - low)).astype(dtype)
            return held.astype(float) if as_floats else held

        self.y, self.x, self.z, self.m, self.i, self.q = map(
            whole, (y, x, z, m, i, rng.normal(size=N * T))
        )
        self.positive = np.maximum(self.y, self.y.dtype.type(1))
        self.zero = float(np.median(self.y))
        spread = np.linspace(1, 0.99 * top, N).astype(dtype)
        self.distinct = spread.astype(float) if as_floats else spread
        self.zero_int = self.y.dtype.type(0)

    @property
    def panel(self) -> tuple[Any, Any]:
        return self.units, self.periods

    def many(self, *columns: Any) -> Any:
        return np.column_stack(columns)

    def year(self, column: Any) -> Any:
        return column[self.year_rows]

    @property
    def year_rows(self) -> Any:
        return np.flatnonzero(np.tile(np.arange(T) == 0, N))


XZ = {"names": ("x", "z")}
FUNCTIONS: dict[str, Callable[[Data], Any]] = {
    "two_way_fe": lambda d: two_way_fe(d.y, d.many(d.x, d.z), *d.panel, cluster=d.clusters, **XZ),
    "cr2": lambda d: two_way_fe(d.y, d.many(d.x, d.z), *d.panel, vcov="cr2", **XZ),
    "hausman": lambda d: hausman(d.y, d.many(d.x, d.z), *d.panel, **XZ),
    "panel_threshold": lambda d: panel_threshold(
        d.y, d.many(d.z), d.many(d.x), d.q, *d.panel, names=("z",), regime_names=("x",),
        threshold_name="q", draws=5, cluster=d.clusters, demeaned_periods="all",
    ),
    "mediation": lambda d: mediation(
        d.y, d.x, d.m, d.many(d.z), *d.panel, treatment_name="x", mediator_names=("m",),
        control_names=("z",), draws=20, cluster=d.clusters,
    ),
    "group_difference": lambda d: group_difference(
        d.y, d.many(d.x, d.z), *d.panel, d.groups, cluster=d.clusters, **XZ
    ),
    "permutation_test": lambda d: permutation_test(
        d.y, d.many(d.x, d.z), *d.panel, d.groups, draws=10, **XZ
    ),
    "fitted_trend": lambda d: fitted_trend(d.x, d.y, d.groups),
    "tobit": lambda d: tobit(
        d.y, d.many(d.x, d.z), *d.panel, lower=d.zero, effects=("period",), cluster=d.clusters, **XZ
    ),
    "re_tobit": lambda d: re_tobit(d.y, d.many(d.x, d.z), *d.panel, lower=d.zero, nodes=8, **XZ),
    "fe_2sls": lambda d: fe_2sls(
        d.y, d.many(d.x), d.many(d.i), *d.panel, endogenous_names=("x",), instrument_names=("i",),
        exogenous=d.many(d.z), exogenous_names=("z",), cluster=d.clusters,
    ),
    "spatial_panel": lambda d: spatial_panel(d.y, d.many(d.x, d.z), *d.panel, WEIGHTS, **XZ),
    "lm_tests": lambda d: lm_tests(d.y, d.many(d.x, d.z), *d.panel, WEIGHTS, **XZ),
    "spatial_random_effects": lambda d: spatial_random_effects(
        d.y, d.many(d.x, d.z), *d.panel, WEIGHTS, **XZ
    ),
    "spatial_hausman": lambda d: spatial_hausman(
        d.y, d.many(d.x, d.z), *d.panel, WEIGHTS, **XZ
    ),
    "morans_i_by_period": lambda d: morans_i_by_period(d.y, *d.panel, WEIGHTS, permutations=19),
    "morans_i": lambda d: morans_i(d.year(d.y), d.year(d.units), WEIGHTS, permutations=19),
    "local_morans_i": lambda d: local_morans_i(
        d.year(d.y), d.year(d.units), WEIGHTS, permutations=19
    ),
    "gearys_c": lambda d: gearys_c(d.year(d.y), d.year(d.units), WEIGHTS),
    "dagum_gini": lambda d: dagum_gini(d.positive, d.periods, d.groups, weights=d.positive),
    "theil_index": lambda d: theil_index(d.positive, d.periods, d.groups, weights=d.positive),
    "kernel_density": lambda d: kernel_density(d.y, d.periods),
    "sigma_convergence": lambda d: sigma_convergence(d.positive, d.periods, d.groups),
    "beta_convergence": lambda d: beta_convergence(
        d.positive, *d.panel, controls=d.many(d.z), names=("z",)
    ),
}  # fmt: skip
WITHOUT_LABELS: dict[str, Callable[[Data], Any]] = {
    "entropy_index": lambda d: entropy_index(
        d.many(d.x, d.y, d.z), (1, 1, -1), names=("x", "y", "z")
    ),
    "principal_components": lambda d: principal_components(
        d.many(d.x, d.y, d.z), names=("x", "y", "z")
    ),
    "economic_weights": lambda d: economic_weights(range(N), d.distinct).matrix.toarray(),
    "nested_weights": lambda d: nested_weights(
        WEIGHTS, range(N), d.year(d.positive)
    ).matrix.toarray(),
    "weights_from_matrix": lambda d: weights_from_matrix(
        np.where(np.eye(N), d.zero_int, np.add.outer(d.distinct // 4, d.distinct // 4)), range(N)
    ).matrix.toarray(),
}


def numbers(result: Any) -> Iterator[Any]:
    """All numbers of a result, whatever it is made of."""
    if is_dataclass(result):
        for field in fields(result):
            yield from numbers(getattr(result, field.name))
    elif isinstance(result, dict):
        for value in result.values():
            yield from numbers(value)
    elif isinstance(result, list | tuple):
        for value in result:
            yield from numbers(value)
    elif isinstance(result, float | int | np.number | np.ndarray):
        array = np.asarray(result)
        if array.dtype.kind in "fiub":
            yield array.astype(float)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", FUNCTIONS | WITHOUT_LABELS)
def test_integers_are_the_numbers_they_are(name: str, dtype: str) -> None:
    function = (FUNCTIONS | WITHOUT_LABELS)[name]
    made, expected = (
        list(numbers(function(Data(dtype, as_floats)))) for as_floats in (False, True)
    )
    assert len(made) == len(expected) > 0
    assert any(np.isfinite(one).any() for one in expected)
    for one, other in zip(made, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("dtype", TYPES)
def test_places_and_shares_may_be_integers(dtype: str) -> None:
    lon, lat = np.array([120, 100, 90, 80]), np.array([20, 30, 40, 50])
    for function in (
        great_circle_km,
        lambda a, b: inverse_distance_weights(range(4), a, b, power=2).matrix.toarray(),
    ):
        whole = function(lon.astype(dtype), lat.astype(dtype))  # type: ignore[no-untyped-call]
        np.testing.assert_array_equal(whole, function(lon.astype(float), lat.astype(float)))  # type: ignore[no-untyped-call]
    counts, years = np.array([[60, 50, 40, 30, 20]]), np.array([0, 6, 9, 12, 16])
    found, expected = (
        education_gini(counts.astype(kind), years.astype(kind), renormalize=True)
        for kind in (dtype, "float64")
    )
    for one, other in zip(numbers(found), numbers(expected), strict=True):
        np.testing.assert_array_equal(one, other)


def labels_of(name: str) -> Iterator[str]:
    """Labels that a function is given, by the names in its line above."""
    given = FUNCTIONS[name].__code__.co_names
    for label in LABELS:
        if label in given or ("panel" in given and label in ("units", "periods")):
            yield label


@pytest.mark.parametrize("gap", [None, float("nan"), pd.NA, np.datetime64("NaT")], ids=str)
@pytest.mark.parametrize(("name", "label"), [(n, one) for n in FUNCTIONS for one in labels_of(n)])
def test_a_missing_label_is_no_category(name: str, label: str, gap: Any) -> None:
    data = Data("int16", as_floats=True)
    labels = getattr(data, label).astype(object)
    # In the first year, which the functions for one map read.
    labels[T] = gap
    setattr(data, label, labels)
    with pytest.raises((EstimationError, DifferenceError), match="missing in 1"):
        FUNCTIONS[name](data)
