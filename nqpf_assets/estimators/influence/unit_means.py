"""Unit means of regressors that stand beside these: what moves with them is handed back to the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nqpf_assets.estimators.influence.moving import Codes, Floats
from nqpf_assets.estimators.linear.random_effects import MEAN


def of_regressors(
    by_columns: Floats, labels: Sequence[str], names: Sequence[str], unit_codes: Codes
) -> Floats:
    """(n, K) change per entry of the regressors, of changes by regressors, unit means and dummies.

    Args:
        by_columns: (n, P) of all columns, the K regressors first; labels: theirs.
        names: of the regressors.
    """
    found = by_columns[:, : len(names)].copy()
    for place, label in enumerate(labels):
        base = label.removesuffix(MEAN)
        if base != label and base in names:
            found[:, list(names).index(base)] += handed_back(by_columns[:, place], unit_codes)
    return found


def handed_back(changes: Floats, unit_codes: Codes) -> Floats:
    """(n,) per entry, of changes per entry of rows that hold their unit's mean."""
    of_units = np.bincount(unit_codes, changes) / np.bincount(unit_codes)
    return np.asarray(of_units[unit_codes])
