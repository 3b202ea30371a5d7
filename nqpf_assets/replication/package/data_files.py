"""Data of a package in open formats: panel, codebook, results, and the list of raw files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.about import about_publication
from nqpf_assets.exports.registry import EXPORTS, dataset_of
from nqpf_assets.exports.study import MARKED, dataset, rows_of
from nqpf_assets.replication.package.codebook import COLUMNS, codebook
from nqpf_assets.replication.package.data_package import table_schema
from nqpf_assets.warehouse.duckdb_engine import literal, quoted

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.replication.package.sources import Sources
    from nqpf_assets.warehouse.connection import Connection

FOLDER = "data"
PANEL = f"{FOLDER}/panel.csv"
RESULTS = {
    "estimate": ("table_name", "column_label", "term"),
    "effect": ("table_name", "column_label", "effect", "term"),
    "model": ("table_name", "column_label"),
}
"""Long tables of results, and what identifies a row."""
RAW_FILES = {
    "path": "in the package, or where it belongs",
    "sha256": "hash of the file",
    "publisher": "who published it",
    "title": "of the table or download",
    "vintage": "edition or month",
    "data_status": "official, survey or synthetic",
    "licence": "terms as the card has them",
    "may_be_passed_on": "allowed, forbidden, or not said",
    "in_package": "whether it is in the package",
    "is_read": "whether the study reads a series of it",
    "url": "where it was fetched",
    "accessed": "when it was fetched",
    "published": "when it was published",
    "citation": "how it is to be cited",
}


@dataclass(frozen=True)
class Data:
    """What was written.

    Attributes:
        codebook: a row for each column of the panel.
        n_rows: of the panel.
        schemas: path → schema.
    """

    codebook: list[dict[str, Any]]
    n_rows: int
    schemas: dict[str, dict[str, Any]]


def write_data(connection: Connection, study: str, found: Sources, folder: Path) -> Data:
    """Write `data/`."""
    import polars as pl

    (folder / FOLDER).mkdir()
    about = replace(about_publication(connection), is_synthetic=found.is_synthetic)
    panel = dataset(connection, f"{study}.panel", about)
    for name in ("parquet", "dta"):
        content = dataset_of(EXPORTS.all[name], panel)
        assert isinstance(content, bytes), "formats of bytes"
        (folder / FOLDER / f"panel{EXPORTS.all[name].suffix}").write_bytes(content)
    marked = marked_cells(connection, study)
    variables = rows_of(connection, f"FROM {quoted(study)}.variable")
    rows = codebook(panel, variables, marked)
    book = pl.DataFrame(rows, infer_schema_length=None)
    schemas = {PANEL: _csv(panel.rows, panel.labels, folder / PANEL, ("unit", "period"))}
    schemas[f"{FOLDER}/codebook.csv"] = _csv(
        book, COLUMNS, folder / FOLDER / "codebook.csv", ("variable",)
    )
    for name, key in RESULTS.items():
        table = dataset(connection, f"{study}.{name}", about)
        path = f"{FOLDER}/{name}.csv"
        schemas[path] = _csv(table.rows, table.labels, folder / path, key)
    path = f"{FOLDER}/raw_files.csv"
    schemas[path] = _csv(_listed(found), RAW_FILES, folder / path, ("path",))
    return Data(rows, panel.rows.height, schemas)


def marked_cells(connection: Connection, study: str) -> pl.DataFrame:
    """Variable and status of cells of the panel that are neither reported nor missing.

    `panel.cell` has others: years before the panel that lags read, regions of a lower level.
    """
    return rows_of(
        connection,
        f"SELECT c.variable, c.status FROM panel.cell AS c SEMI JOIN {quoted(study)}.panel AS p"
        f" ON p.unit = c.unit AND p.period = c.period WHERE c.study = {literal(study)}"
        f" AND c.status IN ({', '.join(map(literal, MARKED))})",
    )


def _csv(
    frame: pl.DataFrame, labels: Mapping[str, str], path: Path, key: tuple[str, ...]
) -> dict[str, Any]:
    """Write a table as CSV for programs, all digits; its schema."""
    from nqpf_assets.exports.cells import flat

    plain = flat(frame)
    plain.write_csv(path)
    return table_schema(plain, labels, key)


def _listed(found: Sources) -> pl.DataFrame:
    import polars as pl

    rows = [
        {
            **{key: one.row.get(key) for key in RAW_FILES},
            "path": one.path,
            "may_be_passed_on": one.passing,
            "in_package": one.goes_along,
            "is_read": one.is_read,
        }
        for one in found.files
    ]
    words = {name: pl.String for name in RAW_FILES if name not in ("in_package", "is_read")}
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col(name).cast(dtype) for name, dtype in words.items()
    )
