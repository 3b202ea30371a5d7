"""What results of all regressions are composed of: coefficients, sample, covariance.

A result holds these parts and adds what only it has. What is asked for most stands on the result itself, in
the field's words: ``result.params`` is ``result.coefficients.params``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.cluster_parts import ClusterParts
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor
from nqpf_assets.estimators.linear.covariance import Covariance
from nqpf_assets.estimators.linear.inference import Inference
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.summed_fit import SummedSample
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class Coefficients:
    """K coefficients with their inference.

    Attributes:
        names: of the K terms.
        params: (K,); tests: of each.
        confidence_level: of all intervals of the result.
    """

    names: tuple[str, ...]
    params: Floats
    tests: Inference
    confidence_level: float

    @property
    def std_errors(self) -> Floats:
        return self.tests.std_errors

    @property
    def t_stats(self) -> Floats:
        return self.tests.t_stats

    @property
    def p_values(self) -> Floats:
        return self.tests.p_values

    @property
    def conf_int(self) -> Floats:
        return self.tests.conf_int


@dataclass(frozen=True)
class Constant:
    """The constant: mean of the outcome minus mean regressors times coefficients."""

    estimate: float
    std_error: float
    t_stat: float
    p_value: float
    conf_low: float
    conf_high: float
    df_inference: float


def constant_of(estimate: float, tests: Inference, df: Floats, place: int) -> Constant:
    """The constant with the tests that stand at its place among the terms'."""
    return Constant(
        estimate,
        float(tests.std_errors[place]),
        float(tests.t_stats[place]),
        float(tests.p_values[place]),
        float(tests.conf_int[place, 0]),
        float(tests.conf_int[place, 1]),
        float(df[place]),
    )


@dataclass(frozen=True)
class Sample:
    """Rows that an estimate rests on.

    Attributes:
        n_obs, n_units, n_periods: n, N, T.
        is_in_sample: (rows of the input,).
        singleton_units, singleton_periods: labels whose only row was dropped.
        dropped: regressors left out, each with its reason.
    """

    n_obs: int
    n_units: int
    n_periods: int
    is_in_sample: NDArray[np.bool_]
    singleton_units: tuple[Any, ...]
    singleton_periods: tuple[Any, ...]
    dropped: tuple[DroppedRegressor, ...]


@dataclass(frozen=True)
class Errors:
    """The covariance that inference rests on.

    Attributes:
        vcov: its name; small_sample: that of its correction.
        matrix: (P, P) of the coefficients, and of what the result says beside them.
        factor: by which it was multiplied; NaN where the correction is not one number.
        n_parameters: the k in it.
        n_clusters: per cluster key; empty without clusters.
        parts: of bias-reduced errors, for combinations of the coefficients; None of others.
    """

    vcov: str
    small_sample: str
    matrix: Floats
    factor: float
    n_parameters: int
    n_clusters: tuple[int, ...]
    parts: ClusterParts | None = None


@dataclass(frozen=True)
class Estimated:
    """Coefficients of a sample."""

    coefficients: Coefficients
    sample: Sample

    @property
    def names(self) -> tuple[str, ...]:
        return self.coefficients.names

    @property
    def params(self) -> Floats:
        return self.coefficients.params

    @property
    def std_errors(self) -> Floats:
        return self.coefficients.std_errors

    @property
    def t_stats(self) -> Floats:
        return self.coefficients.t_stats

    @property
    def p_values(self) -> Floats:
        return self.coefficients.p_values

    @property
    def conf_int(self) -> Floats:
        return self.coefficients.conf_int

    @property
    def confidence_level(self) -> float:
        return self.coefficients.confidence_level

    @property
    def n_obs(self) -> int:
        return self.sample.n_obs

    @property
    def n_units(self) -> int:
        return self.sample.n_units

    @property
    def n_periods(self) -> int:
        return self.sample.n_periods

    @property
    def is_in_sample(self) -> NDArray[np.bool_]:
        return self.sample.is_in_sample

    @property
    def singleton_units(self) -> tuple[Any, ...]:
        return self.sample.singleton_units

    @property
    def singleton_periods(self) -> tuple[Any, ...]:
        return self.sample.singleton_periods

    @property
    def dropped(self) -> tuple[DroppedRegressor, ...]:
        return self.sample.dropped


@dataclass(frozen=True)
class Regression(Estimated):
    """Coefficients of a sample with a covariance that was chosen and corrected."""

    errors: Errors

    @property
    def covariance(self) -> Floats:
        return self.errors.matrix

    @property
    def vcov(self) -> str:
        return self.errors.vcov

    @property
    def small_sample(self) -> str:
        return self.errors.small_sample

    @property
    def small_sample_factor(self) -> float:
        return self.errors.factor

    @property
    def n_clusters(self) -> tuple[int, ...]:
        return self.errors.n_clusters


def coefficients_of(
    names: Sequence[str], params: Floats, tests: Inference, confidence_level: float
) -> Coefficients:
    """The coefficients, which come first among what is tested."""
    k = len(params)
    own = Inference(tests.std_errors[:k], tests.t_stats[:k], tests.p_values[:k], tests.conf_int[:k])
    return Coefficients(tuple(names), params, own, confidence_level)


def sample_of(panel: PanelSample | SummedSample, dropped: tuple[DroppedRegressor, ...]) -> Sample:
    """The sample as it is reported."""
    return Sample(
        panel.n_obs,
        panel.n_units,
        panel.n_periods,
        panel.is_in_sample,
        panel.singleton_units,
        panel.singleton_periods,
        dropped,
    )


def errors_of(made: Covariance, vcov: str, small_sample: str, n_terms: int) -> Errors:
    """The covariance as it is reported, of the first terms."""
    matrix = made.matrix[:n_terms, :n_terms]
    parts = None if made.parts is None else made.parts.combined(np.eye(len(made.matrix))[:n_terms])
    return Errors(
        vcov, small_sample, matrix, made.factor, made.n_parameters, made.n_clusters, parts
    )
