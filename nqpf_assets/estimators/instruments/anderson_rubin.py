"""Inference on endogenous coefficients that holds however weak the instruments are.

Anderson and Rubin's test, its inversion into a confidence set, and Stock and Wright's S.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.instruments.moments import Partialled, chi2_test, f_test, quadratic
from nqpf_assets.estimators.instruments.result import ConfidenceSet, IvTest
from nqpf_assets.estimators.linear.distributions import f_ppf
from nqpf_assets.estimators.linear.orthonormal import orthonormal
from nqpf_assets.estimators.linear.several_keys import products_by_cluster
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class AndersonRubin:
    """Both forms of the test that all endogenous coefficients have given values."""

    f: IvTest
    chi2: IvTest


def anderson_rubin(model: Partialled, values: Floats) -> AndersonRubin:
    """Test that the endogenous coefficients are `values` (K1,).

    Source: Anderson and Rubin (1949), Annals of Mathematical Statistics 20(1); with robust
    covariances: Chernozhukov and Hansen (2008), Economics Letters 100(1).
    """
    raw = model.raw_wald(model.y - model.x @ values)
    numbers, l1 = model.counts, model.z.shape[1]
    return AndersonRubin(
        f_test("Anderson-Rubin F", numbers.f(raw, l1), l1, numbers.df_denominator),
        chi2_test("Anderson-Rubin chi2", numbers.chi2(raw), l1),
    )


def anderson_rubin_set(model: Partialled, level: float) -> ConfidenceSet | None:
    """All values of the one endogenous coefficient that the F test does not reject.

    With g(b) the moments at b and V(b) their covariance, both polynomials, the set is where
    crit V(b) - g(b) g(b)' is positive definite. Its bounds are the real eigenvalues of that
    quadratic matrix polynomial, so that no grid is searched.

    Args:
        model: with a single endogenous variable.
        level: confidence level.

    Returns:
        None where the covariance of the moments has no inverse, and so there is no test.
    """

    if np.isnan(model.raw_wald(model.y)):
        return None
    l1 = model.z.shape[1]
    critical = float(f_ppf(level, l1, model.counts.df_denominator))
    critical /= model.counts.f(1.0, l1)  # of the raw statistic
    # One scale for both sides of the equation, so that roots are of order one.
    y_scale, x_scale = np.linalg.norm(model.y), np.linalg.norm(model.x)
    y, x = model.y / y_scale, model.x[:, 0] / x_scale
    gy, gx = model.z.T @ y, model.z.T @ x
    terms = _covariance_terms(model, y - model.z @ gy, x - model.z @ gx)
    products = (np.outer(gy, gy), -np.outer(gy, gx) - np.outer(gx, gy), np.outer(gx, gx))
    if model.is_iid:
        # V(b) is a multiple of the identity, and g'g against it one quadratic.
        pairs = zip(terms, products, strict=True)
        roots = _real(np.roots([critical * v[0, 0] - np.trace(p) for v, p in pairs][::-1]))
    else:
        roots = _matrix_roots(*(critical * v - p for v, p in zip(terms, products, strict=True)))

    def is_inside(b: float) -> bool:
        g = gy - b * gx
        return quadratic(g, terms[0] + b * terms[1] + b**2 * terms[2]) <= critical

    pieces = _pieces(roots, is_inside)
    unit = float(y_scale / x_scale)
    scaled = tuple((low * unit, high * unit) for low, high in pieces)
    return ConfidenceSet(_kind(scaled), scaled, level)


def stock_wright(model: Partialled, included: Floats) -> IvTest:
    """Stock and Wright's S: the LM counterpart of the Anderson-Rubin test.

    Args:
        model: the partialled columns.
        included: (n, P) moments that are fitted exactly but whose covariance counts: exogenous
            regressors, and constant or period effects.

    Source: Stock and Wright (2000), Econometrica 68(5); as in Stata's ivreg2.
    """
    l1 = model.z.shape[1]
    g = model.z.T @ model.y
    if model.is_iid:
        raw = float(model.counts.n * (g @ g) / (model.y @ model.y))
        return chi2_test("Stock-Wright LM S", model.counts.chi2(raw), l1)
    basis = orthonormal(included)
    moments = np.column_stack([model.z, basis])
    covariance = model.meat(moments * model.y[:, None])
    raw = quadratic(np.append(g, np.zeros(basis.shape[1])), covariance)
    return chi2_test("Stock-Wright LM S", model.counts.chi2(raw), l1)


def _covariance_terms(model: Partialled, ry: Floats, rx: Floats) -> tuple[Floats, Floats, Floats]:
    """Coefficients of 1, b and b^2 in the covariance of the moments."""
    l1 = model.z.shape[1]
    if model.is_iid:
        one = np.eye(l1) / model.counts.n
        return one * (ry @ ry), one * (-2 * (ry @ rx)), one * (rx @ rx)
    a, b = model.z * ry[:, None], model.z * rx[:, None]
    if not model.clusters:
        both = model.products(a, b)
        return model.products(a, a), -(both + both.T), model.products(b, b)
    both = products_by_cluster(a, b, model.clusters)
    squares = [products_by_cluster(one, one, model.clusters) for one in (a, b)]
    return squares[0], -(both + both.T), squares[1]


def _matrix_roots(constant: Floats, linear: Floats, square: Floats) -> Floats:
    """Real b for which constant + b linear + b^2 square is singular."""
    from scipy.linalg import eig

    size = len(constant)
    zero, one = np.zeros((size, size)), np.eye(size)
    left = np.block([[zero, one], [-constant, -linear]])
    right = np.block([[one, zero], [zero, square]])
    return _real(eig(left, right, right=False))


def _real(roots: NDArray[Any]) -> Floats:
    """Finite real roots in order; a double root may have a little imaginary rest."""
    finite = roots[np.isfinite(roots)]
    real = finite[np.abs(finite.imag) <= 1e-7 * (1 + np.abs(finite))].real
    return np.sort(real)


def _pieces(roots: Floats, is_inside: Callable[[float], bool]) -> list[tuple[float, float]]:
    """Intervals between roots in which the test does not reject; neighbours are joined."""
    edges = [-np.inf, *roots.tolist(), np.inf]
    pieces: list[tuple[float, float]] = []
    for low, high in pairwise(edges):
        if np.isinf(low) and np.isinf(high):
            inside = 0.0
        elif np.isinf(low):
            inside = high - 1 - abs(high)
        elif np.isinf(high):
            inside = low + 1 + abs(low)
        else:
            inside = (low + high) / 2
        if not is_inside(inside):
            continue
        if pieces and pieces[-1][1] == low:
            pieces[-1] = (pieces[-1][0], high)
        else:
            pieces.append((low, high))
    return pieces


def _kind(pieces: tuple[tuple[float, float], ...]) -> str:
    if not pieces:
        return "empty"
    open_ends = np.isinf(pieces[0][0]), np.isinf(pieces[-1][1])
    if len(pieces) == 1:
        return "line" if all(open_ends) else "union" if any(open_ends) else "interval"
    return "rays" if len(pieces) == 2 and all(open_ends) else "union"
