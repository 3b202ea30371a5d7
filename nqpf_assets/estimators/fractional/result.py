"""What a fractional regression reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.fractional.link import Link
from nqpf_assets.estimators.fractional.margins import Margins
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor
from nqpf_assets.estimators.linear.inference import Inference
from nqpf_assets.estimators.linear.random_effects_result import Joint
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class Fractional:
    """Fractional logit or probit.

    Attributes:
        names, params: of the K regressors, unit means where they are in, and the constant.
        tests: of each; normal. covariance: of these.
        margin_names, margins: regressors, and ``average`` and ``means`` → their marginal effects.
        link: ``"logit"`` or ``"probit"``; effects: dummies that are in.
        n_obs, n_units, n_periods: of the sample; n_clusters: of each key; none without.
        is_vcov_repaired: negative eigenvalues of a covariance of several keys set to zero.
        n_ends: rows whose outcome is 0, and 1.
        log_likelihood: Bernoulli's, of the quasi-likelihood; pseudo_r2: 1 less it over that of a constant.
        means: Wald's test that coefficients of unit means are zero; None without them.
        is_balanced: whether all units have the same periods.
        is_in_sample: (rows of the input,); dropped: regressors without anything of their own.
    """

    names: tuple[str, ...]
    params: Floats
    tests: Inference
    covariance: Floats
    margin_names: tuple[str, ...]
    margins: Mapping[str, Margins]
    link: Link
    effects: tuple[str, ...]
    n_obs: int
    n_units: int
    n_periods: int
    n_clusters: tuple[int, ...]
    is_vcov_repaired: bool
    n_ends: tuple[int, int]
    log_likelihood: float
    pseudo_r2: float
    means: Joint | None
    is_balanced: bool
    is_in_sample: NDArray[np.bool_]
    dropped: tuple[DroppedRegressor, ...]
