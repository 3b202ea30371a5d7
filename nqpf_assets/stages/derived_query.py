"""The query of variables: layer by layer, what its declaration clips being clipped before it is read.

Formulas are compiled by `nqpf_assets.expressions.compile`; which of them wait for others is
`variable_layers`'.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.stages.sql import study_file_over
from nqpf_assets.studies.spec import Study
from nqpf_assets.warehouse.duckdb_engine import literals, quoted

if TYPE_CHECKING:
    from nqpf_assets.expressions.compile import CompiledExpression, Groups

PANEL_COLUMNS = "variable, unit, period, value, status, reason"


def clipping_files() -> Mapping[str, str]:
    """The files that clip between two layers, for the record of what a table was made by."""
    texts = {
        "winsor_bound": {"derived_cell": "derived", "winsorizing": "winsorizing"},
        "variable_cell": {"derived_cell": "derived", "winsor_bound": "bound"},
    }
    return {f"{table}.sql": study_file_over(table, named) for table, named in texts.items()}


def variables_sql(
    study: Study,
    compiled: Mapping[str, CompiledExpression],
    clipped: Mapping[str, object],
    groups: Groups,
    units: list[str],
    cells: str = "",
    everywhere: Collection[str] = (),
    regions: Collection[str] = (),
) -> str:
    """The SELECT of `derived_cell`: layer by layer, what is clipped being clipped before the next one.

    Args:
        cells: relation to read series from; `filled_cell` of the study where left out.
        everywhere: variables whose rows are given instead, of whichever years and regions, before clipping.
        regions: that formulas of the study read by name which are not among these.
    """
    from nqpf_assets.expressions.compile import derived_cells_sql
    from nqpf_assets.studies.variable_layers import layers

    schema, found = quoted(study.study), layers(compiled, clipped)
    cells, parts = cells or f"{schema}.filled_cell", list[tuple[str, str]]()
    years = f"period BETWEEN {study.periods.first} AND {study.periods.last}"
    of_study = f"unit IN ({literals(units)})"
    for place, layer in enumerate(found):
        derived = f"derived_{place}"
        query = derived_cells_sql(
            layer.variables,
            cells=cells,
            first=study.periods.first,
            last=study.periods.last,
            groups=groups,
            units=units,
            within={name: one.tree for name, one in compiled.items()},
            everywhere=bool(layer.read_later or everywhere),
            regions=regions,
        )
        if len(found) == 1 and not everywhere:
            return f"{query}\nORDER BY variable, unit, period"
        parts.append((derived, query))
        if not layer.read_later:
            continue
        parts += _finished(place, schema, years, of_study)
        listed = literals(layer.read_later)
        columns = "SELECT variable, unit, period, value, status"
        parts.append(
            (
                f"cells_{place}",
                f"{columns} FROM {cells} WHERE variable NOT IN ({listed}) UNION ALL "
                f"{columns} FROM finished_{place} WHERE variable IN ({listed})",
            )
        )
        cells = f"cells_{place}"
    body = ",\n".join(f"{name} AS MATERIALIZED (\n{text}\n)" for name, text in parts)
    shown = f"variable IN ({literals(everywhere)})" if everywhere else f"{years} AND {of_study}"
    rows = " UNION ALL ".join(
        f"SELECT {PANEL_COLUMNS} FROM derived_{place} WHERE {shown}" for place in range(len(found))
    )
    return f"WITH {body}\nSELECT * FROM ({rows}) AS every_layer ORDER BY variable, unit, period"


def _finished(place: int, schema: str, years: str, of_study: str) -> list[tuple[str, str]]:
    """Bounds from the study's rows of a layer, and all its rows clipped to them.

    Pooled bounds are those of the study's years, and hold for a lag that reads earlier ones; bounds by
    year are each year's own.
    """
    derived, pool, bound = (f"{name}_{place}" for name in ("derived", "pool", "bound"))
    rules = f"{schema}.winsorizing"
    yearly = f"SELECT variable FROM {rules} WHERE grouped_by = 'period'"
    read = {"derived_cell": pool, "winsorizing": rules}
    clip = {"derived_cell": derived, "winsor_bound": bound}
    return [
        (pool, f"SELECT * FROM {derived} WHERE {of_study} AND ({years} OR variable IN ({yearly}))"),
        (bound, study_file_over("winsor_bound", read)),
        (f"finished_{place}", study_file_over("variable_cell", clip)),
    ]
