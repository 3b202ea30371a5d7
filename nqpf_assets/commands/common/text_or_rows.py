"""Answers that are words for people in a terminal, and rows in every other format."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.exports.destination import export_for, require_free
from nqpf_assets.exports.export import Export
from nqpf_assets.exports.registry import formats_of
from nqpf_assets.exports.terminal import err
from nqpf_assets.user_input.project import Project

Format = StrEnum("Format", {"text": "text", **{name: name for name in formats_of("rows")}})  # type: ignore[misc]
"""What `--format` may be."""

FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="text for people; the others give rows."),
]
RowsOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write the rows to this file.")
]


def rows_asked(project: Project, format: StrEnum | None, output: Path | None) -> Export | None:
    """The format of the rows that are asked for; None for words on the terminal.

    Raises:
        InputError: the file is one of the project's own, or its suffix says another format.
        typer.Exit: the format and the place do not go together, which is told.
    """
    if output is not None:
        require_free(project, output)
    if format == Format.text or (format is None and output is None):  # type: ignore[attr-defined]
        if output is None:
            return None
        err().print("text is for the terminal: name another --format, or leave out --output")
        raise typer.Exit(2)
    export = export_for(output, format and format.value)
    if not export.is_text and output is None:
        err().print(f"{export.name} is not text: name a file with --output")
        raise typer.Exit(2)
    return export
