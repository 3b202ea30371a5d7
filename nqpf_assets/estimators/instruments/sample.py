"""The estimation sample of an instrumental-variables regression, and what it refuses.

Columns have their roles here: outcome, endogenous, exogenous, instrument. An exogenous
regressor that says nothing is dropped and named; an instrument or an endogenous variable that
says nothing changes the model, and is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted, verb
from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor, independent_columns
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.observation_weights import ObservationWeights
from nqpf_assets.estimators.linear.sample import PanelSample, finite_columns, panel_sample
from nqpf_assets.estimators.linear.within import FixedEffects, Floats, fixed_effects
from nqpf_assets.estimators.linear.within_fit import panel_effects


@dataclass(frozen=True)
class IvSample:
    """Columns by role, n rows, as given and with the effects removed.

    What the effects are removed from is, with weights, multiplied by their roots: sums of products of such
    columns are the weighted ones.

    Attributes:
        panel: the rows that enter.
        fe: the effects.
        y: (n,) outcome, effects removed.
        x: (n, K1) endogenous, w: (n, K2) exogenous, z: (n, L1) instruments, effects removed.
        levels: (n, K1 + K2) regressors as given, endogenous first.
        exogenous: names of the K2 that are kept.
        dropped: the others.
    """

    panel: PanelSample
    fe: FixedEffects
    y: Floats
    x: Floats
    w: Floats
    z: Floats
    levels: Floats
    exogenous: tuple[str, ...]
    dropped: tuple[DroppedRegressor, ...]

    @property
    def copies(self) -> Floats | None:
        """(n,) how many observations each row stands for; None where each is one."""
        return None if self.panel.weights is None else self.panel.weights.copies

    @property
    def roots(self) -> Floats:
        """(n,) roots of the weights of the rows."""
        of_rows = self.panel.of_rows
        return np.ones(len(self.y)) if of_rows is None else np.sqrt(of_rows)


def iv_sample(
    outcome: ArrayLike,
    endogenous: ArrayLike,
    instruments: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    exogenous: ArrayLike | None,
    *,
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    effects: Sequence[str],
    drop_singletons: bool,
    absorbed: Sequence[Absorbed] = (),
    weights: ObservationWeights | None = None,
) -> IvSample:
    """Check, code and demean.

    Args:
        outcome: (n,).
        endogenous: (n, K1).
        instruments: (n, L1), the excluded ones.
        units, periods: (n,) labels.
        exogenous: (n, K2) or None.
        names: of endogenous, exogenous and instruments.
        effects: ``"unit"``, ``"period"``, both, or neither.
        drop_singletons: of the effects.
        absorbed: further effects, codes (n,) of the rows that are given.
        weights: of the rows; all alike where left out.
    """
    endo, exo, inst = names
    k1, k2 = len(endo), len(exo)
    panel = panel_sample(
        outcome,
        _columns(endogenous, exogenous, instruments, names),
        units,
        periods,
        names=(*endo, *exo, *inst),
        drop_singletons_of=effects if drop_singletons else (),
        further=[one.codes for one in absorbed if one.slope is None] if drop_singletons else (),
        weights=weights,
    )
    fe = panel_effects(effects, panel, absorbed)
    _require_rows(panel, fe, k2 + len(inst))
    given, within = _given_and_within(panel, fe)
    y, columns = within[:, 0], within[:, 1:]
    _refuse_absorbed(panel, fe, columns, given[:, 1:], (*endo, *exo, *inst), k1, k2)
    kept, dropped = _kept(columns, given[:, 1:], endo, exo)
    _refuse_collinear(columns, given[:, 1:], kept, (*endo, *exo, *inst), k1 + k2)
    _refuse_outcome(given, within, fe.rank, [*range(k1), *kept], inst)
    return IvSample(
        panel,
        fe,
        y,
        columns[:, :k1],
        columns[:, kept],
        columns[:, k1 + k2 :],
        panel.regressors[:, [*range(k1), *kept]],
        tuple(exo[j - k1] for j in kept),
        dropped,
    )


def _given_and_within(panel: PanelSample, fe: FixedEffects) -> tuple[Floats, Floats]:
    """(n, 1 + K) outcome and all columns, and the same without the effects; times roots of weights.

    Raises:
        EstimationError: the effects leave nothing of the outcome.
    """
    given = np.column_stack([panel.outcome, panel.regressors])
    within, weight = fe.demean(given), float(len(given))
    if panel.of_rows is not None:
        roots, weight = np.sqrt(panel.of_rows)[:, None], float(panel.of_rows.sum())
        within, given = within * roots, given * roots
    floor = weight * (8 * np.finfo(np.float64).eps * np.abs(panel.outcome).max()) ** 2
    if float(within[:, 0] @ within[:, 0]) <= floor:
        raise EstimationError("the outcome does not vary once the effects are removed")
    return given, within


def _columns(
    endogenous: ArrayLike,
    exogenous: ArrayLike | None,
    instruments: ArrayLike,
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
) -> Floats:
    """All columns side by side: endogenous, exogenous, instruments."""
    endo, exo, inst = names
    if not endo:
        raise EstimationError("there is no endogenous variable; use two_way_fe")
    if len(inst) < len(endo):
        raise EstimationError(
            f"underidentified: {counted(len(endo), 'endogenous variables')} ({', '.join(endo)}) "
            f"{verb(len(endo), 'need')} as many instruments; found {len(inst)} ({', '.join(inst) or 'none'})"
        )
    parts = [finite_columns(endogenous, endo), finite_columns(instruments, inst)]
    if exo and exogenous is None:
        raise EstimationError(f"names without columns: {', '.join(exo)}")
    if exogenous is not None:
        parts.insert(1, finite_columns(exogenous, exo))
    lengths = {len(part) for part in parts}
    if len(lengths) > 1:
        raise EstimationError(
            f"columns of different lengths: {', '.join(map(str, sorted(lengths)))}"
        )
    return np.column_stack(parts)


def _require_rows(panel: PanelSample, fe: FixedEffects, n_first: int) -> None:
    """Refuse a panel too small for its first stage of so many columns."""
    n, needed = panel.n_obs, fe.rank + n_first
    if n <= needed:
        raise EstimationError(
            f"{counted(n, 'rows')} for {counted(needed, 'first-stage parameters')}, the effects included"
        )


def _kept(
    columns: Floats, given: Floats, endo: tuple[str, ...], exo: tuple[str, ...]
) -> tuple[list[int], tuple[DroppedRegressor, ...]]:
    """Positions of the exogenous columns that say something of their own, and the others."""
    k1, k2 = len(endo), len(exo)
    order = [*range(k1, k1 + k2), *range(k1)]
    found, dropped = independent_columns(columns[:, order], given[:, order], (*exo, *endo))
    lost = [d for d in dropped if d.name in endo]
    if lost:
        raise EstimationError(f"the endogenous variable {lost[0].name} is {lost[0].reason}")
    return [k1 + j for j in found if j < k2], dropped


def _refuse_absorbed(
    panel: PanelSample,
    fe: FixedEffects,
    columns: Floats,
    given: Floats,
    names: Sequence[str],
    k1: int,
    k2: int,
) -> None:
    """Refuse an endogenous variable or instrument of which the effects leave nothing."""
    for j, name in enumerate(names):
        if k1 <= j < k1 + k2:
            continue
        column = panel.regressors[:, [j]]
        kept, _ = independent_columns(columns[:, [j]], given[:, [j]], [name])
        if kept:
            continue
        role = "endogenous variable" if j < k1 else "instrument"
        reason, offer = "does not vary once the effects are removed", ""
        if not np.ptp(column):
            reason = "does not vary"
        elif "unit" in fe.effects and _is_absorbed("unit", panel, column):
            reason = "does not vary within units, so that the unit effects absorb it"
            offer = f"; its interaction with a series that varies by period ({name} × series) may"
            offer += " serve in its place"
        elif "period" in fe.effects and _is_absorbed("period", panel, column):
            reason = "is the same for all units, so that the period effects absorb it"
            offer = f"; its interaction with a series that varies by unit ({name} × series) may"
            offer += " serve in its place"
        raise EstimationError(f"the {role} {name} {reason}{offer}")


def _is_absorbed(effect: str, panel: PanelSample, column: Floats) -> bool:
    alone = fixed_effects((effect,), panel.unit_codes, panel.period_codes)
    return not independent_columns(alone.demean(column), column, ["it"])[0]


def _refuse_collinear(
    columns: Floats, given: Floats, kept: list[int], names: Sequence[str], first: int
) -> None:
    """Refuse instruments that repeat each other or the exogenous regressors."""
    order = [*kept, *range(first, len(names))]
    _, repeated = independent_columns(columns[:, order], given[:, order], [names[j] for j in order])
    if repeated:
        listed = "; ".join(f"{d.name} is {d.reason}" for d in repeated)
        raise EstimationError(f"instruments that say nothing of their own: {listed}")


def _refuse_outcome(
    given: Floats,
    within: Floats,
    fe_rank: int,
    terms: list[int],
    instruments: Sequence[str],
) -> None:
    """Refuse instruments that give the outcome back: they are made of it, and hold its error too.

    Args:
        given: (n, 1 + K) outcome and all columns; instruments are the last.
        within: the same, effects removed.
        fe_rank: of the effects.
        terms: columns of the model; that they alone give the outcome is told elsewhere.
    """
    first = given.shape[1] - len(instruments)
    model = [1 + j for j in terms]
    if len(within) <= fe_rank + len(model) + len(instruments):
        return  # so few rows are given by any columns

    def is_given_by(columns: list[int]) -> bool:
        order = [*columns, 0]
        names = [str(j) for j in order]
        _, repeated = independent_columns(within[:, order], given[:, order], names)
        return any(one.name == "0" for one in repeated)

    if is_given_by([*model, *range(first, given.shape[1])]) and not is_given_by(model):
        raise EstimationError(
            f"{', '.join(instruments)} and the regressors give the outcome exactly: an instrument made of "
            "the outcome is no instrument"
        )
