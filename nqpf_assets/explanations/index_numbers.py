"""Numbers of an index beside scores and weights: parts of dimensions, entropies, components, tests."""

from __future__ import annotations

from collections.abc import Sequence

from nqpf_assets.explanations.bounds import Rows
from nqpf_assets.explanations.cells_counted import cells_counted, variable_stops
from nqpf_assets.explanations.described_tables import row_facts
from nqpf_assets.explanations.long_numbers import (
    OF_INDEX,
    LongForm,
    LongNumber,
    long_number,
    what_there_is,
)
from nqpf_assets.explanations.named import refused
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.scores import Scores
from nqpf_assets.explanations.table_values import pool_and_example
from nqpf_assets.explanations.values import value_walk
from nqpf_assets.explanations.variable_summary import data_stop
from nqpf_assets.explanations.walk import Stop, all_stops, held


def index_number(study: PublishedStudy, index: str, words: Sequence[str]) -> LongNumber | None:
    """The one number of an index that the words name; None: none, or several."""
    return long_number(_forms(study, index), words)


def index_walk(study: PublishedStudy, index: str, words: Sequence[str]) -> Stop:
    """A number of an index, held against the index computed again, with the cells it rests on.

    Raises:
        InputError: the index has no such number.
    """
    asked = index_number(study, index, words)
    if asked is None:
        where = f"{study.name}.{index}"
        there = what_there_is(_forms(study, index))
        raise refused(
            where,
            f"{where} UNIT PERIOD, {where} INDICATOR, or {where} NUMBER and what it is of",
            " ".join(words),
            ". ".join(there) or "name a UNIT and a PERIOD",
        )
    row, title = asked.row, study.variables[index]["title"] or index
    unit, period = row.get("unit"), row.get("period", row.get("weight_period"))
    words_of = f"{study.name}.{index}: {title}; {asked.words} of index.{_short(asked)}"
    of = Stop("number", asked.name, unit, period, asked.value, source="published", text=words_of)
    scores = Scores(study, index)
    if scores.again is not None:
        of = held(of, _again(scores, asked), "the index, computed again,")
    below = cells_counted(study, "index.provenance", _found_by(index, asked))
    if scores.again is not None and "unit" not in row:
        named = row.get("indicator") or row.get("term")
        example = named if named in below else next(iter(below), None)
        if example is not None:
            below[example] += pool_and_example(study, example, _values(scores, example))
    under = variable_stops(study, below)
    if unit is not None and period is not None:
        walk = value_walk(study, index, unit, period)
        under += [
            one
            for one in all_stops(walk)
            if one.kind == "dimension" and one.name == row["dimension"]
        ]
    return of.over(data_stop(study, index), *row_facts(asked), *under)


def _forms(study: PublishedStudy, index: str) -> list[LongForm]:
    return [LongForm(study, name, index) for name in OF_INDEX]


def _short(asked: LongNumber) -> str:
    return asked.table.removeprefix("index_")


def _found_by(index: str, asked: LongNumber) -> dict[str, object]:
    """By what `index.provenance` finds a number."""
    row = asked.row
    term = {"index_weight": "indicator", "index_dimension_score": "dimension", "index_test": "term"}
    return {
        "index_name": index,
        "number_table": _short(asked),
        "number": row.get("test", asked.name),
        "term": row.get(term.get(asked.table, "")),
        "unit": row.get("unit"),
        "period": row.get("period", row.get("weight_period")),
    }


def _values(scores: Scores, name: str) -> Rows:
    assert scores.again is not None, "asked where it is there"
    matrix, _ = scores.again
    return Rows(matrix.units, matrix.periods, matrix.values[:, matrix.names.index(name)])


def _again(scores: Scores, asked: LongNumber) -> float | None:
    """The number in the index as it is computed once more."""
    assert scores.again is not None, "asked where it is there"
    matrix, result = scores.again
    row, value = asked.row, None
    if asked.table == "index_weight":
        (weights,) = [one for one in result.weights if one.period == row["weight_period"]]
        column = getattr(weights, asked.column)
        value = None if column is None else column[matrix.names.index(row["indicator"])]
    elif asked.table == "index_component":
        component = result.components[row["component"] - 1]
        value = getattr(component, {"loading": "loadings"}.get(asked.column, asked.column))
        if asked.column == "loading":
            value = component.loadings[matrix.names.index(row["indicator"])]
    elif asked.table == "index_test":
        tests = [one for one in result.tests if (one.test, one.term) == (row["test"], row["term"])]
        value = getattr(tests[0], asked.column) if tests else None
    else:
        is_row = (matrix.units == row["unit"]) & (matrix.periods == row["period"])
        value = result.dimension_scores[row["dimension"]][is_row][0]
    return None if value is None else float(value)
