"""An index taken apart into its indicators, whose values are handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.r.call import Call, Handed, NotInR, Value
from nqpf_assets.replication.r.tables.parts import years_of

if TYPE_CHECKING:
    import polars as pl

INDICATORS = "indicators"
"""The argument that names the file with the values of an index's indicators, and the file's stem."""
METHODS = ("entropy", "equal_weights")


def obstacle_degree(table: DescribedTable) -> Call | NotInR:
    made = _index(table)
    if isinstance(made, NotInR):
        return made
    asked: Any = table.asked
    formulas = list(table.index(asked.index).formulas(asked.index))
    dimensions: Value = [one.dimension or "" for one in formulas]
    return Call("obstacle_degree", {**made, "dimensions": dimensions, "rows": asked.rows})


def rank_stability(table: DescribedTable) -> Call | NotInR:
    made = _index(table)
    return made if isinstance(made, NotInR) else Call("rank_stability", made)


def _index(table: DescribedTable) -> dict[str, Value] | NotInR:
    """The arguments that both have of their index."""
    asked: Any = table.asked
    index: Any = table.index(asked.index)
    usual = {
        "normalise": "min_max",
        "aggregate": "arithmetic",
        "base_year": None,
        "by": "indicators",
    }
    if index.method not in METHODS:
        return NotInR(f"the script does not have the index method `{index.method}`")
    for key, known in usual.items():
        if (found := getattr(index, key, known)) != known:
            return NotInR(f"the script does not have an index with `{key}: {found}`")
    shift = 0 if index.method != "entropy" or index.shift == "limit" else index.shift
    formulas = list(index.formulas(asked.index))
    said: dict[str, Value] = {
        "names": [one.name for one in formulas],
        "directions": [-1 if one.direction == "negative" else 1 for one in formulas],
        "method": index.method,
        "shift": shift,
        "by_period": getattr(index, "weights", "pooled") == "by_period",
        INDICATORS: Handed(INDICATORS, lambda: _indicators(table)),
    }
    return years_of(table) | said


def _indicators(table: DescribedTable) -> pl.DataFrame:
    """Unit, period, and a column for each indicator of the index, in the rows that have all."""
    asked: Any = table.asked
    names = [one.name for one in table.index(asked.index).formulas(asked.index)]
    long = table.study.frame("SELECT unit, period, variable, value FROM {study}.variable_cell")
    wide = long.filter(long["variable"].is_in(names)).pivot(
        "variable", index=["unit", "period"], values="value"
    )
    return wide.select("unit", "period", *names).drop_nulls().sort("unit", "period")


CALLS = {"obstacle_degree": obstacle_degree, "rank_stability": rank_stability}
