"""What an index is to be judged by: `index_test` rows, each with a verdict in words.

Sampling adequacy, and which way the index points against what the study declares. The numbers are from
`nqpf_assets.indices`; `rules` makes warnings of the rows that call for one, `regression_notes` notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.studies.spec import Indicator

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.indices.education_gini import EducationGini
    from nqpf_assets.indices.principal_components import Floats, PrincipalComponents

_Row = tuple[str, str, float | None, float | None, float | None, str | None]


def component_tests(
    result: PrincipalComponents,
    indicators: Sequence[Indicator],
    *,
    is_anchored: bool,
) -> pl.DataFrame:
    """Tests of an index of principal components.

    Args:
        is_anchored: whether the study says with which indicator the index goes up.
    """
    return _frame(
        [
            *_adequacy(result),
            *_against_direction(result.weights, indicators),
            *_sign(result, is_anchored),
        ]
    )


def _adequacy(result: PrincipalComponents) -> Iterator[_Row]:
    """Kaiser-Meyer-Olkin of all and of each, and Bartlett's sphericity."""
    from nqpf_assets.indices.sampling_adequacy import bartlett_verdict, kmo_verdict

    found = result.adequacy
    measures = [("", found.kmo), *zip(result.names, found.kmo_per_indicator, strict=True)]
    for name, value in measures:
        yield ("kmo", name, float(value), None, None, kmo_verdict(float(value)))
    verdict = bartlett_verdict(found.bartlett_p)
    yield ("bartlett", "", found.bartlett_chi2, float(found.bartlett_df), found.bartlett_p, verdict)


def _against_direction(weights: Floats, indicators: Sequence[Indicator]) -> Iterator[_Row]:
    """Indicators that the index counts the other way round than the study declares."""
    for one, weight in zip(indicators, weights.tolist(), strict=True):
        if weight < 0:
            words = f"declared {one.direction}, and counted the other way round"
            yield ("against_direction", one.indicator, weight, None, None, words)


def _sign(result: PrincipalComponents, is_anchored: bool) -> Iterator[_Row]:
    """Where loadings of both signs nearly balance, they do not say which way up the index is."""
    from nqpf_assets.indices.principal_components import CONTESTED

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
    yield ("sign", "", result.agreement, None, None, words)


def education_tests(result: EducationGini) -> pl.DataFrame:
    """How far the shares were from adding up to one before they were divided by their sum."""
    import numpy as np

    gaps = np.abs(result.share_sums - 1)
    n_scaled = int((gaps > 1e-9).sum())
    if not n_scaled:
        return _frame([])
    low, high = np.nanmin(result.share_sums), np.nanmax(result.share_sums)
    words = (
        f"shares add up to {low:.4g} to {high:.4g} and were divided by their sum in {n_scaled} rows"
    )
    return _frame([("share_sum", "", float(np.nanmax(gaps)), None, None, words)])


def _frame(rows: list[_Row]) -> pl.DataFrame:
    import polars as pl

    numbers = dict.fromkeys(("statistic", "df", "p_value"), pl.Float64())
    words = pl.String()
    schema = {"test": words, "term": words, **numbers, "detail": words}
    return pl.DataFrame(rows, schema=schema, orient="row")
