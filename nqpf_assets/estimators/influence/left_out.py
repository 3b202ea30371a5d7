"""Coefficients without some of the rows: without a unit, a period, or an observation.

To leave rows S out is to give each a dummy of its own. What these dummies take from the cross products of
the columns V, effects removed, is V_S' M⁻ V_S, with M the rows and columns S of the matrix that removes the
effects; the coefficients follow from what is left. Exact, whether the panel is balanced or not.
With weights, columns and dummies are multiplied by their roots.
Sources: Belsley, Kuh and Welsch (1980), Regression Diagnostics, ch. 2; Cook and Weisberg (1982).
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.influence.linear_model import LinearModel
from nqpf_assets.estimators.influence.removed_effects import basis_of, of_units, remover
from nqpf_assets.estimators.linear.absorbed import ManyEffects, many_effects
from nqpf_assets.estimators.linear.within import EFFECTS, Codes, Floats, fixed_effects

LARGEST_BLOCK = 200
"""Rows left out at once up to which their matrix is inverted; more are demeaned anew without them."""
SINGULAR = 1e-10
"""Eigenvalues of M below which are zero: M has eigenvalues from 0 to 1, and zeros where a level of an
effect goes with the rows."""
LEAST = 1e-12
"""Eigenvalue of cross products of columns of length one from which coefficients can be told."""
AT_ONCE = 2_000
"""Groups or rows whose cross products are held at once."""


def without_groups(model: LinearModel, codes: Codes) -> Floats:
    """(G, K) coefficients without the rows of each group; NaN where the rest does not identify them.

    Args:
        codes: (n,) groups from 0.
    """
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max() + 2))
    sizes = np.diff(starts)
    columns = _columns(model)
    whole = columns.T @ columns
    basis = basis_of(model.fe)
    left = np.empty((len(sizes), *whole.shape))
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        for begin in range(0, len(alike), AT_ONCE):
            groups = alike[begin : begin + AT_ONCE]
            rows = order[starts[groups][:, None] + np.arange(size)]
            if size > LARGEST_BLOCK:
                left[groups] = [_anew(model, one) for one in rows]
                continue
            part = columns[rows]
            taken = part.transpose(0, 2, 1) @ _inverse(remover(model.fe, basis, rows)) @ part
            left[groups] = whole - taken
    return _coefficients(left, whole, model)


def without_rows(model: LinearModel) -> Floats:
    """(n, K) coefficients without each single row; NaN where the rest does not identify them."""
    fe = model.fe
    kept = 1 - (basis_of(fe) ** 2).sum(axis=1)
    if "unit" in fe.effects:
        kept -= of_units(fe) ** 2
    # A row that is alone in a level of an effect takes nothing with it.
    is_alone = kept <= SINGULAR
    if not model.endogenous.shape[1]:
        x = model.exogenous
        slopes = x @ model.bread
        rest = kept - (slopes * x).sum(axis=1)
        is_needed = ~is_alone & (rest <= SINGULAR)
        by = np.divide(model.residuals, rest, out=np.zeros_like(rest), where=rest > SINGULAR)
        found = model.params - slopes * by[:, None]
        found[is_alone], found[is_needed] = model.params, np.nan
        return np.asarray(found)
    columns = _columns(model)
    whole = columns.T @ columns
    scaled = np.divide(1, kept, out=np.zeros_like(kept), where=~is_alone)
    parts = [
        _coefficients(whole - part[:, :, None] * part[:, None] * by[:, None, None], whole, model)
        for part, by in (
            (columns[begin : begin + AT_ONCE], scaled[begin : begin + AT_ONCE])
            for begin in range(0, len(columns), AT_ONCE)
        )
    ]
    return np.concatenate(parts)


def _columns(model: LinearModel) -> Floats:
    """(n, 1 + K + L1) outcome, regressors, instruments, effects removed."""
    return np.column_stack([model.y, model.regressors, model.instruments])


def _inverse(symmetric: Floats) -> Floats:
    """Of (G, s, s) matrices, without the directions in which they are zero."""
    values, vectors = np.linalg.eigh(symmetric)
    inverse = np.divide(1, values, out=np.zeros_like(values), where=values > SINGULAR)
    return np.asarray((vectors * inverse[:, None, :]) @ vectors.transpose(0, 2, 1))


def _anew(model: LinearModel, rows: Codes) -> Floats:
    """Cross products of what is left, the effects removed without the rows."""
    left = np.ones(len(model.y), dtype=np.bool_)
    left[rows] = False
    columns = _columns(model)
    if not left.any():
        # The only year of a cross-section, say: nothing is left that would identify a coefficient.
        return np.zeros((columns.shape[1], columns.shape[1]))
    units, periods = (
        np.unique(one[left], return_inverse=True)[1]
        for one in (model.unit_codes, model.period_codes)
    )
    fe, columns = model.fe, columns[left]
    weights = None if fe.weights is None else fe.weights[left]
    roots = 1.0 if weights is None else np.sqrt(weights)[:, None]
    own = fixed_effects([one for one in fe.effects if one in EFFECTS], units, periods, weights)
    further = fe.further if isinstance(fe, ManyEffects) else ()
    again = many_effects(own, [one.of_rows(left) for one in further])
    columns = again.demean(columns / roots) * roots
    return np.asarray(columns.T @ columns)


def _coefficients(products: Floats, whole: Floats, model: LinearModel) -> Floats:
    """(G, K) coefficients from (G, m, m) cross products of outcome, regressors and instruments."""
    k1, k = model.endogenous.shape[1], len(model.terms)
    scale = np.sqrt(np.maximum(np.diag(whole), np.finfo(np.float64).tiny))
    p = products / np.outer(scale, scale)
    terms = np.arange(1, 1 + k)
    first = np.array([*range(1 + k, len(whole)), *range(1 + k1, 1 + k)]) if k1 else terms
    found = np.full((len(p), k), np.nan)
    gram, to_terms = p[:, first[:, None], first], p[:, first[:, None], terms]
    sound = np.linalg.eigvalsh(gram)[:, 0] > LEAST
    right = np.concatenate([to_terms, p[:, first, :1]], axis=2)[sound]
    explained = np.linalg.solve(gram[sound], right)
    normal = to_terms[sound].transpose(0, 2, 1) @ explained
    identified = np.linalg.eigvalsh(normal[:, :, :k])[:, 0] > LEAST
    solved = np.linalg.solve(normal[identified][:, :, :k], normal[identified][:, :, k:])[:, :, 0]
    found[np.flatnonzero(sound)[identified]] = solved * scale[0] / scale[terms]
    return found
