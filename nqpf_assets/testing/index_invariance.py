"""Upon what an index must not depend: order and names of rows and indicators, units of measurement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.testing.comparing import facts, require_same
from nqpf_assets.testing.index_example import IndexExample
from nqpf_assets.testing.options import Refused

if TYPE_CHECKING:
    import numpy as np

    from nqpf_assets.indices.method import Indicators


def same_for_any_order_of_rows(example: IndexExample) -> None:
    """Scores follow their rows."""
    import numpy as np

    order = np.random.default_rng(1).permutation(len(example.values))
    require_same(
        example.result(taken(example.indicators, order)).scores, example.result().scores[order]
    )


def same_for_any_labels(example: IndexExample) -> None:
    """Scores follow neither names of units nor the number of a year."""
    import numpy as np

    given = example.indicators
    units = np.array([f"u{code}" for code in _codes(given.units)], dtype=object)
    renamed = replace(given, units=units, periods=given.periods + 7)
    require_same(example.result(renamed).scores, example.result().scores)


def _codes(labels: np.ndarray[Any, Any]) -> list[int]:
    """Another order of names than that of the labels."""
    known = sorted(set(labels.tolist()), reverse=True)
    return [known.index(label) for label in labels.tolist()]


def same_for_any_order_of_indicators(example: IndexExample) -> None:
    """Scores follow no order of indicators, and weights theirs."""
    import numpy as np

    backwards = {
        name: list(reversed(indicators))
        for name, indicators in reversed(example.written["dimensions"].items())
    }
    turned = replace(example.but({"dimensions": backwards}), values=example.values[:, ::-1])
    result, before = turned.result(), example.result()
    require_same(result.scores, before.scores)
    for one, other in zip(result.weights, before.weights, strict=True):
        require_same(np.asarray(one.weight)[::-1], other.weight)


def uses_directions(example: IndexExample) -> None:
    """The direction of an indicator makes a difference, or is refused."""
    given = example.indicators
    turned = replace(given, directions=(-given.directions[0], *given.directions[1:]))
    differs = facts_or_refusal(example, turned) != facts(example.result())
    assert differs, f"`direction` of {given.names[0]} makes no difference"


def same_in_any_unit(example: IndexExample) -> None:
    """Scores are the same whatever each indicator is counted in."""
    import numpy as np

    given = example.indicators
    scales = 10.0 ** (4 * (np.arange(given.values.shape[1]) % 3 - 1))
    require_same(
        example.result(replace(given, values=given.values * scales)).scores, example.result().scores
    )


def taken(given: Indicators, rows: np.ndarray[Any, Any]) -> Indicators:
    """These rows, in this order."""
    return replace(
        given, values=given.values[rows], units=given.units[rows], periods=given.periods[rows]
    )


def facts_or_refusal(example: IndexExample, indicators: Indicators | None = None) -> object:
    """Everything that a result says, or why there is none."""
    try:
        return facts(example.result(indicators))
    except (IndicatorError, *Refused) as error:
        return str(error)
