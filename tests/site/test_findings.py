"""Sentences of findings: what they put side by side is of one kind."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from nqpf_assets.site.findings import findings


def published(columns: dict[str, tuple[float, dict[str, Any]]]) -> Any:
    """A study of one table: column → coefficient, and what the column asks for beside its regressor."""
    asked = {"regressors": ["x"]}
    definitions = [
        {"table_name": "t", "column_label": name, "definition": json.dumps(asked | further)}
        for name, (_, further) in columns.items()
    ]
    estimates = [
        {"table_name": "t", "column_label": name, "term": "x", "outcome": "y", "estimate": value,
         "conf_low": value - 0.1, "conf_high": value + 0.1}
        for name, (value, _) in columns.items()
    ]  # fmt: skip
    tables = {"FROM {study}.model_definition": definitions}
    return SimpleNamespace(name="mini", variables={}, rows=lambda sql: tables.get(sql, estimates))


def test_coefficients_in_standard_deviations_are_told_apart() -> None:
    found = findings(
        published({"(1)": (0.5, {}), "(2)": (0.7, {}), "(3)": (90.0, {"standardize": True})}), ["t"]
    )
    plain, standardized = (one.said for one in found)
    assert "from 0.5 [1] to 0.7 [2] in 2 columns" in plain.en
    assert "in standard deviations, 90" in standardized.en
    assert "以标准差计" in standardized.zh
