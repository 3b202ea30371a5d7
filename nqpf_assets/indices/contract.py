"""What the result of any index method must be before it becomes rows: of the right kind, as long as its data.

Whether its numbers are finite is a check of the tables; what a method holds to on any data, of `testing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from nqpf_assets.indices.method import Component, IndexResult, IndexTest, Indicators, Weights


def require_result(indicators: Indicators, result: object) -> None:
    """Refuse what is not an index of these indicators.

    Raises:
        ValueError: what is wrong with it; a mistake of the method, not of the study.
    """
    if not isinstance(result, IndexResult):
        raise ValueError(f"an IndexResult is expected, {type(result).__name__} was returned")
    wrong = list(_wrong(indicators, result))
    if wrong:
        raise ValueError("; ".join(wrong))


def _wrong(indicators: Indicators, result: IndexResult) -> Iterator[str]:
    n, n_indicators = indicators.values.shape
    yield from _length("scores", result.scores, n)
    for dimension, scores in result.dimension_scores.items():
        if dimension not in indicators.dimensions:
            yield f"dimension_scores has {dimension!r}, which is no dimension of the index"
        yield from _length(f"dimension_scores of {dimension}", scores, n)
    if result.normalised is not None and result.normalised.shape != (n, n_indicators):
        yield f"normalised has the shape {result.normalised.shape} instead of ({n}, {n_indicators})"
    kinds = (("weights", Weights), ("components", Component), ("tests", IndexTest))
    for name, kind in kinds:
        given = getattr(result, name)
        others = {type(one).__name__ for one in given if not isinstance(one, kind)}
        if others:
            yield f"{name} holds {', '.join(sorted(others))} instead of {kind.__name__}"
            return
    periods = set(indicators.periods.tolist())
    for one in result.weights:
        arrays = (one.weight, one.entropy, one.divergence)
        yield from chain.from_iterable(
            _length("weights", values, n_indicators) for values in arrays if values is not None
        )
        if one.period is not None and one.period not in periods:
            yield f"weights of {one.period}, which is no year of the data"
    if len({one.period for one in result.weights}) < len(result.weights):
        yield "weights twice of the same year"
    for component in result.components:
        yield from _length("loadings", component.loadings, n_indicators)
    keys = [(one.test, one.term) for one in result.tests]
    if len(set(keys)) < len(keys):
        yield "tests twice of the same name and term"


def _length(name: str, values: object, n: int) -> Iterator[str]:
    """What is wrong with an array that should hold n numbers."""
    if not isinstance(values, np.ndarray) or values.dtype != np.float64:
        yield f"{name} is no array of 64-bit floats"
    elif values.shape != (n,):
        yield f"{name} has the shape {values.shape} instead of ({n},)"
