"""Regional differences of a study's variable: from rows of the panel to long and printed rows.

The measures are those of `nqpf_assets.estimators.regional_differences`; every unit counts alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.stages.convergence import convergence_notes, convergence_rows
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, number
from nqpf_assets.stages.provenance.numbers_read import IN_PRINT, Read, extremes
from nqpf_assets.studies.table_kinds.regional_differences import PRINTED, RegionalDifferencesTable

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.estimators.regional_differences.dagum import DagumGini
    from nqpf_assets.estimators.regional_differences.sigma_convergence import SigmaConvergence
    from nqpf_assets.estimators.regional_differences.theil import Theil


PARTS = ("_within", "_between", "_overlap")
"""What measures of a decomposition are called, but for their shares: they hang on who is in which group."""
ROUNDING = 1e-12
"""How far a measure may be from its limit and lie on it: sums over pairs end in other last digits."""


def describe_differences(table: RegionalDifferencesTable, given: PanelRows) -> Described:
    """All measures of one variable, year by year.

    Raises:
        DifferenceError: a missing or negative value, a unit without a group, a year of zeros.
    """
    import polars as pl

    from nqpf_assets.estimators.regional_differences.dagum import dagum_gini
    from nqpf_assets.estimators.regional_differences.sigma_convergence import sigma_convergence
    from nqpf_assets.estimators.regional_differences.theil import theil_index

    panel = given.rows
    _is_whole(table, panel)
    values, periods = panel[table.variable].to_numpy(), panel["period"].to_numpy()
    groups = panel[table.grouping].to_numpy()
    gini = dagum_gini(values, periods, groups)
    theil = theil_index(values, periods, groups)
    sigma = sigma_convergence(values, periods, groups)
    overall = _overall(gini, theil, sigma)
    measured = pl.DataFrame(
        [*_long(overall, gini.periods), *_by_group(gini, theil, sigma)],
        schema=["period", "measure", "group_name", "other_group", "value"],
        schema_overrides={"group_name": pl.String, "other_group": pl.String, "value": pl.Float64},
        orient="row",
    ).drop_nulls("value")
    convergence = convergence_rows(values, panel["unit"].to_numpy(), periods)
    densities, of_densities, without = _densities(table.variable, panel)
    printed = [
        {"row_label": str(period)} | {key: number(overall[key][at]) for key in PRINTED}
        for at, period in enumerate(gini.periods)
    ]
    notes = [
        f"Inequality of {table.variable} by {table.grouping} ({', '.join(map(str, gini.groups))}), "
        "every unit counting alike. Gini: Dagum's decomposition, between groups net of overlap. "
        "Theil: T. Shares in parentheses, in percent. CV: coefficient of variation, divided by n.",
        _sigma_words(sigma),
        *convergence_notes(convergence, len(gini.periods)),
        *without,
        "Groups and pairs of groups: result.inequality; result.convergence, result.density.",
    ]
    return Described(
        {
            "inequality": measured,
            "convergence": convergence,
            "density": densities,
        },
        "period",
        table.numbers(),
        printed,
        panel.select("unit", "period"),
        [*_reads(table.variable, measured, convergence), *of_densities],
        notes,
    )


def _reads(variable: str, measured: pl.DataFrame, convergence: pl.DataFrame) -> Iterator[Read]:
    """A measure rests on the units of its groups in its year, convergence on all units and years."""
    rows = measured.select("period", "measure", "group_name", "other_group", "value").rows()
    for period, measure, group, other, value in rows:
        role = "threshold_side" if is_at_limit(measure, value) else "value"
        of = {"period": period, "group": group, "other": other}
        groups = tuple(one for one in (group, other) if one is not None) or None
        by = groups is not None or measure.removesuffix("_share").endswith(PARTS)
        read = Read("inequality", (measure,), variable, period, period, role=role, is_by_group=by)
        yield replace(read, groups=groups, **of)
        if group is None and measure in PRINTED:
            yield replace(read, table=IN_PRINT, period=period)
    numbers = tuple(name for name, dtype in convergence.schema.items() if dtype.is_float())
    first, last = (int(end(row[0] for row in rows)) for end in (min, max))
    yield Read("convergence", numbers, variable, first, last)


def is_at_limit(measure: str, value: float) -> bool:
    """Whether a measure stays as it is while the order of values does: as the overlap of groups apart."""
    limit = 1 if measure == "affluence" else 0
    return abs(value - limit) < ROUNDING and measure != "mean"


def _is_whole(table: RegionalDifferencesTable, panel: pl.DataFrame) -> None:
    """Inequality among the units that happen to be there is not comparable between years."""
    import polars as pl

    for column, what in ((table.variable, "no value of"), (table.grouping, "no group of")):
        there = pl.col(column).is_not_null()
        if panel.schema[column].is_float():
            there = there & pl.col(column).is_finite()
        rows = panel.filter(~there.fill_null(False))
        if len(rows):
            few = [f"{name} {year}" for name, year in rows.select("unit_name", "period").rows()[:3]]
            more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
            raise DifferenceError(f"{what} {column} in {', '.join(few)}{more}")
    if panel.is_empty():
        raise DifferenceError("there are no rows in these years")


def _overall(gini: DagumGini, theil: Theil, sigma: SigmaConvergence) -> dict[str, Any]:
    """Measure → (T,) values over all units."""
    return {
        "gini": gini.gini,
        "gini_within": gini.within,
        "gini_between": gini.between,
        "gini_overlap": gini.transvariation,
        "gini_within_share": gini.within_share,
        "gini_between_share": gini.between_share,
        "gini_overlap_share": gini.transvariation_share,
        "theil": theil.index,
        "theil_within": theil.within,
        "theil_between": theil.between,
        "theil_within_share": theil.within_share,
        "theil_between_share": theil.between_share,
        "coefficient_of_variation": sigma.variation,
        "log_sd": sigma.log_sd,
        "mean": sigma.mean,
    }


def _long(
    measured: dict[str, Any],
    periods: tuple[Any, ...],
    group: str | None = None,
    other: str | None = None,
) -> list[tuple[Any, ...]]:
    """Rows of `inequality`: period, measure, group, other group, value."""
    return [
        (period, measure, group, other, number(values[at]))
        for measure, values in measured.items()
        for at, period in enumerate(periods)
    ]


def _by_group(gini: DagumGini, theil: Theil, sigma: SigmaConvergence) -> list[tuple[Any, ...]]:
    """Measures inside each group, and between each pair of them, a pair once."""
    rows = []
    for j, group in enumerate(gini.groups):
        own = {
            "gini": gini.group_gini[:, j],
            "theil": theil.group_index[:, j],
            "coefficient_of_variation": sigma.group_variation[:, j],
            "log_sd": sigma.group_log_sd[:, j],
            "mean": sigma.group_mean[:, j],
        }
        rows += _long(own, gini.periods, str(group))
        for h in range(j + 1, len(gini.groups)):
            pair = {"gini": gini.pair_gini[:, j, h], "affluence": gini.affluence[:, j, h]}
            rows += _long(pair, gini.periods, str(group), str(gini.groups[h]))
    return rows


def _densities(variable: str, panel: pl.DataFrame) -> tuple[pl.DataFrame, list[Read], list[str]]:
    """Rows of `density` and what they rest on; no rows and the reason where a year has no spread."""
    import polars as pl

    from nqpf_assets.estimators.regional_differences.density import kernel_density

    values, periods = panel[variable].to_numpy(), panel["period"].to_numpy()
    try:
        result = kernel_density(values, periods)
    except DifferenceError as error:
        return pl.DataFrame(schema={"period": pl.Int32}), [], [f"No densities: {error}."]
    n_periods, n_points = result.density.shape
    frame = pl.DataFrame(
        {
            "period": np.repeat(np.asarray(result.periods), n_points),
            "x": np.tile(result.grid, n_periods),
            "density": result.density.ravel(),
            "bandwidth": np.repeat(result.bandwidths, n_points),
        }
    )
    ends = list(extremes(values, panel["unit"].to_list(), periods.tolist()))
    widest = int(result.periods[int(result.bandwidths.argmax())])
    return frame, list(_reads_of_densities(variable, result.periods, ends, widest)), []


def _reads_of_densities(
    variable: str, periods: Iterable[int], ends: list[tuple[str, int]], widest: int
) -> Iterator[Read]:
    """A density rests on its year, and on what sets the grid: extremes, and the year of the widest band."""
    on_grid = ("x", "density")
    for year in map(int, periods):
        of_year = ("density", "bandwidth")
        yield Read("density", of_year, variable, year, year, period=year)
        yield Read("density", on_grid, variable, widest, widest, period=year, role="grid")
        for unit, at in ends:
            if at != widest:
                own = ("density", on_grid, variable, at, at)
                yield Read(*own, period=year, unit=unit, role="grid")


def _sigma_words(sigma: SigmaConvergence) -> str:
    first, last = float(sigma.variation[0]), float(sigma.variation[-1])
    if len(sigma.periods) == 1:
        return "σ convergence: one year, so nothing to compare."
    change = "falls" if last < first else "rises" if last > first else "stays"
    # A change that three decimals hide is shown by more: nothing falls from .123 to .123.
    decimals = next((n for n in range(3, 10) if f"{first:.{n}f}" != f"{last:.{n}f}"), 3)
    return (
        f"σ convergence: the coefficient of variation {change} from {first:.{decimals}f} in "
        f"{sigma.periods[0]} to {last:.{decimals}f} in {sigma.periods[-1]}."
    )
