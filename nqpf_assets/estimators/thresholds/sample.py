"""The sample of a threshold regression, in the order of the threshold variable.

Here arrays become checked columns and a `ThresholdDesign`; nothing of the outcome is used but
that it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor, independent_columns
from nqpf_assets.estimators.linear.demeaned_periods import estimated_rows
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.orthonormal import orthonormal
from nqpf_assets.estimators.linear.sample import finite_columns, panel_sample
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats, fixed_effects
from nqpf_assets.estimators.thresholds.candidates import threshold_candidates
from nqpf_assets.estimators.thresholds.options import ThresholdSearch
from nqpf_assets.estimators.thresholds.search import ThresholdDesign, threshold_design


@dataclass(frozen=True)
class ThresholdSample:
    """n rows sorted by threshold variable, unit and period, whatever the order of the input.

    Attributes:
        outcome, threshold: (n,).
        unit_codes, period_codes: (n,).
        design: what the search needs.
        columns: all rows of the input: constant regressors, then regime-dependent ones.
        columns_threshold: all rows of the input: the threshold variable.
        is_in_sample: (rows of the input,).
        kept: positions of the constant regressors that are neither absorbed nor collinear.
        dropped: those that are.
        effects: all effects of the model.
    """

    outcome: Floats
    threshold: Floats
    unit_codes: Codes
    period_codes: Codes
    design: ThresholdDesign
    columns: Floats
    columns_threshold: Floats
    is_in_sample: NDArray[np.bool_]
    kept: tuple[int, ...]
    dropped: tuple[DroppedRegressor, ...]
    effects: FixedEffects


@dataclass(frozen=True)
class ThresholdData:
    """The arrays of a threshold regression, as given; explained in `panel_threshold`."""

    outcome: ArrayLike
    regressors: ArrayLike
    regime_regressors: ArrayLike
    threshold_variable: ArrayLike
    units: ArrayLike
    periods: ArrayLike
    names: Sequence[str]
    regime_names: Sequence[str]
    threshold_name: str

    def columns(self) -> tuple[Floats, Floats]:
        """(n, K + k) constant regressors, then regime-dependent ones; (n,) the threshold variable.

        Raises:
            EstimationError: they are no finite numbers, or of different lengths.
        """
        if not self.regime_names:
            raise EstimationError("no regressor changes between regimes")
        names = self.names
        constant = finite_columns(self.regressors, names) if len(names) else None
        changing = finite_columns(self.regime_regressors, self.regime_names)
        given = np.asarray(self.threshold_variable).reshape(-1, 1)
        title = f"the threshold variable {self.threshold_name}"
        threshold = finite_columns(given, [title], len(changing))[:, 0]
        if constant is None:
            return changing, threshold
        if len(constant) != len(changing):
            raise EstimationError(
                f"{', '.join(names)}: {counted(len(constant), 'rows')} where {len(changing)} were expected"
            )
        return np.column_stack([constant, changing]), threshold


def threshold_sample(
    data: ThresholdData,
    search: ThresholdSearch,
    effects: Sequence[str],
    *,
    regime_intercept: bool,
    drop_singletons: bool,
    demeaned_periods: str,
) -> ThresholdSample:
    """Check, sort, and prepare; arguments as in `panel_threshold`."""
    columns, threshold = data.columns()
    names, regime_names = data.names, data.regime_names
    panel = panel_sample(
        data.outcome,
        columns,
        data.units,
        data.periods,
        names=[*names, *regime_names],
        drop_singletons_of=effects if drop_singletons else (),
    )
    q = threshold[panel.is_in_sample]
    _refuse_outcome(q, panel.outcome, data.threshold_name)
    order = np.lexsort((panel.period_codes, panel.unit_codes, q))
    unit, period, x = panel.unit_codes[order], panel.period_codes[order], panel.regressors[order]
    candidates = threshold_candidates(
        q[order],
        trim=min(search.shares),
        grid=search.grid,
        grid_of=search.grid_of,
        name=data.threshold_name,
    )
    fe, by_unit = fixed_effects(effects, unit, period), fixed_effects(("unit",), unit, period)
    if fe.n_units < 2 or fe.n_periods < 2:
        raise EstimationError(
            f"a panel needs two units and two periods; found {fe.n_units} and {fe.n_periods}"
        )
    estimated = estimated_rows(demeaned_periods, panel)
    if estimated is not None:
        estimated = estimated[order]
    basis, kept, dropped = _basis(x, fe, estimated, names, regime_names)
    regime = x[:, len(names) :]
    if regime_intercept:
        # Levels shift into the intercepts; centred columns keep the products well conditioned.
        regime = np.column_stack([np.ones(len(x)), regime - regime.mean(axis=0)])
    return ThresholdSample(
        outcome=panel.outcome[order],
        threshold=q[order],
        unit_codes=unit,
        period_codes=period,
        design=threshold_design(candidates, regime, basis, by_unit, estimated),
        columns=columns,
        columns_threshold=threshold,
        is_in_sample=panel.is_in_sample,
        kept=kept,
        dropped=dropped,
        effects=fe,
    )


def _refuse_outcome(q: Floats, outcome: Floats, name: str) -> None:
    """Refuse a threshold variable that is the outcome, but for its scale: regimes sort the errors then."""
    both = np.column_stack([q, outcome])
    _, dropped = independent_columns(both - both.mean(axis=0), both, [name, "the outcome"])
    if any(one.reason == f"collinear with {name}" for one in dropped):
        raise EstimationError(f"the threshold variable {name} is the outcome, but for its scale")


def _basis(
    x: Floats,
    fe: FixedEffects,
    estimated: Floats | None,
    names: Sequence[str],
    regime_names: Sequence[str],
) -> tuple[Floats, tuple[int, ...], tuple[DroppedRegressor, ...]]:
    """Orthonormal columns of what all regimes share, the constant regressors kept, those dropped.

    Args:
        x: (n, K + k) constant regressors, then regime-dependent ones.
        fe: all effects of the model.
        estimated: (n,) 1 for the rows that least squares is taken over; None for all.
    """
    # Regime regressors first: of a collinear pair the other one goes.
    k = len(regime_names)
    turned = [*range(len(names), len(names) + k), *range(len(names))]
    within = fe.demean(x[:, turned])
    if estimated is not None:
        within *= estimated[:, None]
    kept, dropped = independent_columns(within, x[:, turned], [*regime_names, *names])
    if lost := [d for d in dropped if d.name in regime_names]:
        reasons = "; ".join(f"{d.name}: {d.reason}" for d in lost)
        raise EstimationError(f"no coefficient for each regime can be estimated ({reasons})")
    held = within[:, kept]
    if "period" in fe.effects:
        held = np.column_stack([fe.carried_dummies(), held])
    basis = orthonormal(held)
    return basis, tuple(sorted(turned[j] for j in kept[k:])), dropped
