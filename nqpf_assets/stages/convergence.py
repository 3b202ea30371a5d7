"""Beta convergence of a study's variable: the rows of `convergence`, and what is said of them.

The regression is `nqpf_assets.estimators.regional_differences.beta_convergence`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.table_frames import rows_of
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.messages.stars import LEGEND, stars
from nqpf_assets.stages.few_clusters import FEW
from nqpf_assets.stages.printed_panel_table import number

if TYPE_CHECKING:
    import polars as pl

CONDITIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("absolute", ()),
    ("conditional", ("unit",)),
    ("conditional", ("unit", "period")),
)
"""Each kind of convergence with its fixed effects."""


def convergence_rows(values: Any, units: Any, periods: Any) -> pl.DataFrame:
    """Annual growth of ln y on ln y at its start, clustered by unit: one row per condition.

    A condition that cannot be estimated keeps its row, with the reason in `note`.
    """
    rows = []
    for condition, effects in CONDITIONS:
        row = {"convergence": condition, "effects": ", ".join(effects)}
        try:
            rows.append(row | _estimated(values, units, periods, effects))
        except (DifferenceError, EstimationError) as error:
            rows.append(row | {"note": str(error)})
    return rows_of("convergence", rows)


def _estimated(values: Any, units: Any, periods: Any, effects: tuple[str, ...]) -> dict[str, Any]:
    from nqpf_assets.estimators.regional_differences.beta_convergence import beta_convergence

    result = beta_convergence(values, units, periods, effects=effects)
    fit = result.fit
    return {
        "estimate": result.beta,
        "std_error": result.beta_std_error,
        "statistic": number(fit.t_stats[0]),
        "p_value": number(result.beta_p_value),
        "conf_low": number(fit.conf_int[0, 0]),
        "conf_high": number(fit.conf_int[0, 1]),
        "speed": number(result.speed),
        "speed_std_error": number(result.speed_std_error),
        "half_life": number(result.half_life),
        "half_life_std_error": number(result.half_life_std_error),
        "n_obs": fit.n_obs,
        "n_units": fit.n_units,
        "n_periods": fit.n_periods,
        "vcov": "clustered by unit",
        "small_sample": fit.small_sample,
        "n_clusters": min(fit.n_clusters),
        "r2": number(fit.r2),
    }


def convergence_notes(rows: pl.DataFrame, n_periods: int) -> Iterator[str]:
    """What the rows say, in words."""
    is_estimated = has_unit_effects = False
    if rows.get_column("estimate").is_null().all() and rows.get_column("note").n_unique() == 1:
        yield f"β convergence: not estimated, {rows.item(0, 'note')}."
        return
    for row in rows.to_dicts():
        given = f" on {row['effects'].replace(', ', ' and ')} effects" if row["effects"] else ""
        head = f"β convergence, {row['convergence']}{given}"
        if row["estimate"] is None:
            yield f"{head}: not estimated, {row['note']}."
            continue
        is_estimated, has_unit_effects = True, has_unit_effects or bool(row["effects"])
        error = "no standard error" if row["std_error"] is None else f"{row['std_error']:.4f}"
        text = f"{head}: {row['estimate']:.4f}{stars(row['p_value'])} ({error})"
        if row["speed"] is not None:
            text += f", speed {100 * row['speed']:.1f} % a year"
        if row["half_life"] is not None:
            text += f", half-life {row['half_life']:.1f} years"
        yield f"{text}."
    if is_estimated:
        yield f"β: standard errors in parentheses, clustered by unit. {LEGEND}."
        fewest = rows.get_column("n_clusters").drop_nulls().min()
        if isinstance(fewest, int) and fewest < FEW:
            yield (
                f"β: {counted(fewest, 'clusters')} {verb(fewest, 'are')} few, and such errors reject "
                "too often."
            )
    if has_unit_effects:
        yield (
            f"With unit effects and {counted(n_periods - 1, 'years')} of growth β is biased downwards "
            "(Nickell 1981): convergence looks faster than it is."
        )
