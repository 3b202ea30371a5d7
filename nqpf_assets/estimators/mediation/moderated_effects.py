"""Effects of a moderated mediation as functions of its coefficients, and the levels they are told at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.within import Floats

PRODUCT = ":by_moderator"
"""Behind the name of a variable in the term of its product with the moderator."""
INDEX = "index of moderated mediation"
DIFFERENCE = "indirect, high less low moderator"


@dataclass(frozen=True)
class Stages:
    """The terms that effects are made of.

    Attributes:
        treatment, mediator: names of x and m.
        moderates: which of ``first``, ``second`` and ``direct``.
    """

    treatment: str
    mediator: str
    moderates: frozenset[str]

    @property
    def treatment_product(self) -> str:
        return self.treatment + PRODUCT

    @property
    def mediator_product(self) -> str:
        return self.mediator + PRODUCT

    @property
    def first(self) -> tuple[str, ...]:
        """Terms of the mediator's equation: x, and xw where it is moderated."""
        return (self.treatment, self.treatment_product)[: 1 + ("first" in self.moderates)]

    @property
    def second(self) -> tuple[str, ...]:
        """Terms of the outcome's equation: m, and mw where it is moderated."""
        return (self.mediator, self.mediator_product)[: 1 + ("second" in self.moderates)]

    @property
    def direct(self) -> tuple[str, ...]:
        """Terms of the outcome's equation: x, and xw where it is moderated."""
        return (self.treatment, self.treatment_product)[: 1 + ("direct" in self.moderates)]


@dataclass(frozen=True)
class Forms:
    """Indirect effects as a'Kb and direct ones as v'c.

    Attributes:
        indirect: effect → K (…, 2, 2), of a in the mediator's and b in the outcome's equation.
        direct: effect → v (…, 2), of c in the outcome's equation.
    """

    indirect: Mapping[str, Floats]
    direct: Mapping[str, Floats]

    def of(self, a: Floats, b: Floats, c: Floats) -> dict[str, Floats]:
        """Effect → (…) its values at coefficients (…, 2)."""
        found = {
            effect: np.einsum("...i,...ij,...j->...", a, form, b)
            for effect, form in self.indirect.items()
        }
        return found | {
            effect: np.einsum("...i,...i->...", c, form) for effect, form in self.direct.items()
        }

    def gradients(self, a: Floats, b: Floats) -> dict[str, tuple[Floats, Floats, Floats]]:
        """Effect → its derivatives (2,) by a, b and c."""
        none = np.zeros(2)
        found = {effect: (form @ b, form.T @ a, none) for effect, form in self.indirect.items()}
        return found | {effect: (none, none, form) for effect, form in self.direct.items()}


def pair(params: Floats) -> Floats:
    """(…, 2) a coefficient and that of its product, which is zero where there is none."""
    gap = 2 - params.shape[-1]
    return np.concatenate([params, np.zeros((*params.shape[:-1], gap))], axis=-1)


def levels_of(moderator: Floats) -> dict[str, float]:
    """Level → its value: mean and one standard deviation (n − 1) beside it, or the two values of a dummy."""
    values = np.unique(moderator)
    if len(values) == 2:
        return {"low": float(values[0]), "high": float(values[1])}
    mean, spread = float(moderator.mean()), float(moderator.std(ddof=1))
    return {"low": mean - spread, "mean": mean, "high": mean + spread}


def forms_of(levels: Mapping[str, float | Floats], moderates: Collection[str]) -> Forms:
    """Effects at each level, what they differ by, and the index where they are a line in the moderator.

    Args:
        levels: level → its value, or (…) values.
    """
    at = {level: _line(value) for level, value in levels.items()}
    indirect = {f"indirect, {level} moderator": _square(v) for level, v in at.items()}
    indirect |= dict(_differences(at["high"], at["low"], moderates))
    direct = {"direct": np.array([1.0, 0.0])}
    if "direct" in moderates:
        direct = {f"direct, {level} moderator": v for level, v in at.items()}
    return Forms(indirect, direct)


def _differences(
    high: Floats, low: Floats, moderates: Collection[str]
) -> Iterator[tuple[str, Floats]]:
    if "second" not in moderates:
        yield INDEX, np.array([[0.0, 0.0], [1.0, 0.0]])
    if "first" not in moderates:
        yield INDEX, np.array([[0.0, 1.0], [0.0, 0.0]])
    yield DIFFERENCE, _square(high) - _square(low)


def _line(value: float | Floats) -> Floats:
    """(…, 2) one, and the value."""
    return np.stack([np.ones_like(value), np.asarray(value)], axis=-1)


def _square(v: Floats) -> Floats:
    """(…, 2, 2) products of (…, 2)."""
    return np.asarray(v[..., :, None] * v[..., None, :])
