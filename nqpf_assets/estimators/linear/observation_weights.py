"""How much each observation counts: weights of a regression, and what they do to its sizes.

Three kinds, which give the same coefficients and differ in what is known of the errors:

- ``"analytic"``: a row is a mean over so many, its variance σ²/w (Stata's `aweight`, R's `lm(weights=)`).
- ``"frequency"``: a row stands for w rows that are alike (`fweight`); n is the sum of the weights.
- ``"population"``: a row stands for w members of a population, it was drawn with probability 1/w (`pweight`).

Weights of the first and third kind are brought to a mean of one, as Stata does: only what they are to each
other matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.covariance_kinds import KINDS
from nqpf_assets.estimators.linear.errors import EstimationError

Kind = Literal["analytic", "frequency", "population"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ObservationWeights:
    """Positive weights of n rows.

    Attributes:
        values: (n,); kind: what they say of the rows.
    """

    values: Floats
    kind: Kind = "analytic"

    @property
    def copies(self) -> Floats | None:
        """(n,) how many rows each stands for, where it stands for several."""
        return self.values if self.kind == "frequency" else None

    @property
    def n_obs(self) -> int:
        """Observations: rows, or the rows that they stand for."""
        return round(float(self.values.sum())) if self.kind == "frequency" else len(self.values)

    def of_rows(self, keep: NDArray[np.bool_]) -> ObservationWeights:
        """The same of some rows; with a mean of one, unless they count rows."""
        values = self.values[keep]
        if self.kind != "frequency":
            values = values / values.mean()
        return ObservationWeights(values, self.kind)


def weights_of(values: ArrayLike | None, kind: Kind, n_rows: int) -> ObservationWeights | None:
    """Checked weights of n rows; None where none are given.

    Raises:
        EstimationError: a weight is missing, zero or negative, or no whole number where it counts rows.
    """
    if kind not in get_args(Kind):
        raise EstimationError(f"weights are {', '.join(get_args(Kind))}; found {kind!r}")
    if values is None:
        if kind != "analytic":
            raise EstimationError(f"{kind} weights are asked for, and none are given")
        return None
    given = np.asarray(values, dtype=np.float64)
    if given.shape != (n_rows,):
        raise EstimationError(f"weights of shape {given.shape} where ({n_rows},) was expected")
    _refuse(~np.isfinite(given), "missing or infinite")
    _refuse(given <= 0, "zero or negative: a row with weight zero is no observation")
    if kind == "frequency":
        _refuse(given != np.round(given), "no whole number, and cannot count rows")
    return ObservationWeights(given, kind)


def require_weighable(vcov: str, kind: Kind, *, is_drawn: bool = False) -> None:
    """Refuse errors that say nothing of rows of different weights.

    Raises:
        EstimationError: of which errors the weights can be used with.
    """
    unsuited: tuple[str, ...] = ("unadjusted",) if kind == "population" else ()
    if kind == "frequency":
        unsuited = ("driscoll_kraay", "newey_west")  # copies of a row have no order in time
    # Corrections that are part of a covariance, and draws, are for rows that weigh alike.
    if is_drawn or KINDS[vcov].has_own_correction or vcov in unsuited:
        name = "a wild bootstrap" if is_drawn else f"vcov {vcov!r}"
        raise EstimationError(f"{name} does not go with {kind} weights")


def _refuse(is_wrong: NDArray[Any], what: str) -> None:
    if n_wrong := int(np.count_nonzero(is_wrong)):
        raise EstimationError(f"the weight of {counted(n_wrong, 'rows')} is {what}")
