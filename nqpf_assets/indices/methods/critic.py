"""An index by CRITIC weights: indicators weigh by their contrast and by how little others say the same."""

from __future__ import annotations

from typing import Unpack

from nqpf_assets.indices.contrast import critic_information, shares_of
from nqpf_assets.indices.indicators import Floats
from nqpf_assets.indices.method import IndexResult, Indicators
from nqpf_assets.indices.weighted import Making, weighted_index


def index(indicators: Indicators, **made: Unpack[Making]) -> IndexResult:
    """The index; arguments as of `weighted_index`.

    Raises:
        IndicatorError: the indicators do not carry the index.
    """
    return weighted_index(indicators, weigh, **made)


def weigh(_indicators: Indicators, z: Floats) -> Floats:
    """(J,) weights."""
    return shares_of(critic_information(z))
