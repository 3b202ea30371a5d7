"""Draw a figure of a study: coefficients, indices, maps, effects; without a name, list what can be drawn.

A table or an index is drawn as its first figure, `nqpf plot province.nqpf`; `nqpf plot province.nqpf.map` is
another of it. The file is SVG, PNG or PDF, as its suffix says. Every figure says its table, publication, n
and intervals, and that data are synthetic where they are. What each shows: nqpf help figures.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.destination import require_free, write_answer
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.figures.words import Language, ThemeName
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.figures import Figure
    from nqpf_assets.figures.boundaries import Boundaries
    from nqpf_assets.warehouse.connection import Connection

SUFFIXES = (".svg", ".png", ".pdf")


def run(
    what: Annotated[
        str, typer.Argument(metavar="STUDY[.NAME]", help="E.g. province.nqpf, or province alone.")
    ],
    project: ProjectOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="A .svg, .png or .pdf; default: NAME.svg."
        ),
    ] = None,
    everything: Annotated[
        Path | None,
        typer.Option(
            "--all", metavar="DIR", help="All figures of the study into this folder, as SVG."
        ),
    ] = None,
    language: Annotated[
        Language, typer.Option("--language", help="Words and names of places.")
    ] = "en",
    theme: Annotated[
        ThemeName | None, typer.Option("--theme", help="Light or dark; default: light.")
    ] = None,
    publication: PublicationOption = None,
) -> int:
    """Write the files, or list what can be drawn; the exit status."""
    from nqpf_assets.figures import available, draw, find_figure
    from nqpf_assets.figures.boundaries import boundaries_of

    study, _, name = what.partition(".")
    opened = Project.at(project)
    place = _place(what, name, output, everything)
    if place is None and theme is not None:
        raise InputError(
            [_wrong("--theme", "a figure that is drawn: STUDY.NAME, or --all DIR", what)]
        )
    if place is not None:
        require_free(opened, place)
    boundaries = boundaries_of(opened)
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    with connection:
        if place is None:
            _list(connection, study, language, boundaries)
            return 0
        if everything is not None:
            wanted = {
                place / f"{study}.{one.full_name}.svg": one
                for one in available(connection, study, language=language, boundaries=boundaries)
            }
            if place.parent.is_dir():
                place.mkdir(exist_ok=True)
        else:
            wanted = {
                place: find_figure(
                    connection, study, name, language=language, boundaries=boundaries
                )
            }
        for file, request in wanted.items():
            figure = draw(
                connection,
                request,
                language=language,
                theme=theme or "light",
                boundaries=boundaries,
            )
            if not _written(file, figure):
                return 2
    return 0


def _list(
    connection: Connection, study: str, language: Language, boundaries: Boundaries | None
) -> None:
    from nqpf_assets.figures import available

    listed = available(connection, study, language=language, boundaries=boundaries)
    names = {one.name: one for one in listed}
    width = max((len(name) for name in names), default=0)
    for name, one in names.items():
        out().print(plain(f"{study}.{name:<{width}}  {one.title}"), soft_wrap=True)
    if not listed:
        err().print(
            plain(f"{study} has no figures: it has no index and no table with estimates"),
            soft_wrap=True,
        )


def _place(what: str, name: str, output: Path | None, everything: Path | None) -> Path | None:
    """Where to write; None where nothing is asked for but the list.

    Raises:
        InputError: the file has another suffix, or a folder is asked for with a name.
    """
    if everything is not None:
        if name or output is not None:
            found = f"{what}, with a file" if output is not None else what
            raise InputError([_wrong("--all", "a study alone, without a file", found)])
        return everything
    if not name:
        if output is not None:
            raise InputError([_wrong(str(output), "a figure for the file: STUDY.NAME", what)])
        return None
    place = output or Path(f"{what}.svg")
    if place.suffix.lower() not in SUFFIXES:
        expected = f"a suffix that says the format: {', '.join(SUFFIXES)}"
        raise InputError([_wrong(str(place), expected, f"`{place.suffix}`")])
    return place


def _wrong(file: str, expected: str, found: str) -> Problem:
    return Problem(
        file=file,
        where="",
        expected=expected,
        found=found,
        remedy="`nqpf plot STUDY` lists what can be drawn",
        code="output",
    )


def _written(file: Path, figure: Figure) -> bool:
    suffix = file.suffix.lower()
    if suffix == ".svg":
        content = figure.svg().encode("utf-8")
    else:
        content = figure.png() if suffix == ".png" else figure.pdf()
    try:
        write_answer(file, content)
    except OSError as error:
        err().print(plain(f"{file} cannot be written: {error.strerror or error}"), soft_wrap=True)
        return False
    out().print(plain(f"{file}: {figure.request.title}"), soft_wrap=True)
    return True


COMMAND = Command("plot", run)
