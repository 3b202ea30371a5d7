"""The codebook of an analysis panel: a row for each column, what it is and what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.stata.names import names_in_stata
from nqpf_assets.exports.study import MARKED

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.document import Dataset

COLUMNS = {
    "variable": "column of the panel",
    "label": "what it holds",
    "type": "string, integer or number",
    "unit": "unit of measurement",
    "formula": "how it is computed, in the words of the study file",
    "source": "what the study file says of its source",
    "index": "index that it is an indicator of",
    "dimension": "dimension of that index",
    "direction": "positive where more is better, negative where less is",
    "in_stata": "name in panel.dta",
    "values": "rows with a value",
    "missing": "rows without one",
    "minimum": "least value",
    "mean": "mean value",
    "maximum": "greatest value",
    **{status: f"values that are {status.replace('_', ' ')}" for status in MARKED},
}
"""Columns of the codebook, and what each says."""

_SAID = {
    "unit": "unit_measure",
    "formula": "expression",
    "source": "source_note",
    "index": "index_name",
    "dimension": "dimension",
    "direction": "direction",
}


def kind_of(dtype: pl.DataType) -> str:
    """A type in the words of a data package."""
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    return "boolean" if str(dtype) == "Boolean" else "string"


def codebook(panel: Dataset, variables: pl.DataFrame, marked: pl.DataFrame) -> list[dict[str, Any]]:
    """A row for each column.

    Args:
        variables: rows of the study's `variable`.
        marked: cells of `panel.cell` that are neither reported nor missing.
    """
    known = {row["variable"]: row for row in variables.to_dicts()}
    counts = {
        (variable, status): count
        for variable, status, count in marked.group_by("variable", "status").len().iter_rows()
    }
    in_stata = names_in_stata(panel.rows.columns)
    found = []
    for column in panel.rows:
        name, kind = column.name, kind_of(column.dtype)
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        row |= {key: known.get(name, {}).get(of) for key, of in _SAID.items()}
        row |= {
            "variable": name,
            "label": panel.labels.get(name) or name,
            "type": kind,
            "in_stata": in_stata[name],
            "values": len(column) - column.null_count(),
            "missing": column.null_count(),
        }
        if kind in ("number", "integer"):
            row |= {"minimum": column.min(), "mean": column.mean(), "maximum": column.max()}
        row |= {status: counts.get((name, status), 0) for status in MARKED}
        found.append(row)
    return found
