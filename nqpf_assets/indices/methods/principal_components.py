"""An index of principal components, and what it is to be judged by: adequacy, directions, its sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from nqpf_assets.indices.method import (
    Component,
    Floats,
    IndexResult,
    IndexTest,
    Indicators,
    Weights,
)
from nqpf_assets.indices.principal_components import (
    CONTESTED,
    PrincipalComponents,
    principal_components,
)
from nqpf_assets.indices.sampling_adequacy import bartlett_verdict, kmo_verdict


def index(
    indicators: Indicators,
    *,
    retain: Literal["kaiser"] | float,
    component_scale: Literal["variance", "unit"],
    anchor: str | None,
    rescale: bool,
) -> IndexResult:
    """The index.

    Args:
        indicators: what it is made of.
        retain: ``kaiser``, or the share of variance that the components reach.
        component_scale: what a component's variance is.
        anchor: indicator with which the index goes up.
        rescale: stretch the score to [0, 1].

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    result = components_of(
        indicators,
        retain=retain,
        component_scale=component_scale,
        anchor=anchor,
        rescale=rescale,
    )
    tests = (
        *_adequacy(result),
        *_against_direction(result.weights, indicators),
        *_sign(result, is_anchored=anchor is not None),
    )
    return IndexResult(
        result.scores,
        (Weights(result.weights),),
        components=tuple(_components(result)),
        tests=tests,
        normalised=(indicators.values - result.means) / result.std_devs * indicators.directions,
    )


def components_of(
    indicators: Indicators,
    *,
    retain: Literal["kaiser"] | float,
    component_scale: Literal["variance", "unit"],
    anchor: str | None,
    rescale: bool,
) -> PrincipalComponents:
    """The components behind the index, and behind its gradient; arguments as of `index`."""
    return principal_components(
        indicators.values,
        names=indicators.names,
        directions=indicators.directions,
        retention=retain,
        component_scale=component_scale,
        rescale=rescale,
        sign="steady",
        anchor=anchor,
        identities=indicators.formulas,
    )


def _components(result: PrincipalComponents) -> Iterator[Component]:
    numbers = zip(result.loadings.T, result.eigenvalues, result.shares, strict=True)
    for place, (loadings, eigenvalue, share) in enumerate(numbers):
        yield Component(loadings, float(eigenvalue), float(share), place < result.n_components)


def _adequacy(result: PrincipalComponents) -> Iterator[IndexTest]:
    """Kaiser-Meyer-Olkin of all and of each, and Bartlett's sphericity."""
    found = result.adequacy
    measures = [("", found.kmo), *zip(result.names, found.kmo_per_indicator, strict=True)]
    for name, value in measures:
        yield IndexTest("kmo", name, float(value), detail=kmo_verdict(float(value)))
    yield IndexTest(
        "bartlett",
        statistic=found.bartlett_chi2,
        df=float(found.bartlett_df),
        p_value=found.bartlett_p,
        detail=bartlett_verdict(found.bartlett_p),
    )


def _against_direction(weights: Floats, indicators: Indicators) -> Iterator[IndexTest]:
    """Indicators that the index counts the other way round than the study declares."""
    parts = zip(indicators.names, indicators.directions, weights.tolist(), strict=True)
    for name, direction, weight in parts:
        if weight < 0:
            declared = "positive" if direction > 0 else "negative"
            words = f"declared {declared}, and counted the other way round"
            yield IndexTest("against_direction", name, weight, detail=words)


def _sign(result: PrincipalComponents, *, is_anchored: bool) -> Iterator[IndexTest]:
    """Where loadings of both signs nearly balance, they do not say which way up the index is."""
    if is_anchored or result.agreement >= CONTESTED:
        return
    up = [
        name
        for name, loading in zip(result.names, result.loadings[:, 0], strict=True)
        if loading > 0
    ]
    words = (
        f"loadings of both signs nearly balance, and the index was taken to go up with {', '.join(up)}: "
        "name an `anchor`"
    )
    yield IndexTest("sign", statistic=result.agreement, detail=words)
