"""Effects as a column writes them: units, periods, groupings, their products, and trends.

``areas * period`` has a level for each area in each year, ``unit * trend`` a line in time for each unit.
Which groupings there are, the study says; how effects are taken out, `estimators.linear.absorbed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

OWN = ("unit", "period")
"""Effects that every panel has, and that every estimator with effects may take."""
TREND = "trend"
"""The factor that makes a slope in time of a product."""


@dataclass(frozen=True)
class Effect:
    """One entry of `effects`.

    Attributes:
        name: as it is reported, factors in the order in which they are written.
        factors: ``unit``, ``period`` or groupings whose levels are crossed.
        is_trend: whether each level has a slope in time in place of a level of its own.
    """

    name: str
    factors: tuple[str, ...]
    is_trend: bool

    @property
    def is_own(self) -> bool:
        """Whether it is the effect of units or that of periods."""
        return self.name in OWN


def effect_of(written: str) -> Effect:
    """The effect of one entry."""
    parts = [part.strip() for part in written.split("*")]
    factors = tuple(part for part in parts if part != TREND)
    return Effect(" * ".join(parts), factors, len(factors) < len(parts))


def _canonical(written: str) -> str:
    """One entry with single blanks around its stars.

    Raises:
        ValueError: a factor is missing or stands twice, or there is nothing but a trend.
    """
    effect = effect_of(written)
    parts = effect.name.split(" * ")
    if not all(parts) or len(set(parts)) < len(parts) or not effect.factors:
        raise ValueError(
            "write unit, period, a grouping, or a product of different ones: areas * period"
        )
    return effect.name


EffectName = Annotated[str, AfterValidator(_canonical)]
"""An entry of `effects`."""


def own_effects(effects: Iterable[str]) -> tuple[str, ...]:
    """Those of units and periods."""
    return tuple(one for one in effects if one in OWN)


def further_effects(effects: Iterable[str]) -> tuple[Effect, ...]:
    """The others."""
    return tuple(effect_of(one) for one in effects if one not in OWN)


def factors_of(effects: Iterable[str]) -> tuple[str, ...]:
    """Groupings that effects are made of, each once."""
    named = (factor for one in further_effects(effects) for factor in one.factors)
    return tuple(dict.fromkeys(factor for factor in named if factor not in OWN))
