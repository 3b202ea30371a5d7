"""Find series: in the catalogue and in all raw files, with who publishes them, regions, years and gaps.

Words are looked for in ids, Chinese and English names and printed labels; where no series has all of them,
near ones are shown. Below a series stands a line for each publisher, vintage and level of regions that files
have of it: how many regions, from when to when, how many values, and which are missing in between. Files
are read as `nqpf refresh` reads them, and only those that are new or changed; nothing is built. Without a
word all series are listed that files have. --format gives the same as rows.

nqpf series 化肥

nqpf series fertilizer

nqpf series 地区生产总值 --format csv --output gdp.csv
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.answers import leave
from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.text_or_rows import FormatOption, RowsOption, rows_asked
from nqpf_assets.exports.registry import content_of
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.sources.collection import Collection
    from nqpf_assets.sources.found_series import FoundSeries, Holes

MOST = 40
"""Series told on the terminal; --format has all."""


def run(
    search: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SEARCH]…", help="Words of names; default: all that files have."),
    ] = None,
    project: ProjectOption = None,
    format: FormatOption = None,
    output: RowsOption = None,
) -> int:
    """Tell the series that are found; the exit status."""
    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.exports.told_series import series_rows
    from nqpf_assets.sources.found_series import find_series

    opened = Project.at(project)
    export = rows_asked(opened, format, output)
    catalogue = load_catalogue(opened.catalog)
    collection = _read(opened)
    found, holes = find_series(search or [], catalogue, collection)
    asked = " ".join(search or [])
    if found and found[0].is_near:
        words = f"no series has `{asked}` in its names; near ones:"
        err().print(plain(words), soft_wrap=True)
    if export is not None:
        if not leave(export, content_of(export, series_rows(found, holes)), output):
            return 2
    else:
        _tell(found, holes)
    _tell_what_is_not_there(asked, found, collection)
    return 0 if found or not search else 2


def _read(project: Project) -> Collection | None:
    """What the raw files say; None where there are none yet."""
    from nqpf_assets.stages.sources import collection

    return collection(project) if project.raw.is_dir() else None


def _tell(found: Sequence[FoundSeries], holes: Holes) -> None:
    from nqpf_assets.exports.told_series import series_lines

    console = out()
    for one in found[:MOST]:
        for line in series_lines(one, holes):
            console.print(plain(line), soft_wrap=True)
    if len(found) > MOST:
        console.print(
            f"and {counted(len(found) - MOST, 'more series')}: add a word, or --format csv"
        )


def _tell_what_is_not_there(
    asked: str, found: Sequence[FoundSeries], collection: Collection | None
) -> None:
    """That no name is like it, and that files were not read."""
    if not found:
        words = f"no series is named like `{asked}`" if asked else "no file of raw/ has a series"
        err().print(plain(words), soft_wrap=True)
    problems = collection.problems if collection is not None else ()
    refused = {one.file for one in problems if one.severity == "error"}
    if refused:
        words = f"{counted(len(refused), 'files')} of raw/ refused or without a card: `nqpf check`"
        err().print(plain(words), soft_wrap=True)


COMMAND = Command("series", run)
