"""Principal components of standardised indicators, and the index made from them.

Here are the components, how many are kept, and the composite score. Whether the indicators
are fit for it is measured in `sampling_adequacy`; conventions in docs/methods/indices.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.indices.errors import IndicatorError, counted
from nqpf_assets.indices.indicators import check_directions, check_indicators, require_variation
from nqpf_assets.indices.sampling_adequacy import SamplingAdequacy, sampling_adequacy

Floats = NDArray[np.float64]

# Rounding leaves the smallest eigenvalue of an exactly singular matrix at about J * 1e-16.
SMALLEST_EIGENVALUE = 1e-10
# Loadings, or sums of them, that differ by less do so by rounding.
TIE = 1e-9
# Share of the loadings on one side below which an indicator with less than a third of them decides.
CONTESTED = 0.65
# Share of the greatest loading from which one counts as great.
GREAT = 0.75


@dataclass(frozen=True)
class PrincipalComponents:
    """Components of J indicators over n observations, k of them kept.

    Attributes:
        names: the J indicators.
        means, std_devs: (J,) of the indicators as given; ddof = 1.
        correlation: (J, J).
        eigenvalues: (J,) from the largest; they add up to J.
        shares: (J,) of the variance.
        loadings: (J, J) unit eigenvectors, one component per column.
        n_components: k, how many are kept.
        component_scores: (n, k), with the variance that `component_scale` asks for.
        component_weights: (k,) eigenvalues over the sum of those kept.
        scores: (n,) the index: component scores times component weights.
        weights: (J,) of the z-scores in the index, each turned into its direction.
        agreement: share of the first component's loadings that have its sign, by absolute value; near
            one half a minor indicator decides which way the index points.
        adequacy: Kaiser-Meyer-Olkin and Bartlett.
    """

    names: tuple[str, ...]
    means: Floats
    std_devs: Floats
    correlation: Floats
    eigenvalues: Floats
    shares: Floats
    loadings: Floats
    n_components: int
    component_scores: Floats
    component_weights: Floats
    scores: Floats
    weights: Floats
    agreement: float
    adequacy: SamplingAdequacy


def principal_components(
    values: ArrayLike,
    *,
    names: Sequence[str],
    directions: Sequence[int] | None = None,
    retention: Literal["kaiser"] | float = "kaiser",
    sign: Literal["sum", "largest", "steady"] = "sum",
    anchor: str | None = None,
    identities: Sequence[str] | None = None,
    component_scale: Literal["variance", "unit"] = "variance",
    rescale: bool = False,
) -> PrincipalComponents:
    """Principal components of the correlation matrix and their composite score.

    Args:
        values: (n, J) indicators in any unit, without missing values, n > J >= 2.
        names: one per indicator.
        directions: -1 turns the z-score of an indicator where less is better; default all +1.
        retention: ``"kaiser"`` keeps eigenvalues above one; a number in (0, 1] keeps the first
            components whose shares reach it together.
        sign: components point where the sum of loadings is positive, or where the largest
            loading by absolute value is; ``"steady"``: by the sum, except where the first component's
            loadings nearly balance, so that the direction of a minor indicator would turn it: there
            one of the great loadings is positive, the last by `identities`.
        anchor: an indicator whose loadings are positive instead, in every component that it has a
            part in.
        identities: what each indicator is, whatever its name and place; default `names`. Where
            loadings tie, the last by these decides, so that no order of listing can.
        component_scale: ``"variance"`` leaves component k with variance lambda_k; ``"unit"``
            divides by its square root, as SPSS saves factor scores.
        rescale: stretch the composite score to [0, 1].

    Raises:
        IndicatorError: missing values, an indicator that does not vary, indicators that are
            linear combinations of each other (named), too few rows, an unknown option.

    Source: Jolliffe (2002), Principal Component Analysis, 2nd ed., chapters 2, 3 and 6.
    """
    x, names = check_indicators(values, names)
    n, j = x.shape
    if j < 2 or n <= j:
        raise IndicatorError(
            f"{counted(n, 'rows')} of {counted(j, 'indicators')}: need two indicators, and more rows"
        )
    turn = np.ones(j) if directions is None else check_directions(directions, j)

    means, std_devs = x.mean(axis=0), x.std(axis=0, ddof=1)
    require_variation(std_devs > 1e-12 * np.abs(x).max(axis=0), names)
    z = (x - means) / std_devs * turn
    correlation = z.T @ z / (n - 1)
    np.fill_diagonal(correlation, 1.0)
    eigenvalues, vectors = _eigen(correlation, names)
    order = np.argsort(np.array([*(identities or names)], dtype=str), kind="stable")[::-1]
    loadings = vectors * _anchored(vectors, _signs(vectors, sign, order), anchor, names)
    shares = eigenvalues / j
    k = _retained(eigenvalues, shares, retention)
    components, scale = z @ loadings[:, :k], np.ones(k)
    if component_scale == "unit":
        components = components / np.sqrt(eigenvalues[:k])
        scale = eigenvalues[:k] ** -0.5
    elif component_scale != "variance":
        raise IndicatorError(f"component_scale is 'variance' or 'unit'; found {component_scale!r}")
    component_weights = eigenvalues[:k] / eigenvalues[:k].sum()
    scores = components @ component_weights
    if rescale:
        scores = (scores - scores.min()) / (scores.max() - scores.min())
    first = loadings[:, 0]
    return PrincipalComponents(
        names=names,
        means=means,
        std_devs=std_devs,
        correlation=correlation,
        eigenvalues=eigenvalues,
        shares=shares,
        loadings=loadings,
        n_components=k,
        component_scores=components,
        component_weights=component_weights,
        scores=scores,
        weights=(loadings[:, :k] * scale) @ component_weights,
        agreement=float(first[first > 0].sum() / np.abs(first).sum()),
        adequacy=sampling_adequacy(correlation, n),
    )


def _eigen(correlation: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Eigenvalues from the largest, and unit eigenvectors by column; a singular matrix is refused."""
    ascending, vectors = np.linalg.eigh(correlation)
    eigenvalues, vectors = ascending[::-1], vectors[:, ::-1]
    if eigenvalues[-1] < SMALLEST_EIGENVALUE:
        involved = np.abs(vectors[:, -1]) > 1e-6
        listed = ", ".join(name for name, i in zip(names, involved, strict=True) if i)
        raise IndicatorError(f"correlation matrix is singular; linearly dependent: {listed}")
    return eigenvalues, vectors


def _anchored(vectors: Floats, signs: Floats, anchor: str | None, names: Sequence[str]) -> Floats:
    """The signs, turned so that the anchor's loadings are positive wherever it has any."""
    if anchor is None:
        return signs
    if anchor not in names:
        raise IndicatorError(f"the anchor {anchor} is not an indicator: {', '.join(names)}")
    own = vectors[names.index(anchor)]
    return np.where(np.abs(own) > TIE, np.where(own < 0, -1.0, 1.0), signs)


def _signs(vectors: Floats, rule: str, order: NDArray[np.intp]) -> Floats:
    """+1 or -1 for each column, so that the rule's quantity is positive; `order` decides on ties."""
    ordered = vectors[order]
    size = np.abs(ordered)
    first = np.argmax(size >= size.max(axis=0) - TIE, axis=0)
    largest = ordered[first, np.arange(vectors.shape[1])]
    if rule == "largest":
        decisive = largest
    elif rule in ("sum", "steady"):
        total = vectors.sum(axis=0)
        # Loadings that cancel, as of two opposite indicators, leave the sum without a sign.
        decisive = np.where(np.abs(total) > TIE, total, largest)
        if rule == "steady" and abs(total[0]) / size[:, 0].sum() < 2 * CONTESTED - 1:
            great = np.argmax(size[:, 0] >= GREAT * size[:, 0].max())
            decisive[0] = ordered[great, 0]
    else:
        raise IndicatorError(f"sign is 'sum', 'largest' or 'steady'; found {rule!r}")
    return np.where(decisive < 0, -1.0, 1.0)


def _retained(eigenvalues: Floats, shares: Floats, retention: str | float) -> int:
    if retention == "kaiser":
        # Tolerance: the eigenvalues of uncorrelated indicators are all one, up to rounding.
        kept = int((eigenvalues > 1.0 + 1e-9).sum())
        if kept == 0:
            raise IndicatorError("no eigenvalue exceeds one: the indicators are uncorrelated")
        return kept
    if isinstance(retention, str) or not 0 < retention <= 1:
        raise IndicatorError(f"retention is 'kaiser' or a share in (0, 1]; found {retention!r}")
    return int(np.argmax(np.cumsum(shares) >= retention - 1e-12)) + 1
