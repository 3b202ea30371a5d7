"""Variables and indices in rounds: an index is made from finished variables, which may read other scores.

Round 0 holds the variables that read no index, and the indices made of these alone; a later round, the
variables that read scores of the rounds before it, and the indices made of those.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nqpf_assets.expressions.compile import evaluation_order

UNIT_OF_SCORES = "比例"
"""A score has no unit of measurement."""


def units_of_names(
    series: Mapping[str, str | None], indices: Collection[str]
) -> dict[str, str | None]:
    """Units of what a formula may read beside variables: of series, and of scores of indices."""
    return {**series, **dict.fromkeys(indices, UNIT_OF_SCORES)}


@dataclass(frozen=True)
class Round:
    """What is computed before the scores of this round are there to be read.

    Attributes:
        variables: variables, indicators and levels, in the order in which they can be computed.
        indices: whose indicators all stand in this round or before it.
    """

    variables: tuple[str, ...]
    indices: tuple[str, ...]


def rounds(
    formulas: Mapping[str, Collection[str]], indices: Mapping[str, Collection[str]]
) -> tuple[Round, ...]:
    """The rounds of a study; one where no formula reads an index.

    Args:
        formulas: variable → names that it reads; its own name, and one that is no variable or index, is a
            series.
        indices: index → its indicators.

    Raises:
        CircleError: variables and indices that are made from each other; names them in order.
    """
    order = evaluation_order({**formulas, **indices})
    place: dict[str, int] = {}
    for name in order:
        read = indices.get(name, formulas.get(name, ()))
        known = [one for one in read if one in place and one != name]
        place[name] = max((place[one] + (one in indices) for one in known), default=0)

    def among(names: Collection[str], at: int) -> tuple[str, ...]:
        return tuple(name for name in order if name in names and place[name] == at)

    last = max(place.values(), default=0)
    return tuple(Round(among(formulas, at), among(indices, at)) for at in range(last + 1))
