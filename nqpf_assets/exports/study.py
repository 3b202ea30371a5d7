"""All of a study that leaves in one file: printed tables, results, panel, what its cells are, indices.

It is read from an opened warehouse here; what a workbook makes of it stands in `office`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nqpf_assets.exports.about import About
from nqpf_assets.exports.cells import frame_from
from nqpf_assets.exports.document import Dataset, Document
from nqpf_assets.exports.published_tables import read_printed
from nqpf_assets.warehouse.duckdb_engine import literal, quoted
from nqpf_assets.warehouse.duckdb_file import (
    answer_of,
    comments_of_columns,
    comments_of_tables_with,
)

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection

KEYS = ("unit", "unit_name", "period")
"""Columns of a panel that say which row it is."""
RESULTS = (
    "model",
    "estimate",
    "effect",
    "test",
    "inequality",
    "convergence",
    "local_moran",
    "obstacle",
    "rank_change",
)
"""Long tables of results, in their order; those without rows are left out."""
SUM = {"normalise": "min_max", "aggregate": "arithmetic", "base_year": None, "by": "indicators"}
"""Options of a sum of min-max values, which is what a sheet of formulas shows."""
WEIGHED = ("entropy", "equal_weights", "given_weights", "coefficient_of_variation", "critic")
"""Methods of which a sheet shows how the weights come about."""
MARKED = (
    "aggregated",
    "interpolated",
    "extrapolated",
    "corrected",
    "winsorized_low",
    "winsorized_high",
)
"""What a cell may be beside reported and missing."""


@dataclass(frozen=True)
class WeightedIndex:
    """A weighted sum of min-max values with everything that it is computed from, in the order of years.

    Attributes:
        name: of the index.
        indicators: by name, in the order of the panel.
        directions: +1 where more is better, −1 where less is.
        shift: added before the logarithm; None for the limit 0·ln 0 = 0.
        is_by_period: each year has weights of its own.
        rows: unit, unit_name, period, the indicators, and the published ``score``.
        weights: published, a row for each indicator and year that has its own.
        method: what the weights come from.
        given: the weights that the study gives, where it does.
        is_of_values: variation is that of the indicators as they are measured, and not of normalised values.
    """

    name: str
    indicators: tuple[str, ...]
    directions: tuple[int, ...]
    shift: float | None
    is_by_period: bool
    rows: pl.DataFrame
    weights: pl.DataFrame
    method: str = "entropy"
    given: tuple[float, ...] = ()
    is_of_values: bool = False


@dataclass(frozen=True)
class StudyContent:
    """A study.

    Attributes:
        document: its printed tables.
        panel: its analysis panel.
        results: its long tables of results.
        variables: a row for each variable: title, unit of measurement, formula, source.
        marked: cells that are neither reported nor missing: variable, unit, period, status, values.
        indices: those that can be computed step by step.
        valued: names of the others, which have weights and scores as numbers.
    """

    document: Document
    panel: Dataset
    results: tuple[Dataset, ...]
    variables: pl.DataFrame
    marked: pl.DataFrame
    indices: tuple[WeightedIndex, ...]
    valued: tuple[str, ...]

    @property
    def about(self) -> About:
        return self.document.about


def rows_of(connection: Connection, sql: str) -> pl.DataFrame:
    """The rows of a query."""
    rows = answer_of(connection, sql)
    assert rows is not None, "a SELECT has rows"
    return frame_from(rows)


def dataset(connection: Connection, name: str, about: About) -> Dataset:
    """A published table with the words that explain it; the rows of a panel by unit and year."""
    schema, _, table = name.partition(".")
    labels = comments_of_columns(connection, schema, table)
    known = comments_of_tables_with(connection, next(iter(labels)))
    keys = [key for key in ("unit", "period", "row_position") if key in labels]
    order = f" ORDER BY {', '.join(keys)}" if table == "panel" or "row_position" in keys else ""
    rows = rows_of(connection, f"FROM {quoted(schema)}.{quoted(table)}{order}")
    about = replace(about, names=(name,))
    details = _details(connection, schema) if table == "panel" else {}
    return Dataset(name, known.get(name) or name, rows, labels, about, details=details)


def _details(connection: Connection, study: str) -> dict[str, tuple[str, ...]]:
    """Variable → its formula, source and place in an index, in words."""
    words = (
        ("expression", "computed as"),
        ("unit_measure", "unit"),
        ("source_note", "source"),
        ("index_name", "index"),
        ("dimension", "dimension"),
        ("direction", "direction"),
    )
    return {
        row["variable"]: tuple(f"{said}: {row[key]}" for key, said in words if row[key])
        for row in rows_of(connection, f"FROM {quoted(study)}.variable").to_dicts()
    }


def rests_on_synthetic(connection: Connection, name: str, titles: Mapping[str, str]) -> bool:
    """Whether a table rests on synthetic files: as it says itself, else as the files of its study are."""
    if name in titles:
        return read_printed(connection, name, titles[name]).is_synthetic
    study = name.partition(".")[0]
    of_study = ""
    if comments_of_columns(connection, study, "reported_cell"):
        of_study = f" AND file_id IN (SELECT file_id FROM {quoted(study)}.reported_cell)"
    (row,) = rows_of(
        connection,
        f"SELECT count(*) AS n FROM source.file WHERE data_status = 'synthetic'{of_study}",
    ).to_dicts()
    return bool(row["n"])


def study_content(connection: Connection, study: str, document: Document) -> StudyContent:
    """All of a study."""
    import polars as pl

    schema, about = quoted(study), document.about
    panel = dataset(connection, f"{study}.panel", about)
    variables = rows_of(connection, f"FROM {schema}.variable")
    order = {name: place for place, name in enumerate(panel.rows.columns)}
    variables = variables.sort(
        pl.col("variable").replace_strict(order, default=len(order), return_dtype=pl.Int64),
        maintain_order=True,
    )
    marked = rows_of(
        connection,
        "SELECT variable, unit, period, status, value, reported_value FROM panel.cell"
        f" WHERE study = {literal(study)} AND status IN ({', '.join(map(literal, MARKED))})"
        " ORDER BY variable, unit, period",
    )
    found = (dataset(connection, f"{study}.{name}", about) for name in RESULTS)
    results = tuple(one for one in found if not one.rows.is_empty())
    indices, valued = _indices(connection, study, panel, variables)
    return StudyContent(document, panel, results, variables, marked, indices, valued)


def _indices(
    connection: Connection, study: str, panel: Dataset, variables: pl.DataFrame
) -> tuple[tuple[WeightedIndex, ...], tuple[str, ...]]:
    """Indices of a study whose options are published: weighted sums, and names of the others."""
    if not comments_of_columns(connection, study, "index_definition"):
        return (), ()  # a publication from before options were published
    found, valued = [], []
    for row in rows_of(
        connection, f"FROM {quoted(study)}.index_definition ORDER BY index_name"
    ).to_dicts():
        name, options = row["index_name"], json.loads(row["definition"])
        if row["method"] in WEIGHED and all(
            options.get(key, usual) == usual for key, usual in SUM.items()
        ):
            found.append(_weighted_index(connection, study, name, options, panel, variables))
        else:
            valued.append(name)
    return tuple(found), tuple(valued)


def _weighted_index(
    connection: Connection,
    study: str,
    name: str,
    options: Mapping[str, object],
    panel: Dataset,
    variables: pl.DataFrame,
) -> WeightedIndex:
    import polars as pl

    of_index = f"WHERE index_name = {literal(name)}"
    weights = rows_of(connection, f"FROM {quoted(study)}.index_weight {of_index}")
    scores = rows_of(
        connection, f"SELECT unit, period, score FROM {quoted(study)}.index_score {of_index}"
    )
    mine = variables.filter(pl.col("variable").is_in(weights["indicator"].to_list()))
    indicators = tuple(mine["variable"].to_list())
    rows = (
        panel.rows.select(*KEYS, *indicators)
        .join(scores.drop_nulls("score"), on=["unit", "period"], how="inner")
        .sort("period", "unit")
    )
    shift = options.get("shift", 0.0001)
    given = options["weights"] if options["method"] == "given_weights" else {}
    assert isinstance(given, Mapping)
    return WeightedIndex(
        name,
        indicators,
        tuple(1 if one == "positive" else -1 for one in mine["direction"].to_list()),
        None if shift == "limit" else float(str(shift)),
        options.get("weights") == "by_period",
        rows,
        weights,
        str(options["method"]),
        tuple(float(given[one]) for one in indicators if one in given),
        options.get("variation_of", "values") == "values"
        and options["method"] == "coefficient_of_variation",
    )
