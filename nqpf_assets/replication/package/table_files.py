"""The printed tables of a package: Markdown and LaTeX, and Word where its library is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.exports.leaving import tables_as
from nqpf_assets.exports.printed.style import style_named
from nqpf_assets.exports.registry import EXPORTS, require_installed
from nqpf_assets.messages.problems import InputError

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

FOLDER = "tables"
FORMATS = ("md", "tex", "docx")


def write_tables(
    connection: Connection, name: str, titles: Mapping[str, str], folder: Path
) -> Iterator[str]:
    """Write one printed table; the paths of its files."""
    (folder / FOLDER).mkdir(exist_ok=True)
    style = style_named("three_line")
    for format_name in FORMATS:
        export = EXPORTS.all[format_name]
        try:
            require_installed(export)
        except InputError:
            continue  # the README names the files that are there
        content = tables_as(connection, export, [name], titles, style)
        path = f"{FOLDER}/{name.partition('.')[2]}{export.suffix}"
        (folder / path).write_bytes(
            content if isinstance(content, bytes) else content.encode("utf-8")
        )
        yield path
