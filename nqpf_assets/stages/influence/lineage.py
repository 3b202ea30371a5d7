"""What `influence`, `leave_out` and `absorbed_cell` are made from, column by column.

Which rows there are, and in which order, follows from the sizes of the changes, and so from everything that
these are computed from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from nqpf_assets.stages.lineage.words import LINKS, places_of
from nqpf_assets.stages.requested_columns import variables_of, weights_of
from nqpf_assets.steps.lineage import listed
from nqpf_assets.studies.groupings_read import groupings_of

if TYPE_CHECKING:
    from nqpf_assets.stages.requested_columns import Request
    from nqpf_assets.steps.step import Declared

OF_STUDY = "identity study file"
KEYS = ("variable", "unit", "period")
ENTRY = {"unit": "region_code", "period": "weight_year", "value": "weight"}
"""Columns of a cell, and those of an entry of a weights file that stand in the same."""


def lineage_of_influence(
    wanted: Iterable[Request], *, reads_scores: bool, has_lags: bool
) -> dict[str, Declared]:
    """Of both tables of one study.

    Args:
        reads_scores: whether its formulas read scores of indices; has_lags: whether they lag by weights of
            raw files.
    """
    columns = [one.column for one in wanted]
    if not columns:
        return {}
    variables = listed("panel", sorted({name for one in columns for name in variables_of(one)}))
    groups = sorted({name for one in columns for name in groupings_of(one)})
    rows = ", ".join(
        (
            listed("panel", ("unit", "period", *groups)),
            listed("model", ("table_name", "column_label", "sample_id")),
            listed("model_sample", ("sample_id", "unit", "period")),
            listed("estimate", ("table_name", "column_label", "term")),
            listed("effect", ("table_name", "column_label", "effect", "term")),
        )
    )
    column = (
        f"{variables}, estimate.estimate, estimate.std_error, effect.estimate, effect.std_error"
    )
    walk = (
        "filled_cell.value, member_cell.value, filled_from.weight_in_fill, derived_cell.value, "
        "variable_cell.value, series.unit_measure"
    ) + (", index_score.score" if reads_scores else "")
    places = ", ".join(
        (
            listed("filled_cell", (*KEYS, "status")),
            listed("filled_from", (*KEYS, "from_series", "from_unit", "from_period")),
            listed("member_cell", (*KEYS, "status")),
            listed("derived_cell", KEYS),
            listed("variable_cell", (*KEYS, "reason")),
            "series.series_id",
            *([listed("index_score", ("index_name", "unit", "period"))] if reads_scores else []),
        )
    )
    spatial = [one for one in map(weights_of, columns) if one is not None]
    geography = places_of(spatial)
    of_formulas = f"; join {LINKS}" if has_lags else ""
    through = f"conditional {column}, {walk}, {rows}, {places}{geography}{of_formulas}"
    has_entries = has_lags or any(one.is_own for one in spatial)
    entry = ", source.weight.{}" if has_entries else ""
    left = f"conditional {column}, {rows}{geography}"
    key = {"table_name column_label": OF_STUDY}
    numbers = "change change_in_std_errors"
    return {
        "influence": {
            **key,
            "term": f"identity estimate.term, effect.term; {through}",
            "effect": f"identity effect.effect; {through}",
            "series_id": f"identity filled_cell.variable, member_cell.variable; {through}",
            **{
                own: f"identity filled_cell.{own}, member_cell.{own}{entry.format(read)}; {through}"
                for own, read in ENTRY.items()
            },
            **(
                {
                    "weights_name": f"identity source.weight.weights_name; {through}",
                    "other_unit": f"identity source.weight.neighbour_code; {through}",
                }
                if has_entries
                else {}
            ),
            numbers: f"transformation {column}, {walk}{entry.format('weight')}; "
            f"conditional {rows}, {places}{geography}{of_formulas}",
            "others": f"{OF_STUDY}; {through}",
            "*": f"filter {column}, {walk}, {rows}, {places}{geography}{of_formulas}",
        },
        "leave_out": {
            **key,
            "term": f"identity estimate.term, effect.term; {left}",
            "effect": f"identity effect.effect; {left}",
            "unit period": f"identity panel.=; {left}",
            f"estimate {numbers}": f"transformation {column}; conditional {rows}{geography}",
            "others": f"{OF_STUDY}; {left}",
            "*": f"filter {column}, {rows}{geography}",
        },
    }


def lineage_of_absorbed(wanted: Collection[Request], read: Collection[str]) -> Declared:
    """Of `absorbed_cell`.

    Args:
        wanted: the columns that are looked at.
        read: the tables of the study that are read.
    """
    if not wanted:
        return {"others": OF_STUDY}
    variables = {name for one in wanted for name in variables_of(one.column)}
    seen = {
        "series": ("series_id", "unit_measure"),
        "filled_cell": (*KEYS, "value", "status"),
        "filled_from": (*KEYS, "from_series", "from_unit", "from_period", "weight_in_fill"),
        "member_cell": (*KEYS, "value", "status"),
        "derived_cell": (*KEYS, "value"),
        "variable_cell": (*KEYS, "value", "reason"),
        "panel": ("unit", "period", *sorted(variables)),
        "rests_on": (
            "variable",
            "role",
            "is_pooled",
            "at_year",
            "of_region",
            "at_part",
            "since_part",
        ),
        "model": ("table_name", "column_label", "sample_id"),
        "model_sample": ("sample_id", "unit", "period"),
        "estimate": ("table_name", "column_label", "term"),
        "test": ("table_name", "column_label", "test"),
        "index_score": ("index_name", "unit", "period", "score"),
    }
    geography = places_of(filter(None, (weights_of(one.column) for one in wanted)))
    through = f"conditional {', '.join(listed(table, seen[table]) for table in read)}{geography}"
    return {
        "table_name column_label variable": OF_STUDY,
        "series_id": f"identity filled_cell.variable, member_cell.variable; {through}",
        "unit period": f"identity filled_cell.=, member_cell.=; {through}",
        "*": through.replace("conditional", "filter"),
    }
