"""An index by CRITIC weights: indicators weigh by their contrast and by how little others say the same."""

from __future__ import annotations

from nqpf_assets.indices.aggregating import Aggregation
from nqpf_assets.indices.contrast import critic_information, shares_of
from nqpf_assets.indices.indicators import Floats
from nqpf_assets.indices.method import IndexResult, Indicators
from nqpf_assets.indices.normalising import Normalisation
from nqpf_assets.indices.weighted import weighted_index


def index(
    indicators: Indicators,
    *,
    normalise: Normalisation,
    base_year: int | None,
    aggregate: Aggregation,
    shift: float,
) -> IndexResult:
    """The index; arguments as of `weighted_index`.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    return weighted_index(
        indicators,
        weigh,
        normalise=normalise,
        base_year=base_year,
        aggregate=aggregate,
        shift=shift,
    )


def weigh(_indicators: Indicators, z: Floats) -> Floats:
    """(J,) weights."""
    return shares_of(critic_information(z))
