"""How many parameters the corrections of clustered errors for small samples count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nqpf_assets.estimators.linear.absorbed import ManyEffects
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, is_nested


class Effects(Protocol):
    """Effects of units and periods, by their numbers."""

    @property
    def effects(self) -> tuple[str, ...]: ...
    @property
    def rank(self) -> int: ...
    @property
    def n_units(self) -> int: ...
    @property
    def n_periods(self) -> int: ...
    @property
    def n_components(self) -> int: ...


def counted_parameters(n_regressors: int, fe: FixedEffects, clusters: Sequence[Codes]) -> int:
    """k of the clustered factor: effects nested in a cluster key are not counted, as in Stata.

    With unit effects nested: regressors + period effects + constant; with all effects nested:
    regressors + constant.
    """
    if isinstance(fe, ManyEffects):
        nested = fe.rank_of_nested(clusters)
        return n_regressors + fe.rank - nested + (nested > 0)
    codes = {"unit": fe.unit_codes, "period": fe.period_codes}
    free = [e for e in fe.effects if not any(is_nested(codes[e], c) for c in clusters)]
    return counted_besides(n_regressors, fe, free)


def counted_besides(n_regressors: int, fe: Effects, free: Sequence[str]) -> int:
    """The same, of effects of which it is known which are in no cluster key."""
    if len(free) == len(fe.effects):
        return n_regressors + fe.rank
    if not free:
        return n_regressors + 1
    levels = fe.n_units if [*free] == ["unit"] else fe.n_periods
    return n_regressors + levels - fe.n_components + 1
