"""Clusters and blocks that must hold units whole: of what takes all rows of a unit together.

A model with effects that units draw, a mean of a unit, and units that are drawn know no part of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Codes


def require_whole_units(
    unit_codes: Codes,
    unit_labels: Sequence[Any],
    keys: Sequence[Codes],
    what: str,
    remedy: str = "cluster by what stays the same in all years of a unit",
) -> None:
    """Refuse a key by which rows of a unit lie in several clusters.

    Args:
        unit_codes: (n,) positions in `unit_labels`.
        keys: (n,) codes of the clusters, of each key.
        what: for the message, ``clusters of random effects``.

    Raises:
        EstimationError: with the first such unit by its label, and how many there are.
    """
    for key in keys:
        one_of_each = np.empty(len(unit_labels), dtype=key.dtype)
        one_of_each[unit_codes] = key
        divided = np.unique(unit_codes[one_of_each[unit_codes] != key])
        if divided.size:
            unit = unit_labels[int(divided[0])]
            raise EstimationError(
                f"{what} must not divide units: rows of {unit} lie in several "
                f"({counted(divided.size, 'such units')})",
                units=[unit],
                remedy=remedy,
            )
