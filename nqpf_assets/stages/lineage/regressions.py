"""What tables of regressions are made from: models, estimates and samples, and the tables as printed.

Which columns of the panel enter follows from the study; how they enter is declared here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from nqpf_assets.stages.lineage.words import OF_STUDY, UNDER, of_panel, places_of
from nqpf_assets.stages.requested_columns import (
    NUMBERS,
    clusters_of,
    variables_of,
    weights_of,
)
from nqpf_assets.steps.lineage import listed
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.estimator_registry import ESTIMATORS, block_of
from nqpf_assets.studies.groupings_read import groupings_of

if TYPE_CHECKING:
    from nqpf_assets.stages.requested_columns import Request
    from nqpf_assets.steps.step import Declared
    from nqpf_assets.studies.spec import CompleteColumn, RegressionTable

PLACES = "panel.unit, panel.period"
THRESHOLD = "threshold variable"
"""The role of what an estimator looks for a threshold in."""


def lineage_of_results(wanted: Iterable[Request]) -> dict[str, Declared]:
    """Of `model`, `estimate`, `effect`, `test`, `threshold_ratio`, `model_variable` … of one study."""
    wanted = list(wanted)
    if not wanted:
        return {}
    columns = [one.column for one in wanted]
    variables = of_panel(name for one in columns for name in variables_of(one))
    by = _by(columns)
    rows = f"filter {variables}, {by}"
    places = places_of(filter(None, map(weights_of, columns)))
    numbers = f"transformation {variables}; group by {by}{places}"
    clusters = of_panel(key for one in columns for key in clusters_of(one))
    key = {"table_name column_label": OF_STUDY}
    term = {**key, "term": OF_STUDY}
    errors = "std_error statistic p_value conf_low conf_high"
    return {
        "model": {
            "table_name column_label column_position estimator outcome effects vcov small_sample n_expected "
            "sample": OF_STUDY,
            "n_obs": f"aggregation {variables}; {rows}",
            "n_units n_periods": rows,
            "n_clusters": f"group by {clusters}; {rows}" if clusters else rows,
            "sample_id": f"transformation {PLACES}; {rows}",
            "n_missing_rows": f"aggregation {variables}; {rows}",
            "dropped": f"conditional {variables}, {by}",
            "note": f"{OF_STUDY}; conditional {variables}, {by}{places}",
            **{name: f"{words}; {rows}" for name, words in UNDER.items()},
            "others": numbers,
        },
        "estimate": {
            **term,
            f"estimate {errors}": numbers,
            "published_estimate published_statistic published_std_error published_stars": OF_STUDY,
        },
        "effect": {**term, "effect": OF_STUDY, f"estimate {errors}": numbers},
        "test": {
            **key,
            "test": f"{OF_STUDY}; conditional {variables}, {by}",
            "statistic std_error df p_value detail": numbers,
        },
        "threshold_ratio": _ratios([one for one in columns if _is_searched(one)]),
        "model_variable": {**key, "variable role further_role": OF_STUDY},
        "model_definition": {"others": OF_STUDY},
        "bound_row": {
            **key,
            "variable": OF_STUDY,
            "unit period": "identity panel.=",
            "*": rows,
        },
        "model_sample": {
            "sample_id": f"transformation {PLACES}; {rows}",
            "unit period": "identity panel.=",
            "*": rows,
        },
        "model_span": {
            "sample_id": f"transformation {PLACES}; {rows}",
            "unit": "identity panel.unit",
            "first_period last_period": f"aggregation panel.period; {rows}",
            "*": rows,
        },
    }


def _ratios(columns: list[CompleteColumn]) -> dict[str, str]:
    """Likelihood ratios of the values that were tried as thresholds, of columns that look for one."""
    if not columns:
        return {"others": OF_STUDY}
    variables = of_panel(name for one in columns for name in variables_of(one))
    by = _by(columns)
    return {
        "table_name column_label effect term critical_value": OF_STUDY,
        "threshold_value likelihood_ratio is_in_set": f"transformation {variables}; group by {by}",
        "*": f"filter {variables}, {by}",
    }


def _by(columns: Iterable[CompleteColumn]) -> str:
    """Keys and groupings in the order of the columns; that of a set is another in each process."""
    return of_panel([*OWN_KEYS, *(name for one in columns for name in groupings_of(one))])


def _is_searched(column: CompleteColumn) -> bool:
    block = block_of(column.estimator)
    return block is not None and THRESHOLD in (role.name for role in block.variables.values())


PRINTED = {
    "model": "data_status vcov small_sample sample n_imputed_cells n_corrected_cells n_series_cells dropped "
    "note",
    "series_caution": "series_id caution",
    "index_test": "index_name test term statistic detail",
}
"""What the notes under a regression table tell."""


def lineage_of_printed(
    table: RegressionTable, columns: Iterable[CompleteColumn], indices: Collection[str]
) -> Declared:
    """Of a regression table as text, with a column for each of its labels."""
    columns = list(columns)
    has_index = any(name in indices for one in columns for name in variables_of(one))
    parts = {part: names for part, names in PRINTED.items() if has_index or part != "index_test"}
    effects = [one for column in columns for one in ESTIMATORS[column.estimator].printing.effects]
    error = "statistic" if table.parentheses == "t" else "std_error"
    numbers = ", ".join(
        (
            listed("estimate", ("estimate", "p_value", error)),
            listed(
                "model", ("n_obs", "n_clusters", "effects", "r2", "r2_within", "r2_unit_within")
            ),
            *(["effect.estimate"] if effects else []),
            *(
                [f"effect.p_value, effect.{error}"]
                if any(not one.has_interval for one in effects)
                else []
            ),
            *(
                ["effect.conf_low, effect.conf_high"]
                if any(one.has_interval for one in effects)
                else []
            ),
        )
    )
    told = ", ".join(listed(part, names.split()) for part, names in parts.items())
    own = ", ".join(f"{part}.table_name" for part in ("model", *NUMBERS))
    mine = ", ".join(f"{part}.column_label" for part in ("model", *NUMBERS))
    which = "estimate.term, effect.effect, effect.term, test.test"
    which += ", index_test.p_value" if has_index else ""
    few = "model.n_clusters, model.n_units, model.df_test, test.statistic, test.p_value, test.df"
    return {
        "row_position row_kind": f"conditional {which}",
        "row_label": f"transformation study file, estimate.term, {told}; conditional {few}, {mine}, {which}",
        tuple(column.label for column in columns): f"transformation study file, {numbers}; "
        f"conditional {which}, {few}, {mine}",
        "*": f"filter {own}, {mine}, {which}, {few}, model.r2_within, model.r2_unit_within, {told}",
    }
