"""Numbers of a column that follow from one linear model, or from some over the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.linear_model import LinearModel
from nqpf_assets.estimators.influence.moments import Moments
from nqpf_assets.estimators.influence.moving import Codes, Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.influence.spread import Spread

ANYWHERE = 1e-30
"""A step into the complex numbers, where the derivative of a sum or product is exact."""


@dataclass(frozen=True)
class LinearColumn:
    """K numbers that are computed from moments of linear models.

    Attributes:
        numbers: which.
        parts: the models, and means that numbers are told at.
        compute: from an array (…, moments) for each part to (…, numbers), in sums, products and quotients.
        is_in_sample: (rows,) which rows of the design are in any of the models.
        why_no_rows: why nothing is told of what leaving out rows does.
    """

    numbers: tuple[Number, ...]
    parts: tuple[Moments | Spread, ...]
    compute: Callable[[Sequence[Any]], Any]
    is_in_sample: NDArray[np.bool_]
    why_no_rows: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for part in self.parts for name, _ in part.columns))

    @cached_property
    def estimates(self) -> Floats:
        return np.asarray(self.compute([part.values for part in self.parts]))

    def derivatives(self, number: int) -> Mapping[str, Floats]:
        told = {name: np.zeros(len(self.is_in_sample)) for name in self.variables}
        for part, weights in zip(self.parts, self._weights, strict=True):
            found = part.derivatives(weights[number], len(self.is_in_sample))
            for name, changes in found.items():
                told[name] += changes
        return told

    def without(self, codes: Codes) -> Floats:
        place = np.full(len(self.is_in_sample), -1)
        place[self.is_in_sample] = codes
        n_groups = int(codes.max()) + 1
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(
                self.compute(
                    [part.without(place[part.rows], n_groups, len(codes)) for part in self.parts]
                )
            )

    @cached_property
    def _weights(self) -> list[Floats]:
        """Of each part (numbers, moments) how the numbers move with its moments."""
        values = [part.values.astype(np.complex128) for part in self.parts]
        found = []
        for part, own in enumerate(values):
            turned = own + ANYWHERE * 1j * np.eye(len(own))
            moved = [turned if place == part else one for place, one in enumerate(values)]
            shapes = [(len(own), one.shape[-1]) for one in moved]
            numbers = self.compute(
                [np.broadcast_to(one, shape) for one, shape in zip(moved, shapes, strict=True)]
            )
            found.append(np.asarray(numbers).imag.T / ANYWHERE)
        return found


def own_columns(model: LinearModel) -> tuple[tuple[str, Floats | None], ...]:
    """The model's variables where they are the design's."""
    return tuple((name, None) for name in model.variables)


def of_one_model(
    model: LinearModel,
    columns: tuple[tuple[str, Floats | None], ...] | None = None,
    *,
    is_standardized: bool = False,
    why_no_rows: str = "",
) -> LinearColumn:
    """The coefficients of a model and its constant; or the former in standard deviations."""
    k = len(model.terms)
    part = Moments(model, np.flatnonzero(model.is_in_sample), columns or own_columns(model))

    def plain(moments: Sequence[Any]) -> Any:
        one = moments[0]
        return np.concatenate([one[..., 1 : 1 + k], one[..., :1]], axis=-1)

    def standardized(moments: Sequence[Any]) -> Any:
        one = moments[0]
        return one[..., 1 : 1 + k] * one[..., 2 + k :] / one[..., 1 + k : 2 + k]

    terms = tuple(Number(term) for term in model.terms)
    if is_standardized:
        return LinearColumn(terms, (part,), standardized, model.is_in_sample, why_no_rows)
    numbers = (*terms, Number("constant"))
    return LinearColumn(numbers, (part,), plain, model.is_in_sample, why_no_rows)
