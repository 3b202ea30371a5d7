"""A published table, or all of a study, as the content of a file in one format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.exports.about import about_publication
from nqpf_assets.exports.document import Document, Linked
from nqpf_assets.exports.export import Export
from nqpf_assets.exports.printed.side_by_side import side_by_side
from nqpf_assets.exports.printed.style import TableStyle
from nqpf_assets.exports.published_tables import read_printed
from nqpf_assets.exports.registry import dataset_of, document_of, study_of
from nqpf_assets.exports.study import dataset, rests_on_synthetic, study_content

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def tables_as(
    connection: Connection,
    export: Export,
    names: Sequence[str],
    titles: Mapping[str, str],
    style: TableStyle,
    *,
    beside: bool = False,
    linked: Linked | None = None,
) -> str | bytes:
    """Printed tables in a format that papers are written in.

    Args:
        names: ``study.table``, in the order of the document.
        titles: of all printed tables.
        style: how they look.
        beside: as one table, their columns side by side.
        linked: puts addresses into their cells; there are none where it is left out.

    Raises:
        InputError: they cannot stand side by side, or the format needs a package that is not installed.
    """
    document = _document(connection, names, titles, style, linked=linked)
    if beside:
        table = side_by_side(document.tables)
        document = replace(document, title=table.title, tables=(table,))
    return document_of(export, document)


def study_as(
    connection: Connection,
    export: Export,
    study: str,
    titles: Mapping[str, str],
    style: TableStyle,
) -> str | bytes:
    """All of a study in one file: its printed tables, results, panel, indices.

    Raises:
        InputError: the format needs a package that is not installed.
    """
    names = [name for name in titles if name.partition(".")[0] == study]
    document = _document(connection, names, titles, style, study)
    return study_of(export, study_content(connection, study, document))


def _document(
    connection: Connection,
    names: Sequence[str],
    titles: Mapping[str, str],
    style: TableStyle,
    study: str = "",
    linked: Linked | None = None,
) -> Document:
    tables = tuple(read_printed(connection, name, titles[name]) for name in names)
    if linked is not None:
        tables = tuple(linked(connection, table) for table in tables)
    about = replace(
        about_publication(connection),
        names=tuple(names) or (f"{study}.panel",),
        is_synthetic=any(table.is_synthetic for table in tables),
    )
    title = tables[0].title if len(tables) == 1 else f"Tables of {about.study}"
    return Document(title, tables, about, style)


def rows_as(
    connection: Connection, export: Export, name: str, titles: Mapping[str, str]
) -> str | bytes:
    """All rows of a published table, with what its columns hold."""
    about = about_publication(connection)
    is_synthetic = rests_on_synthetic(connection, name, titles)
    return dataset_of(export, dataset(connection, name, replace(about, is_synthetic=is_synthetic)))
