"""A weight of an indicator in its index: from which values, and which rows set their scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nqpf_assets.explanations.bounds import Rows, extreme_stops
from nqpf_assets.explanations.named import found
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.scores import Scores
from nqpf_assets.explanations.table_values import pool_and_example
from nqpf_assets.explanations.variable_summary import variable_walk
from nqpf_assets.explanations.walk import Stop, held


def weight_walk(study: PublishedStudy, index: str, asked: str) -> Stop:
    """The weights of one indicator.

    Raises:
        InputError: the index has no such indicator.
    """
    scores = Scores(study, index)
    known = {row["variable"]: row["variable"] for row in scores.indicators}
    known |= {
        row["title"]: row["variable"] for row in scores.indicators if row["title"] not in known
    }
    name = found(
        asked,
        {key: one for key, one in known.items() if key},
        f"an indicator of {study.name}.{index}",
    )
    rows = [one for one in scores.weights if one["indicator"] == name]
    weights = []
    for row in rows:
        words = "weight, as the study says it" if _is_said(scores) else "weight"
        if row["entropy"] is not None:
            words += (
                f": divergence {row['divergence']:.10g}, that is 1 − entropy {row['entropy']:.10g},"
            )
            words += " over the sum of all"
        stop = Stop(
            "indicator",
            name,
            period=row["weight_period"],
            value=row["weight"],
            source="published",
            role=row["dimension"],
            text=words,
        )
        weights.append(_held(scores, stop))
    title = study.variables[index]["title"]
    of = Stop("index", index, source="published", text=f"weight of {name} in {title}")
    if len(weights) == 1:
        of = replace(of, value=weights[0].value)
    return of.over(*weights, _scale(scores, name), variable_walk(study, name))


def _is_said(scores: Scores) -> bool:
    return scores.again is not None and any(one.is_said for one in scores.again[1].weights)


def _held(scores: Scores, stop: Stop) -> Stop:
    """The weight, held against the index computed again."""
    if scores.again is None:
        return stop
    matrix, result = scores.again
    place = matrix.names.index(stop.name)
    again = [one.weight[place] for one in result.weights if one.period == stop.period]
    return held(stop, float(again[0]) if again else None, "the index, computed again,")


def _scale(scores: Scores, name: str) -> Stop | None:
    if scores.again is None:
        return None
    matrix, _ = scores.again
    if _is_said(scores):
        return None  # the study says it, and no value has a part in it
    column = matrix.values[:, matrix.names.index(name)]
    n = int(np.isfinite(column).sum())
    words = "every one of these values has a part in the weights of all indicators of the index"
    stop = Stop("pool", name, count=n, source="recomputed", role="scale", text=words)
    rows = Rows(matrix.units, matrix.periods, column)
    stop = stop.over(*extreme_stops(name, rows, "scale"))
    return stop.over(*pool_and_example(scores.study, name, rows)[1:])
