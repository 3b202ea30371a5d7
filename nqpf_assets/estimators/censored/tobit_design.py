"""A Tobit's numbers brought to one scale, and brought back.

Outcome and limits are centred and divided by the outcome's spread, regressors centred within
the groups of the intercepts and divided by their own spread. The maximum is the same, and
Newton's method meets numbers near one whatever the units of measurement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.censored.tobit_rows import Rows
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor, independent_columns
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import (
    Codes,
    FixedEffects,
    Floats,
    fixed_effects,
    group_sums,
)


@dataclass(frozen=True)
class Design:
    """The scaled problem: K regressors, then D period dummies, and one intercept per group.

    Attributes:
        rows: scaled outcome.
        x: (n, K + D) scaled columns, each with mean zero within every group.
        groups: (n,) codes of the intercepts: units, or all rows alike.
        kept: (K,) positions of the regressors among those given; `dropped` are the others.
        raw: (n, K) regressors as given.
        center, spread: of the outcome.
        lengths: (K + D,) by which the columns were divided.
        lower, upper: scaled limits.
    """

    rows: Rows
    x: Floats
    groups: Codes
    kept: tuple[int, ...]
    dropped: tuple[DroppedRegressor, ...]
    raw: Floats
    center: float
    spread: float
    lengths: Floats
    lower: float
    upper: float

    @property
    def n_regressors(self) -> int:
        """K."""
        return len(self.kept)


def scaled_design(
    panel: PanelSample,
    rows: Rows,
    names: Sequence[str],
    effects: FixedEffects,
    limits: tuple[float, float],
) -> Design:
    """Choose independent columns and bring them to one scale.

    Args:
        panel: the sample.
        rows: its outcome with censoring.
        names: of the regressors.
        effects: unit effects become groups, period effects become columns.
        limits: lower and upper.
    """
    demeaned = effects.demean(panel.regressors)
    kept, dropped = independent_columns(demeaned, panel.regressors, names)
    if not kept:
        reasons = "; ".join(f"{d.name}: {d.reason}" for d in dropped)
        raise EstimationError(f"no regressor is left ({reasons})")
    has_units = "unit" in effects.effects
    groups = effects.unit_codes if has_units else np.zeros_like(effects.unit_codes)
    columns = panel.regressors[:, kept]
    if "period" in effects.effects:
        columns = np.column_stack([columns, _period_dummies(effects, has_units)])
    means = group_sums(columns, groups, int(groups.max()) + 1) / np.bincount(groups)[:, None]
    centred = columns - means[groups]
    # Once more, against what rounding leaves of large levels.
    means = group_sums(centred, groups, int(groups.max()) + 1) / np.bincount(groups)[:, None]
    centred = centred - means[groups]
    lengths = np.sqrt((centred**2).mean(axis=0))
    center, spread = float(rows.point.mean()), float(rows.point.std())
    # Digits of an outcome that hardly varies around a large level are spent on the level.
    if spread <= 8 * np.finfo(np.float64).eps * float(np.abs(rows.point).max()):
        raise EstimationError("the outcome does not vary")
    lower, upper = ((limit - center) / spread for limit in limits)
    return Design(
        rows=Rows((rows.point - center) / spread, rows.side),
        x=centred / lengths,
        groups=groups,
        kept=tuple(kept),
        dropped=dropped,
        raw=panel.regressors[:, kept],
        center=center,
        spread=spread,
        lengths=lengths,
        lower=lower,
        upper=upper,
    )


def _period_dummies(effects: FixedEffects, has_units: bool) -> Floats:
    """Dummies of the periods that are identified beside the intercepts."""
    dummies = (effects.period_codes[:, None] == np.arange(1, effects.n_periods)).astype(np.float64)
    around = fixed_effects(("unit",) if has_units else (), effects.unit_codes, effects.period_codes)
    labels = [f"period {k}" for k in range(1, effects.n_periods)]
    kept, _ = independent_columns(around.demean(dummies), dummies, labels)
    return np.asarray(dummies[:, kept], dtype=np.float64)
