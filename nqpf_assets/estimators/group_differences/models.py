"""The regressions on both groups together: everything interacted, or one coefficient only.

Each is an ordinary `two_way_fe` on columns and labels made for the purpose, so that sample,
covariance and corrections are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.group_differences.result import GroupRegression
from nqpf_assets.estimators.linear.distributions import f_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.joint_test import JointTest
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Codes, Floats


@dataclass(frozen=True)
class TwoGroups:
    """The m rows that the two separate regressions use.

    Attributes:
        outcome: (m,).
        regressors: (m, K).
        units, periods: (m,) codes.
        is_second: (m,) whether the row is in the second group.
        names: the K regressors.
        labels: of the first and the second group.
    """

    outcome: Floats
    regressors: Floats
    units: Codes
    periods: Codes
    is_second: NDArray[np.bool_]
    names: tuple[str, ...]
    labels: tuple[Any, Any]


def interacted_model(
    rows: TwoGroups, groups: Sequence[GroupRegression], options: dict[str, Any]
) -> TwoWayFE:
    """Regressors and effects interacted with the group: first group's coefficients, then second's.

    Args:
        rows: of both groups.
        groups: the separate regressions, whose kept regressors are used.
        options: further arguments of `two_way_fe`.
    """
    columns, names = [], []
    for s, group in enumerate(groups):
        own = [rows.names.index(name) for name in group.model.names]
        columns.append(np.where((rows.is_second == s)[:, None], rows.regressors[:, own], 0.0))
        names += [f"{name} [{group.label}]" for name in group.model.names]
    units, periods = 2 * rows.units + rows.is_second, 2 * rows.periods + rows.is_second
    effects = tuple(options["effects"])
    if not effects:
        # Two constants are period effects of two periods, in which every row is a unit.
        units, periods = np.arange(len(units)), rows.is_second.astype(np.intp)
        effects = ("period",)
    model = two_way_fe(
        rows.outcome,
        np.column_stack(columns),
        units,
        periods,
        names=names,
        **(options | {"effects": effects}),
    )
    if list(model.names) != names:
        raise EstimationError(
            "a coefficient is so weakly identified that the regression with interactions lost "
            f"it: {', '.join(d.name for d in model.dropped)}"
        )
    return model


def partial_model(rows: TwoGroups, name: str, options: dict[str, Any]) -> tuple[TwoWayFE, int]:
    """One coefficient and the constant interacted; and the place of the interaction.

    The interaction is the first group's coefficient minus the second's. The group's own dummy
    is among the regressors and drops out where the effects absorb it.
    """
    dummy = (~rows.is_second).astype(np.float64)
    x = rows.regressors[:, rows.names.index(name)]
    extra = (f"{name} × {rows.labels[0]}", f"group {rows.labels[0]}")
    model = two_way_fe(
        rows.outcome,
        np.column_stack([rows.regressors, x * dummy, dummy]),
        rows.units,
        rows.periods,
        names=(*rows.names, *extra),
        **options,
    )
    if extra[0] not in model.names:
        reason = next(d.reason for d in model.dropped if d.name == extra[0])
        raise EstimationError(f"{extra[0]} cannot be estimated with common effects: {reason}")
    return model, model.names.index(extra[0])


def chow_test(rows: TwoGroups, interacted: TwoWayFE, effects: Sequence[str]) -> JointTest:
    """The classical F test that one regression with common effects serves both groups.

    Source: Chow (1960), Econometrica 28(3).
    """

    common = two_way_fe(
        rows.outcome,
        rows.regressors,
        rows.units,
        rows.periods,
        names=rows.names,
        effects=effects,
        vcov="unadjusted",
        drop_singletons=False,
    )
    df = common.df_resid - interacted.df_resid
    statistic = (common.rss - interacted.rss) / df / (interacted.rss / interacted.df_resid)
    p_value = float(f_sf(statistic, df, interacted.df_resid))
    return JointTest(float(statistic), df, float(interacted.df_resid), p_value)
