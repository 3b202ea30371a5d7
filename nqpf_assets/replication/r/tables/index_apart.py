"""An index made again of its indicators, which are handed over: itself, and tables that take it apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.index_numbers import IndexNumbers, options_of
from nqpf_assets.replication.r.call import Call, Handed, NotInR, Value
from nqpf_assets.replication.r.tables.parts import years_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.explanations.published import PublishedStudy, Row
    from nqpf_assets.studies.formula import Formula

INDICATORS = "indicators"
"""The argument that names the file with the values of an index's indicators, and the file's stem."""
METHODS = ("entropy", "equal_weights", "given_weights", "coefficient_of_variation", "critic")
"""Those of which the script makes the weights again."""


def obstacle_degree(table: DescribedTable) -> Call | NotInR:
    asked: Any = table.asked
    made = _of_weights(table.study, asked.index)
    if isinstance(made, NotInR):
        return made
    return Call("obstacle_degree", {**years_of(table), **made, "rows": asked.rows})


def rank_stability(table: DescribedTable) -> Call | NotInR:
    asked: Any = table.asked
    made = _of_weights(table.study, asked.index)
    return made if isinstance(made, NotInR) else Call("rank_stability", {**years_of(table), **made})


def index_scores(of: IndexNumbers) -> Call | NotInR:
    """Weights, scores and parts of an index."""
    asked: Any = options_of(of.study, of.index)
    if asked is not None and asked.method == "education_gini":
        said = _indicators(of.study, list(asked.formulas(of.index)))
        years = [level.years for level in asked.levels]
        is_equity = asked.measure == "equity"
        return Call("education_gini", {**said, "years": years, "is_equity": is_equity})
    if asked is not None and asked.method == "principal_components":
        return Call("component_index", _of_components(of, asked))
    made = _of_weights(of.study, of.index)
    return made if isinstance(made, NotInR) else Call("index_scores", made)


def _of_components(of: IndexNumbers, asked: Any) -> dict[str, Value]:
    """The arguments that say how an index of principal components is made.

    Which way each points is told by the published loading that is farthest from zero.
    """
    formulas = list(asked.formulas(of.index))
    places = {one.name: place for place, one in enumerate(formulas, 1)}
    by_component: dict[int, list[Row]] = {}
    for row in of.components():
        by_component.setdefault(row["component"], []).append(row)
    largest = [max(rows, key=lambda row: abs(row["loading"])) for rows in by_component.values()]
    return {
        **_indicators(of.study, formulas),
        "directions": _directions(formulas),
        "retain": asked.retain,
        "is_unit": asked.component_scale == "unit",
        "is_rescaled": asked.rescale,
        "anchors": [places[row["indicator"]] for row in largest],
        "signs": [1 if row["loading"] > 0 else -1 for row in largest],
    }


def _directions(formulas: list[Formula]) -> list[Value]:
    return [-1 if one.direction == "negative" else 1 for one in formulas]


def _of_weights(study: PublishedStudy, name: str) -> dict[str, Value] | NotInR:
    """The arguments that say how an index of weighted indicators is made."""
    index: Any = options_of(study, name)
    if index is None or index.method not in METHODS:
        method = "of a package that is gone" if index is None else f"`{index.method}`"
        return NotInR(f"the script does not have the index method {method}")
    formulas = list(index.formulas(name))
    how: dict[str, Value] = {
        "method": index.method,
        "normalise": index.normalise,
        "aggregate": index.aggregate,
        "base_year": getattr(index, "base_year", None),
        "shift": 0 if index.shift == "limit" else index.shift,
        "by_period": getattr(index, "weights", "pooled") == "by_period",
        "dimensions": [one.dimension or "" for one in formulas],
    }
    if index.method == "equal_weights":
        how["by"] = index.by
    if index.method == "given_weights":
        how["given"] = [index.weights[one.name] for one in formulas]
    if index.method == "coefficient_of_variation":
        how["of_values"] = index.variation_of == "values"
    return {**_indicators(study, formulas), "directions": _directions(formulas), "how": how}


def _indicators(study: PublishedStudy, formulas: list[Formula]) -> dict[str, Value]:
    """The indicators of an index and the file of their values."""
    names = [one.name for one in formulas]
    return {"names": names, INDICATORS: Handed(INDICATORS, lambda: _values(study, names))}


def _values(study: PublishedStudy, names: list[str]) -> pl.DataFrame:
    """Unit, period, and a column for each indicator of an index, in the rows that have all."""
    long = study.frame("SELECT unit, period, variable, value FROM {study}.variable_cell")
    wide = long.filter(long["variable"].is_in(names)).pivot(
        "variable", index=["unit", "period"], values="value"
    )
    return wide.select("unit", "period", *names).drop_nulls().sort("unit", "period")


CALLS = {"obstacle_degree": obstacle_degree, "rank_stability": rank_stability}
