"""What an asset shows in Dagster's pages, taken from the registry, the record and the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from nqpf_assets.catalog.columns import table_info
from nqpf_assets.publication import Publication
from nqpf_assets.stages.execute import Made
from nqpf_assets.stages.lineage import column_lineage
from nqpf_assets.store import TableKey
from nqpf_assets.workbench import Workbench

PREVIEW_ROWS = 8


def made_metadata(made: Made, bench: Workbench) -> Mapping[str, Any]:
    """Rows, columns, lineage of columns and a preview of one table."""
    metadata: dict[str, Any] = {
        "dagster/row_count": made.record.n_rows,
        "dagster/column_schema": _schema(made.key, bench),
        "preview": dg.MetadataValue.md(_preview(made.key, bench)),
        "rebuilt": made.is_rebuilt,
        "file": dg.MetadataValue.path(str(bench.store.path(made.key))),
    }
    if made.sql:
        metadata["query"] = dg.MetadataValue.md(f"```sql\n{made.sql}\n```")
        metadata["dagster/column_lineage"] = _lineage(made, bench)
    return metadata


def published_metadata(done: Publication, bench: Workbench) -> Mapping[str, Any]:
    """How much was published, and where it lies."""
    return {
        "tables": done.n_tables,
        "dagster/row_count": done.n_rows,
        "bytes": done.size,
        "file": dg.MetadataValue.path(str(bench.project.database)),
    }


def _schema(key: TableKey, bench: Workbench) -> dg.TableSchema:
    info = table_info(*key)
    described = {column.name: column.description for column in info.columns} if info else {}
    types = bench.store.scan(key).collect_schema()
    return dg.TableSchema(
        [
            dg.TableColumn(name, str(kind), description=described.get(name))
            for name, kind in types.items()
        ]
    )


def _preview(key: TableKey, bench: Workbench) -> str:
    """The first rows as a Markdown table; bars in a cell would end it, so they are escaped."""
    head = bench.store.scan(key).head(PREVIEW_ROWS).collect()
    lines = [head.columns, ["---"] * head.width, *(map(_cell, row) for row in head.iter_rows())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    text = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _lineage(made: Made, bench: Workbench) -> dg.TableColumnLineage:
    columns = {
        key: info.names
        for key in bench.graph.maker[made.key].inputs
        if (info := table_info(*key)) and not info.is_open
    }
    sources = column_lineage(made.sql or "", columns)
    return dg.TableColumnLineage(
        {
            name: [dg.TableColumnDep(dg.AssetKey(key), column) for key, column in found]
            for name, found in sources.items()
        }
    )
