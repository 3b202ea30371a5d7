"""`datapackage.json`: every file with its hash, every column of the data with its type (frictionless)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqpf_assets.replication.package.codebook import kind_of
from nqpf_assets.replication.package.facts import PackageFacts
from nqpf_assets.warehouse.durable import sha256_of

if TYPE_CHECKING:
    import polars as pl

FILE = "datapackage.json"
MARK = "nqpf_replication_package"
"""By which a package of ours is known."""

_KINDS = {
    ".csv": ("csv", "text/csv"),
    ".parquet": ("parquet", "application/vnd.apache.parquet"),
    ".dta": ("dta", "application/x-stata-dta"),
    ".yaml": ("yaml", "application/yaml"),
    ".json": ("json", "application/json"),
    ".md": ("md", "text/markdown"),
    ".svg": ("svg", "image/svg+xml"),
}


def table_schema(
    frame: pl.DataFrame, labels: Mapping[str, str], key: Sequence[str] = ()
) -> dict[str, Any]:
    """Columns as a table schema."""
    fields = [
        {
            "name": column.name,
            "type": kind_of(column.dtype),
            "description": labels.get(column.name) or column.name,
        }
        for column in frame
    ]
    return {"fields": fields, "missingValues": [""]} | ({"primaryKey": list(key)} if key else {})


def data_package(
    facts: PackageFacts, folder: Path, schemas: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """The description of all files that are in the folder by now.

    Args:
        schemas: path → schema, of the tables that have one.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names: set[str] = set()
    resources = [
        _resource(path, path.relative_to(folder).as_posix(), schemas, names) for path in paths
    ]
    return {
        "profile": "data-package",
        "name": f"replication-{re.sub('[^a-z0-9]+', '-', facts.study.study)}",
        "title": facts.title,
        "description": facts.description,
        "version": str(facts.about.publication),
        "created": facts.about.published_at.isoformat(),
        "keywords": ["synthetic data"] if facts.is_synthetic else ["panel data"],
        "contributors": [{"title": name, "role": "author"} for name in facts.named_authors],
        "sources": [
            {"title": f"{one.publisher}, {one.vintage}"}
            | ({"path": one.said("url")[0]} if _is_address(one.said("url")) else {})
            for one in facts.sources.by_terms
        ],
        "resources": resources,
        MARK: {
            "study": facts.study.study,
            "synthetic": facts.is_synthetic,
            "publication": facts.about.publication,
            "content": facts.about.fingerprint,
        },
    }


def _is_address(said: list[str]) -> bool:
    return bool(said) and said[0].startswith(("http://", "https://"))


def _resource(
    path: Path, shown: str, schemas: Mapping[str, dict[str, Any]], names: set[str]
) -> dict[str, Any]:
    kind, media = _KINDS.get(path.suffix.lower(), (path.suffix.lower().removeprefix("."), ""))
    # A raw file is as its publisher made it: nobody is told to read it as a table.
    described: dict[str, Any] = {"name": _name(shown, names), "path": shown, "type": "file"}
    if shown in schemas:
        described |= {"type": "table", "profile": "tabular-data-resource", "encoding": "utf-8"}
        described |= {"schema": schemas[shown]}
    described |= {"format": kind} if kind else {}
    described |= {"mediatype": media} if media else {}
    return described | {"bytes": path.stat().st_size, "hash": f"sha256:{sha256_of(path)}"}


def _name(shown: str, names: set[str]) -> str:
    """A name of small Latin letters, as the specification asks; no two are one."""
    plain = re.sub("[^a-z0-9]+", "-", shown.lower()).strip("-") or "file"
    number, name = 1, plain
    while name in names:
        number += 1
        name = f"{plain}-{number}"
    names.add(name)
    return name
