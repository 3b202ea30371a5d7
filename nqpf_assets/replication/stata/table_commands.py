"""A table that is no regression as commands of Stata, or why Stata has none.

Only what Stata's own manuals say that a command does: `tabstat`, `xtsum`, `pwcorr`, `spearman`, `estat vif`,
`ttest`, `xtunitroot`; what takes many of them is in modules of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.level_tables import LevelTable
from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.differences import regional_differences
from nqpf_assets.replication.stata.levels import level_commands
from nqpf_assets.replication.stata.names import StataNames

IN_TABSTAT = {
    "n_obs": "n",
    "mean": "mean",
    "sd": "sd",
    "minimum": "min",
    "p25": "p25",
    "median": "median",
    "p75": "p75",
    "maximum": "max",
}
OF_XTSUM = {"sd_between", "sd_within", "n_units", "periods_per_unit"}
LONG_RUN = 3.21
"""Levin, Lin and Chu's lags over the cube root of T; Stata cuts what the paper rounds, and is told them."""


def table_commands(table: DescribedTable | LevelTable, names: StataNames) -> Commands:
    """From the panel on; of levels, which are not in it, all."""
    if isinstance(table, LevelTable):
        return list(level_commands(table))
    made = CALLS[table.kind](table, names)
    if isinstance(made, NotInStata):
        return made
    return [f"keep if inrange(period, {table.first}, {table.last})", "xtset unit period", *made]


def _listwise(table: DescribedTable, names: StataNames) -> Iterator[str]:
    asked: Any = table.asked
    if asked.listwise:
        yield f"keep if !missing({', '.join(names.names[one] for one in asked.variables())})"


def _descriptive(table: DescribedTable, names: StataNames) -> Commands:
    asked: Any = table.asked
    shown, made = names.of(asked.describe), list(_listwise(table, names))
    by = names.names[asked.grouping] if asked.grouping else ""
    if by:
        made.append(f"drop if missing({by})")
    if asked_of := [IN_TABSTAT[one] for one in asked.statistics if one in IN_TABSTAT]:
        of = f" by({by})" if by else ""
        made.append(f"tabstat {shown}, statistics({' '.join(asked_of)}) columns(statistics){of}")
    if OF_XTSUM & {*asked.statistics}:
        made.append(f"bysort {by}: xtsum {shown}" if by else f"xtsum {shown}")
    return made


def _correlation(table: DescribedTable, names: StataNames) -> Commands:
    asked: Any = table.asked
    shown, made = names.of(asked.correlate), list(_listwise(table, names))
    if asked.method == "pearson":
        made.append(f"pwcorr {shown}, sig obs")
    else:
        made.append(f"spearman {shown}, stats(rho obs p) pw")
    if asked.vif:
        made.append("* Factors follow from the regressors alone: any outcome gives them.")
        made += [f"quietly regress period {names.of(asked.vif)}", "estat vif"]
    return made


def _group_means(table: DescribedTable, names: StataNames) -> Commands:
    asked: Any = table.asked
    group = names.names[asked.grouping]
    first, second = (names.numbers(asked.grouping, [one]) for one in asked.groups)
    if not (first and second):
        return NotInStata("a group that no unit is in")
    unequal = " unequal" if asked.variances == "unequal" else ""
    return [
        f"keep if inlist({group}, {first}, {second})",
        f"generate byte nqpf_second = {group} == {second}",
        *(f"ttest {names.names[one]}, by(nqpf_second){unequal}" for one in asked.compare),
    ]


def _unit_roots(table: DescribedTable, names: StataNames) -> Commands:
    asked: Any = table.asked
    years, made = table.number_of_years(), []
    trend = "trend " if asked.trend else ""
    kernel = min(round(LONG_RUN * years ** (1 / 3)), years - 2)
    own = {
        "levin_lin_chu": f"llc {{}}, {trend}lags({asked.lags}) kernel(bartlett {kernel})",
        "im_pesaran_shin": f"ips {{}}, {trend}lags({asked.lags})",
        "fisher": f"fisher {{}}, dfuller {trend}lags({asked.lags})",
    }
    for one in asked.examine:
        name = names.names[one]
        made.append("preserve")
        made.append(f"bysort unit: egen long nqpf_years = count({name})")
        made.append(f"keep if nqpf_years == {years}")
        made += [f"xtunitroot {own[test].format(name)}" for test in asked.tests if test in own]
        made.append("restore")
    if "cross_section_dependence" in asked.tests:
        made.append(
            "* Pesaran's CD of a variable is in no command of Stata's own: the script in R has it."
        )
    return made


def _shapley(_table: DescribedTable, _names: StataNames) -> Commands:
    return NotInStata("no command of Stata's own divides R²; the script in R has it")


def _autocorrelation(_table: DescribedTable, _names: StataNames) -> Commands:
    return NotInStata(
        "no command of Stata's own has Moran's I of a variable; the script in R has it"
    )


def _trend(table: DescribedTable, names: StataNames) -> Commands:
    asked: Any = table.asked
    x, y, group = (names.names[one] for one in (asked.x, asked.y, asked.grouping))
    return [
        f"keep if !missing({x}, {y}, {group})",
        f"bysort {group}: regress {y} {x}",
        f"twoway lfitci {y} {x}, by({group})",
    ]


def _taken_apart(_table: DescribedTable, _names: StataNames) -> Commands:
    return NotInStata(
        "no command of Stata's own takes an index apart; the script in R has it, with its indicators"
    )


CALLS: dict[str, Callable[[DescribedTable, StataNames], Commands]] = {
    "descriptive": _descriptive,
    "correlation": _correlation,
    "group_means": _group_means,
    "unit_roots": _unit_roots,
    "shapley": _shapley,
    "regional_differences": regional_differences,
    "spatial_autocorrelation": _autocorrelation,
    "trend": _trend,
    "obstacle_degree": _taken_apart,
    "rank_stability": _taken_apart,
}
"""Every kind that the script in R has."""
