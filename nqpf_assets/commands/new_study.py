"""Write a commented study file and the folders it needs; with --like, one that begins as another study.

The copy has the new name and all comments of the old file. What the old study promised (`expect`), what
its paper printed (`published`) and the paper (`citation`) are comments in it.
"""

from __future__ import annotations

from typing import Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.project import Project


def run(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and underscores.")],
    project: ProjectOption = None,
    like: Annotated[
        str | None,
        typer.Option(metavar="STUDY", help="Begin as a copy of this study, e.g. province."),
    ] = None,
) -> int:
    """Write the study file and folders; the exit status."""
    from nqpf_assets.studies.template import new_study, study_like

    opened = Project.at(project)
    adopted = None if like is None else study_like(name, like, opened)
    had_studies = bool(opened.own_study_paths())
    for path in new_study(name, opened.root, adopted.text if adopted else None):
        out().print(plain(f"wrote {path}"), soft_wrap=True)
    if adopted is not None:
        blocks = counted(adopted.n_promises, "blocks")
        out().print(
            plain(f"{blocks} of promises and printed numbers of {like} are comments in it"),
            soft_wrap=True,
        )
        for place in adopted.kept:
            out().print(plain(f"still promised as in {like}: {place}"), soft_wrap=True)
        out().print("say what is yours: title, notes, units, periods")
    if not had_studies and opened.database.is_file():
        told = "from now on this project builds the studies under studies/, no more those that ship"
        out().print(f"{told}; `nqpf new-study NAME --like STUDY` takes them over")
    out().print(_next(opened))
    return 0


def _next(opened: Project) -> str:
    """What to do now: a project that has files already is not told to bring some."""
    from nqpf_assets.sources.raw_files import walk

    if opened.raw.is_dir() and walk(opened.raw, "raw")[0]:
        return "next: `nqpf check` says which series the study misses in raw/; `nqpf series` what it has"
    return "next: put files and their cards under raw/<publisher>/<vintage>/, then `nqpf check`"


COMMAND = Command("new-study", run)
