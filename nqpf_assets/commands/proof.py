"""Hold a finished manuscript against a study: numbers, stars, observations and notes of its tables.

Finds the tables of the study in a manuscript of Word, LaTeX or Markdown and says, cell by cell, what differs
from what is published: outdated (as an earlier publication had it), rounded wrongly, retyped, other stars,
rows, columns and notes that are missing; and which sentences quote a number that has changed. Fewer digits
that are rounded rightly are no difference. Nothing is written.

Exit status 0 if nothing differs, 1 if something does, 2 if no table of the study is found or the manuscript
cannot be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption, PublicationOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published, require_study
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nqpf_assets.proofs.proof import Proof


def run(
    manuscript: Annotated[
        Path, typer.Argument(metavar="MANUSCRIPT", help="A .docx, .tex or .md file.")
    ],
    study: Annotated[str, typer.Argument(help="A published study.")],
    project: ProjectOption = None,
    publication: PublicationOption = None,
) -> int:
    """Tell the differences; the exit status."""
    from nqpf_assets.proofs.manuscripts.reading import read_manuscript
    from nqpf_assets.proofs.proof import proof
    from nqpf_assets.publications.manifest import chosen, manifests

    opened = Project.at(project)
    read = read_manuscript(manuscript)
    connection = open_published(opened, publication)
    if connection is None:
        return 2
    with connection:
        require_study(connection, study)
        kept = manifests(opened)
        if publication is not None:
            last = chosen(opened, publication).number
            kept = [one for one in kept if one.number <= last]
        found = proof(read, study, connection, opened, kept)
    if not found.tables and not found.quotations:
        tables = counted(len(read.tables), "tables")
        words = f"{manuscript}: {tables} in it, none of which is a table of {study}"
        err().print(plain(words), soft_wrap=True)
        return 2
    for line in _lines(manuscript, study, found):
        out().print(plain(line), soft_wrap=True)
    return 0 if found.holds else 1


def _lines(manuscript: Path, study: str, found: Proof) -> Iterator[str]:
    for one in found.tables:
        told = counted(len(one.differences), "differences") if one.differences else "as published"
        yield f"{one.name} ({one.found.place}): {counted(one.n_cells, 'cells')} compared, {told}"
        yield from (f"  {each.told}" for each in one.differences)
    for quoted in found.quotations:
        changed = quoted.changed
        yield (
            f"{quoted.place}: quotes {quoted.written}, which {changed.where} had in {changed.who}; now "
            f"{changed.now or 'nothing'}: “{quoted.sentence}”"
        )
    yield from (f"{one.place}: no table of {study}" for one in found.others)
    if found.absent:
        yield f"not in the manuscript: {', '.join(found.absent)}"
    n_wrong = sum(len(one.differences) for one in found.tables)
    yield (
        f"{manuscript}: {counted(len(found.tables), 'tables')} of {study}, "
        f"{counted(n_wrong, 'differences')}, {counted(len(found.quotations), 'sentences')} with a number "
        "that has changed"
    )


COMMAND = Command("proof", run)
