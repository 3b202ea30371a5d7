"""What any column must tell to be followed to its cells: its numbers, and how they move with its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.number import Number

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


class Moving(Protocol):
    """The K numbers of a column, over the rows of its design.

    Attributes:
        numbers: which.
        estimates: (K,).
        variables: names of the columns of the design that they are computed from.
        is_in_sample: (rows,) which of them are estimated.
        why_no_rows: why `without` tells nothing; empty where it does.
    """

    @property
    def numbers(self) -> tuple[Number, ...]: ...
    @property
    def estimates(self) -> Floats: ...
    @property
    def variables(self) -> tuple[str, ...]: ...
    @property
    def is_in_sample(self) -> NDArray[np.bool_]: ...
    @property
    def why_no_rows(self) -> str: ...

    def derivatives(self, number: int) -> Mapping[str, Floats]:
        """Variable → (rows,) change of a number per change of each of its entries."""
        ...

    def without(self, codes: Codes) -> Floats:
        """(G, K) the numbers without the rows of each group; NaN where the others identify none.

        Args:
            codes: (rows in the sample,) groups from 0.
        """
        ...
