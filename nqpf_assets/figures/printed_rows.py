"""Rows of printed tables that describe the panel, as figures draw them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.study_tables import StudyTables


def tables_of_kind(study: StudyTables, kind: str) -> dict[str, Row]:
    """Table of a kind → what the study file says of it; none where the publication does not say it."""
    said = {
        row["table_name"]: json.loads(row["definition"]) for row in study.of("table_definition")
    }
    return {name: one for name, one in said.items() if one["kind"] == kind}


def printed(study: StudyTables, table: str) -> list[Row]:
    """Its rows in print order, without notes."""
    return study.of(table, "row_kind <> 'note'", "row_position")


def is_synthetic(study: StudyTables, table: str) -> bool:
    """Whether a note of the table says that its data are."""
    return any("SYNTHETIC" in str(one["row_label"]) for one in study.of(table, "row_kind = 'note'"))


def named(study: StudyTables, labels: Iterable[str], variables: Iterable[str]) -> dict[str, str]:
    """Label of a row → what its variable is called in the language of the figure."""
    if study.language == "en":
        return {label: label for label in labels}
    return {label: study.variable(name) for label, name in zip(labels, variables, strict=True)}
