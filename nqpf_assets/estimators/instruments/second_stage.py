"""The second stage: least squares on what the instruments explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.instruments.sample import IvSample
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.orthonormal import orthonormal
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class SecondStage:
    """Coefficients with the weights of the rows in them.

    Attributes:
        params: (K,); slopes: (n, K) weights of the outcome in each.
        residuals: (n,), of the regressors as they are.
    """

    params: Floats
    slopes: Floats
    residuals: Floats

    @property
    def rss(self) -> float:
        return float(self.residuals @ self.residuals)


def second_stage(sample: IvSample) -> SecondStage:
    """Least squares on what the first stage explains."""
    fitted = _projected(sample.x, np.column_stack([sample.z, sample.w]))
    columns = np.column_stack([fitted, sample.w])
    second = least_squares(sample.y, columns)
    residuals = sample.y - np.column_stack([sample.x, sample.w]) @ second.params
    if float(residuals @ residuals) <= 1e-20 * float(sample.y @ sample.y):
        raise EstimationError("regressors and effects reproduce the outcome exactly")
    return SecondStage(second.params, columns @ second.bread, residuals)


def _projected(x: Floats, first: Floats) -> Floats:
    """What the first stage explains of the endogenous variables."""
    basis = orthonormal(first)
    return np.asarray(basis @ (basis.T @ x), dtype=np.float64)
