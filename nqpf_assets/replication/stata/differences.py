"""Regional differences in Stata: its manuals have the commands, the measures are put together from them.

Dagum's Gini comes from all pairs of units of a year (`joinby`), Theil's T and the coefficient of variation
from means, beta convergence from `regress` and `xtreg`, densities from `kdensity` at the table's bandwidth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.stata.names import StataNames

_CONVERGENCE = {
    "absolute convergence": ["regress nqpf_growth nqpf_log, vce(cluster unit)"],
    "conditional convergence unit": [
        "nqpf_alone unit",
        "xtreg nqpf_growth nqpf_log, fe vce(cluster unit)",
    ],
    "conditional convergence unit period": [
        "nqpf_alone unit period",
        "xtreg nqpf_growth nqpf_log i.period, fe vce(cluster unit)",
    ],
}


def regional_differences(table: DescribedTable, names: StataNames) -> list[str]:
    """Of the table's years, which are the rows at hand."""
    asked: Any = table.asked
    value, group = names.names[asked.variable], names.names[asked.grouping]
    labels = {label for label, _, _ in table.numbers()}
    years = sorted(one.removeprefix("density ") for one in labels if one.startswith("density "))
    made = [*_gini(value, group), *_theil(value, group), *_densities(value, years)]
    return [*made, *_growth(value, labels)]


def _gini(value: str, group: str) -> Iterator[str]:
    """Dagum's Gini and its parts, from every pair of units of a year."""
    yield from ("preserve", f"keep period {value} {group}")
    yield f"rename ({value} {group}) (nqpf_x nqpf_of)"
    yield from ("tempfile nqpf_others", "save `nqpf_others'", "restore", "preserve")
    yield f"keep period {value} {group}"
    yield "joinby period using `nqpf_others'"
    yield f"generate double nqpf_gap = abs({value} - nqpf_x)"
    yield f"generate double nqpf_ahead = max({value} - nqpf_x, 0)"
    yield f"generate double nqpf_behind = max(nqpf_x - {value}, 0)"
    yield (
        f"collapse (mean) nqpf_gap nqpf_ahead nqpf_behind {value} nqpf_x (count) nqpf_n = nqpf_gap, "
        f"by(period {group} nqpf_of)"
    )
    yield f"generate double nqpf_pair = cond({value} + nqpf_x > 0, nqpf_gap / ({value} + nqpf_x), 0)"
    yield (
        "generate double nqpf_affluence = "
        "cond(nqpf_gap > 0, abs(nqpf_ahead - nqpf_behind) / nqpf_gap, 0)"
    )
    yield f"list period {group} nqpf_of nqpf_pair nqpf_affluence if {group} <= nqpf_of, noobs"
    yield f"generate double nqpf_amount = nqpf_n * {value}"
    yield "bysort period: egen double nqpf_sum = total(nqpf_amount)"
    yield "generate double nqpf_gini = nqpf_gap * nqpf_n / (2 * nqpf_sum)"
    yield f"generate double nqpf_within = cond({group} == nqpf_of, nqpf_gini, 0)"
    yield "generate double nqpf_between = nqpf_gini * nqpf_affluence"
    yield "generate double nqpf_overlap = nqpf_gini - nqpf_within - nqpf_between"
    parts = "nqpf_gini nqpf_within nqpf_between nqpf_overlap"
    yield f"tabstat {parts}, statistics(sum) columns(variables) by(period)"
    yield "restore"


def _theil(value: str, group: str) -> Iterator[str]:
    """Theil's T with its parts, and the coefficient of variation, divided by n."""
    yield f"bysort period: egen double nqpf_mean = mean({value})"
    yield f"bysort period {group}: egen double nqpf_own = mean({value})"
    for name, of in (("nqpf_theil", value), ("nqpf_theil_between", "nqpf_own")):
        yield (
            f"generate double {name} = cond({of} > 0, {of} / nqpf_mean * ln({of} / nqpf_mean), 0)"
        )
    yield "generate double nqpf_theil_within = nqpf_theil - nqpf_theil_between"
    yield f"generate double nqpf_squares = ({value} - nqpf_mean)^2"
    yield "bysort period: egen double nqpf_variance = mean(nqpf_squares)"
    yield "generate double nqpf_variation = sqrt(nqpf_variance) / nqpf_mean"
    parts = "nqpf_theil nqpf_theil_within nqpf_theil_between nqpf_variation"
    yield f"tabstat {parts}, statistics(mean) columns(variables) by(period)"


def _densities(value: str, years: list[str]) -> Iterator[str]:
    if years:
        yield "* Densities at the bandwidth of the table, on points of Stata's own."
    for year in years:
        yield f"quietly summarize {value} if period == {year}"
        yield "local nqpf_width = r(sd) * (0.75 * r(N))^(-1/5)"
        yield (
            f"kdensity {value} if period == {year}, kernel(gaussian) bwidth(`nqpf_width') n(200) nograph"
            f" generate(nqpf_x_{year} nqpf_density_{year})"
        )


def _growth(value: str, labels: set[str]) -> Iterator[str]:
    """Beta convergence under the conditions that could be estimated."""
    if not {*_CONVERGENCE} & labels:
        yield "* Beta convergence is not estimated in this table, and so not here."
        return
    yield f"generate double nqpf_log = ln({value})"
    yield "generate double nqpf_growth = F.nqpf_log - nqpf_log"
    yield "keep if !missing(nqpf_growth)"
    for label, commands in _CONVERGENCE.items():
        if label in labels:
            yield from commands
