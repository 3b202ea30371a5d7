"""What the tables of results are made from, column by column, for the steps that make them.

Which columns of the panel enter follows from the study; how they enter is declared here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.stages.requested_columns import (
    NUMBERS,
    clusters_of,
    groupings_of,
    variables_of,
    weights_of,
)
from nqpf_assets.steps.lineage import listed
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.studies.table_kind import PanelTable
from nqpf_assets.studies.tables import TABLE_KINDS, kind_of

if TYPE_CHECKING:
    from nqpf_assets.stages.requested_columns import Request
    from nqpf_assets.steps.step import Declared
    from nqpf_assets.studies.spec import CompleteColumn, RegressionTable

OF_STUDY = "identity study file"
PLACES = "panel.unit, panel.period"
NEIGHBOURS = listed("catalog.neighbour", ("region_code", "neighbour_code"))
COORDINATES = listed("catalog.coordinate", ("region_code", "longitude", "latitude"))
READ = (
    "filter rests_on.variable, rests_on.is_pooled, rests_on.first_lag, rests_on.last_lag, rests_on.at_year, "
    "rests_on.not_before, rests_on.not_after, rests_on.of_region; "
    "join rests_on.series_id, filled_cell.variable, filled_cell.unit, filled_cell.period"
)
COUNTS = {"n_obs", "n_units", "n_periods", "n_clusters", "note"}
"""Of the rows that have what a table needs; where one lacks it, there is no table, or a note."""
UNDER = {
    "n_series_cells": f"aggregation filled_cell.value; {READ}",
    "n_imputed_cells": f"aggregation filled_cell.status; {READ}",
    "n_corrected_cells": f"aggregation filled_cell.status, filled_from.from_period; {READ}; "
    "filter rests_on.pooled_by, rests_on.at_part, rests_on.since_part, rests_on.since_lag, pool.unit, "
    "pool.first_period, pool.last_period, part_span.part, part_span.unit, part_span.first_period, "
    "clipped_input.variable, clipped_input.input, clipped_cell.variable, clipped_cell.unit, "
    "clipped_cell.period, clipped_cell.side, clipped_cell.bound_period, bound_cell.variable, "
    "bound_cell.side, bound_cell.bound_period, bound_cell.series_id, bound_cell.unit, "
    "bound_cell.first_period, bound_cell.last_period, extreme_cell.variable, extreme_cell.series_id, "
    "extreme_cell.unit, extreme_cell.first_period, extreme_cell.last_period; "
    "join filled_from.variable, filled_from.unit, filled_from.period",
    "data_status": "aggregation source.file.data_status; join reported_cell.file_id, source.file.file_id, "
    "rests_on.variable, rests_on.series_id, reported_cell.variable",
}
"""What lies under a set of variables, as `underlying_cells` counts it."""


def lineage_of_results(wanted: Iterable[Request]) -> dict[str, Declared]:
    """Of `model`, `estimate`, `effect`, `test`, `model_variable` and `model_sample` of one study."""
    wanted = list(wanted)
    if not wanted:
        return {}
    columns = [one.column for one in wanted]
    variables = _of_panel(name for one in columns for name in variables_of(one))
    groups = {name for one in columns for name in groupings_of(one)}
    by = _of_panel([*OWN_KEYS, *groups])
    rows = f"filter {variables}, {by}"
    places = _places_of(filter(None, map(weights_of, columns)))
    numbers = f"transformation {variables}; group by {by}{places}"
    clusters = _of_panel(key for one in columns for key in clusters_of(one))
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
            "published_estimate published_statistic published_std_error": OF_STUDY,
        },
        "effect": {**term, "effect": OF_STUDY, f"estimate {errors}": numbers},
        "test": {
            **key,
            "test": f"{OF_STUDY}; conditional {variables}, {by}",
            "statistic std_error df p_value detail": numbers,
        },
        "model_variable": {**key, "variable role": OF_STUDY},
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


def lineage_of_panel_tables(wanted: Mapping[str, PanelTable]) -> dict[str, Declared]:
    """Of tables that describe the panel as printed, and of the long forms that their kinds have."""
    found: dict[str, Declared] = {name: _printed(one) for name, one in wanted.items()}
    for kind in TABLE_KINDS.all.values():
        mine = [one for one in wanted.values() if kind_of(one) is kind]
        found |= {table: _long_form(table, mine) for table in kind.long}
    return found | _of_reads(wanted.values())


def _of_reads(tables: Iterable[PanelTable]) -> dict[str, Declared]:
    """What numbers rest on: what the study says, and which rows have values, are bounds, or lie apart."""
    made_of = list(tables)
    if not made_of:
        return {"table_read": {"others": OF_STUDY}, "table_span": {"others": OF_STUDY}}
    rows, groups = _rows(made_of), _of_panel(_groupings(made_of))
    named = f"identity {groups}" if groups else OF_STUDY
    told = _measured(made_of).replace("transformation", "conditional")
    spans = {"first_period last_period": "aggregation panel.period", "*": rows}
    return {
        "table_read": {
            "table_name number_table number variable is_own_unit grouping": OF_STUDY,
            "group_name other_group from_group": named,
            "role": f"{OF_STUDY}; {told}",
            "from_unit": f"identity panel.unit; {told}",
            "period": "identity panel.period",
            "first_period last_period": f"identity panel.period; {told}",
            "*": f"{rows}; {told}",
        },
        "table_span": {"table_name": OF_STUDY, "unit": "identity panel.unit", **spans},
    }


def _printed(table: PanelTable) -> Declared:
    """The numbers of a table; labels are its years or groups, and the notes under them."""
    told = "; ".join(UNDER.values()).replace("aggregation", "conditional")
    by = _of_panel(("unit_name", *OWN_KEYS, *_groupings([table])))
    return {
        "row_position row_kind": OF_STUDY,
        "row_label": f"{_measured([table])}; conditional {by}; {told}",
        tuple(table.numbers()): _measured([table]),
        "*": f"{_rows([table])}; {told}{_places_of(table.neighbours().values())}",
    }


def _long_form(table: str, made_of: list[PanelTable]) -> Declared:
    """A long form; where the study has no table of its kind, it is empty for what the study says."""
    if not made_of:
        return {"others": OF_STUDY}
    groups = _of_panel(_groupings(made_of))
    known = {
        "period": "identity panel.period",
        "unit": "identity panel.unit",
        "unit_name": "identity panel.unit_name",
        "data_status": UNDER["data_status"],
        **dict.fromkeys(
            ("group_name", "other_group"), f"identity {groups}" if groups else OF_STUDY
        ),
        **dict.fromkeys(
            ("table_name", "variable", "convergence", "effects", "vcov", "small_sample"), OF_STUDY
        ),
        "measure": OF_STUDY,
    }
    columns = registry()[STUDY_SCHEMA, table].names
    return {
        **{name: words for name, words in known.items() if name in columns},
        **dict.fromkeys(sorted({*columns} & COUNTS), _rows(made_of)),
        "others": _measured(made_of),
        "*": _rows(made_of),
    }


def _measured(tables: Iterable[PanelTable]) -> str:
    """Numbers from the variables of some tables, by unit, period and group."""
    tables = list(tables)
    weights = (one for table in tables for one in table.neighbours().values())
    by = _of_panel([*OWN_KEYS, *_groupings(tables)])
    return f"transformation {_of_panel(_variables(tables))}; group by {by}{_places_of(weights)}"


def _rows(tables: Iterable[PanelTable]) -> str:
    return f"filter {_of_panel([*OWN_KEYS, *_groupings(tables), *_variables(tables)])}"


def _variables(tables: Iterable[PanelTable]) -> list[str]:
    return [name for table in tables for name in table.variables()]


def _groupings(tables: Iterable[PanelTable]) -> list[str]:
    return [name for table in tables for name in table.groupings()]


def _of_panel(names: Iterable[str]) -> str:
    """Columns of the panel, each once."""
    return listed("panel", dict.fromkeys(names))


def _places_of(weights: Iterable[WeightOptions]) -> str:
    """Where the geography enters, as one more clause."""
    kinds = {one.weights for one in weights}
    return "".join(
        f"; join {columns}"
        for columns, those in (
            (NEIGHBOURS, {"contiguity"}),
            (COORDINATES, {"inverse_distance", "nested"}),
        )
        if kinds & those
    )
