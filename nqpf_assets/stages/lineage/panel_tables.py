"""What tables that describe the panel are made from: printed, in long form, and as what numbers rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.stages.lineage.words import OF_STUDY, UNDER, of_panel, places_of
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.table_kind import PanelTable
from nqpf_assets.studies.tables import TABLE_KINDS, kind_of

if TYPE_CHECKING:
    from nqpf_assets.steps.step import Declared

COUNTS = {"n_obs", "n_units", "n_periods", "n_clusters", "note"}
"""Of the rows that have what a table needs; where one lacks it, there is no table, or a note."""


INDICATORS = (
    "; transformation variable_cell.value, study file; "
    "conditional variable_cell.variable, variable_cell.unit, variable_cell.period"
)
"""Of an index that is made again from its indicators."""


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
        return {
            key: {"others": OF_STUDY} for key in ("table_read", "table_span", "table_definition")
        }
    rows, groups = _rows(made_of), of_panel(_groupings(made_of))
    named = f"identity {groups}" if groups else OF_STUDY
    told = _measured(made_of).replace("transformation", "conditional")
    spans = {"first_period last_period": "aggregation panel.period", "*": rows}
    return {
        "table_definition": {"others": OF_STUDY},
        "table_read": {
            "table_name number_table number variable is_own_unit grouping weights_name standardize": OF_STUDY,
            "group_name other_group from_group": named,
            "role": f"{OF_STUDY}; {told}",
            "from_unit": f"identity panel.unit; {told}",
            "period": "identity panel.period",
            "first_period last_period": f"identity panel.period; {told}",
            "*": f"{rows}; {told}",
        },
        "table_span": {
            "table_name": OF_STUDY,
            "unit": "identity panel.unit",
            "group_name": named,
            **spans,
        },
    }


def _printed(table: PanelTable) -> Declared:
    """The numbers of a table; labels are its years or groups, and the notes under them."""
    told = "; ".join(UNDER.values()).replace("aggregation", "conditional")
    by = of_panel(("unit_name", *OWN_KEYS, *_groupings([table])))
    return {
        "row_position row_kind": OF_STUDY,
        "row_label": f"{_measured([table])}; conditional {by}; {told}",
        tuple(table.numbers()): _measured([table]),
        "*": f"{_rows([table])}; {told}{places_of(table.neighbours().values())}",
    }


def _long_form(table: str, made_of: list[PanelTable]) -> Declared:
    """A long form; where the study has no table of its kind, it is empty for what the study says."""
    if not made_of:
        return {"others": OF_STUDY}
    groups = of_panel(_groupings(made_of))
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
        **dict.fromkeys(("measure", "index_name", "dimension", "indicator"), OF_STUDY),
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
    by = of_panel([*OWN_KEYS, *_groupings(tables)])
    apart = INDICATORS if any(table.indices() for table in tables) else ""
    return (
        f"transformation {of_panel(_variables(tables))}; group by {by}{apart}{places_of(weights)}"
    )


def _rows(tables: Iterable[PanelTable]) -> str:
    return f"filter {of_panel([*OWN_KEYS, *_groupings(tables), *_variables(tables)])}"


def _variables(tables: Iterable[PanelTable]) -> list[str]:
    return [name for table in tables for name in table.variables()]


def _groupings(tables: Iterable[PanelTable]) -> list[str]:
    return [name for table in tables for name in table.groupings()]
