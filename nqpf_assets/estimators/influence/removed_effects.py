"""The matrix that removes effects from a model's columns, in parts: what it leaves of some of the rows.

It is I less what unit means take, less Q Q' of a few orthonormal columns Q. With weights it acts on columns
that are multiplied by their roots.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.linear.absorbed import ManyEffects
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats


def basis_of(fe: FixedEffects) -> Floats:
    """(n, m) orthonormal columns of the effects that unit means do not span."""
    n = len(fe.unit_codes)
    roots = np.ones(n) if fe.weights is None else np.sqrt(fe.weights)
    if isinstance(fe, ManyEffects):
        return fe.beside_units()
    if "unit" in fe.effects:
        if "period" not in fe.effects:
            return np.empty((n, 0))
        return np.asarray(np.linalg.qr(roots[:, None] * fe.carried_dummies())[0])
    levels = fe.period_codes if fe.effects == ("period",) else np.zeros(n, dtype=np.intp)
    dummies = roots[:, None] * (levels[:, None] == np.arange(levels.max() + 1))
    return np.asarray(dummies / np.linalg.norm(dummies, axis=0))


def of_units(fe: FixedEffects) -> Floats:
    """(n,) entry of each row in the column of length one that is its unit's dummy."""
    of_rows = np.ones(len(fe.unit_codes)) if fe.weights is None else fe.weights
    return np.asarray(np.sqrt(of_rows / np.bincount(fe.unit_codes, of_rows)[fe.unit_codes]))


def remover(fe: FixedEffects, basis: Floats, rows: Codes) -> Floats:
    """(G, s, s) of each of the (G, s) rows, its rows and columns of the matrix that removes the effects."""
    part = basis[rows]
    found = np.eye(rows.shape[1]) - part @ part.transpose(0, 2, 1)
    if "unit" in fe.effects:
        units, own = fe.unit_codes[rows], of_units(fe)[rows]
        is_same = units[:, :, None] == units[:, None, :]
        found -= is_same * (own[:, :, None] * own[:, None, :])
    return np.asarray(found)
