"""What a comparison of two groups' coefficients reports.

Every difference is the first group's coefficient minus the second's. Numbers only; rounding,
stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.inference import Inference
from nqpf_assets.estimators.linear.joint_test import JointTest
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class GroupRegression:
    """The model on the rows of one group.

    Attributes:
        label: of the group.
        model: rows of the group only; singletons within the group are not in it.
        is_in_sample: (rows of the input,) used by `model`.
    """

    label: Any
    model: TwoWayFE
    is_in_sample: NDArray[np.bool_]


@dataclass(frozen=True)
class Interaction(Inference):
    """t tests of J differences in one regression with group interactions.

    Attributes:
        differences, df_inference: (J,).
    """

    differences: Floats
    df_inference: Floats


@dataclass(frozen=True)
class SeeminglyUnrelated:
    """Wald tests from the joint covariance of two separate regressions, as Stata's suest.

    Attributes:
        std_errors, chi2, p_values: (J,), one degree of freedom each.
        joint: all J differences at once.
    """

    std_errors: Floats
    chi2: Floats
    p_values: Floats
    joint: JointTest


@dataclass(frozen=True)
class GroupDifference:
    """Coefficients of two groups and tests of their differences.

    Attributes:
        names: the J coefficients compared.
        groups: the two regressions, first and second.
        params: (J, 2).
        differences: (J,) first minus second.
        interacted: the regression in which all regressors and effects are interacted; its
            coefficients are those of the two regressions.
        interaction: t tests of the differences from `interacted`; joint: F test of all J.
        partial: t tests when only that coefficient (and the constant) differs between groups,
            while effects and other coefficients are common; partial_models: those regressions.
        seemingly_unrelated: Wald tests.
        chow: the classical F test that the groups share every coefficient and period effect,
            under equal variances and independent errors, whatever `vcov` is.
        vcov: of the interactions; suest uses clusters with it, without their correction of bias, else rows.
        n_clusters: in both groups together, of several keys the smallest number; n_shared_clusters: of
            the first key, with rows in both groups.
            Zero when `vcov` has no clusters.
    """

    names: tuple[str, ...]
    groups: tuple[GroupRegression, GroupRegression]
    params: Floats
    differences: Floats
    interacted: TwoWayFE
    interaction: Interaction
    joint: JointTest
    partial: Interaction
    partial_models: tuple[TwoWayFE, ...]
    seemingly_unrelated: SeeminglyUnrelated
    chow: JointTest
    vcov: str
    n_clusters: int
    n_shared_clusters: int
