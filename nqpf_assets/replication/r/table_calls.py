"""A table that describes the panel as a call of R, or why R leaves it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.replication.described_tables import DescribedTable, described_tables
from nqpf_assets.replication.level_tables import LevelTable, level_tables
from nqpf_assets.replication.r.call import Call, Handed, Name, NotInR, Value
from nqpf_assets.replication.r.map_calls import autocorrelation
from nqpf_assets.studies.table_kinds.regional_differences import PRINTED

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.explanations.published import PublishedStudy

INDICATORS = "indicators"
"""The argument that names the file with the values of an index's indicators, and the file's stem."""
METHODS = ("entropy", "equal_weights")
PANEL = {"panel": Name("panel")}


@dataclass(frozen=True)
class TranslatedTable:
    """A table, and its call or why there is none."""

    table: DescribedTable | LevelTable
    call: Call | NotInR


def translated_tables(study: PublishedStudy) -> list[TranslatedTable]:
    """All tables of the kinds that the script knows."""
    described = [
        TranslatedTable(one, CALLS[one.kind](one))
        for one in described_tables(study)
        if one.kind in CALLS
    ]
    return [*described, *(TranslatedTable(one, _growth(one)) for one in level_tables(study))]


def _growth(table: LevelTable) -> Call:
    years = {"first": table.first, "last": table.last}
    return Call("growth_table", {"levels": Handed("levels", table.levels), **years})


def _years(table: DescribedTable) -> dict[str, Value]:
    return {"first": table.first, "last": table.last}


def _variables(table: DescribedTable) -> dict[str, Value]:
    names = table.asked.variables()
    return {**PANEL, **_years(table), "variables": names, "labels": table.labels(names)}


def _descriptive(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = _variables(table) | {"statistics": asked.statistics, "listwise": asked.listwise}
    return Call("descriptive", said | ({"grouping": asked.grouping} if asked.grouping else {}))


def _correlation(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = {"method": asked.method, "listwise": asked.listwise, "vif": asked.vif}
    return Call("correlation", _variables(table) | said)


def _group_means(table: DescribedTable) -> Call:
    asked: Any = table.asked
    is_equal = asked.variances == "equal"
    said = {"grouping": asked.grouping, "groups": asked.groups, "equal": is_equal}
    return Call("group_means", _variables(table) | said)


def _unit_roots(table: DescribedTable) -> Call:
    from nqpf_assets.estimators.descriptive.unit_root_moments import of_ips, of_levin_lin_chu

    asked: Any = table.asked
    terms = "trend" if asked.trend else "intercept"
    years = number_of_years(table)
    said = {"tests": asked.tests, "lags": asked.lags, "trend": asked.trend}
    moments = {
        "llc": of_levin_lin_chu(years, terms),
        "ips": of_ips(years - asked.lags - 1, asked.lags, terms),
    }
    return Call("unit_roots", _variables(table) | said | moments)


def number_of_years(table: DescribedTable) -> int:
    """Years of the panel that a table takes."""
    row = table.study.rows(
        "SELECT count(DISTINCT period) AS n FROM {study}.panel WHERE period BETWEEN ? AND ?",
        [table.first, table.last],
    )[0]
    return int(row["n"])


def _regional_differences(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = {"variable": asked.variable, "grouping": asked.grouping}
    ratios = frozenset({*PRINTED, "log_sd", "affluence"})
    return Call("regional_differences", {**PANEL, **_years(table), **said}, without_unit=ratios)


def _trend(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = {"x": asked.x, "y": asked.y, "grouping": asked.grouping}
    return Call("trend", {**PANEL, **_years(table), **said}, without_unit=frozenset({"r2"}))


def _shapley(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = {"outcome": asked.outcome, "regressors": asked.regressors}
    more = {"labels": table.labels(asked.regressors), "effects": asked.effects}
    return Call("shapley", {**PANEL, **_years(table), **said, **more})


def _obstacle_degree(table: DescribedTable) -> Call | NotInR:
    made = _index(table)
    if isinstance(made, NotInR):
        return made
    asked: Any = table.asked
    formulas = list(table.index(asked.index).formulas(asked.index))
    by_name = asked.rows == "indicators"
    parts: Value = [one.name if by_name else one.dimension or "" for one in formulas]
    return Call("obstacle_degree", {**made.arguments, "parts": parts})


def _rank_stability(table: DescribedTable) -> Call | NotInR:
    made = _index(table)
    return made if isinstance(made, NotInR) else Call("rank_stability", made.arguments)


def _index(table: DescribedTable) -> Call | NotInR:
    """What both have of their index."""
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
        INDICATORS: Handed(INDICATORS, lambda: indicators_of(table)),
    }
    return Call("", _years(table) | said)


def indicators_of(table: DescribedTable) -> pl.DataFrame:
    """Unit, period, and a column for each indicator of the index, in the rows that have all."""
    asked: Any = table.asked
    names = [one.name for one in table.index(asked.index).formulas(asked.index)]
    long = table.study.frame("SELECT unit, period, variable, value FROM {study}.variable_cell")
    wide = long.filter(long["variable"].is_in(names)).pivot(
        "variable", index=["unit", "period"], values="value"
    )
    return wide.select("unit", "period", *names).drop_nulls().sort("unit", "period")


CALLS: dict[str, Callable[[DescribedTable], Call | NotInR]] = {
    "descriptive": _descriptive,
    "correlation": _correlation,
    "group_means": _group_means,
    "unit_roots": _unit_roots,
    "shapley": _shapley,
    "regional_differences": _regional_differences,
    "spatial_autocorrelation": autocorrelation,
    "trend": _trend,
    "obstacle_degree": _obstacle_degree,
    "rank_stability": _rank_stability,
}
"""Every kind that the script has."""
