"""Arguments that several commands take."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project",
        "-p",
        metavar="DIR",
        help="Folder with raw/, studies/ and warehouse/; default: NQPF_PROJECT or the current folder.",
    ),
]

StudyOption = Annotated[
    str | None, typer.Option("--study", metavar="NAME", help="Only this study.")
]

PublicationOption = Annotated[
    str | None,
    typer.Option(
        "--publication",
        metavar="N|DAY",
        help="Ask an earlier publication: its number, or a day for what was published by its end.",
    ),
]


class TextFormat(StrEnum):
    """How accounts are printed."""

    text = "text"
    json = "json"


TextFormatOption = Annotated[TextFormat, typer.Option("--format", "-f", help="json has every row.")]

THREE_LINE = "three_line"
"""How printed tables look where nobody says otherwise."""
StyleOption = Annotated[
    str,
    typer.Option(
        "--style", metavar="NAME", help="How printed tables look: three_line, or as a journal's."
    ),
]
