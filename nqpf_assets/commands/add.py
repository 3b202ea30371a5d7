"""Put files into raw/ with their cards: exports of the bureau and of EPS, yearbook pages, tables of your own.

Each file is looked at where it is, copied to raw/PUBLISHER/VINTAGE/, and given a card with everything that it
says itself: title, source, columns or layout, units, years. What it does not say is asked for in a terminal,
with the likely answer first; with --yes, or where nobody can answer, it stands in the card as a commented
line and is listed. A folder is taken whole. Nothing in raw/ is replaced, and a file that is there already is
told; one that has no card there gets it. To undo, delete what was added.

nqpf add ~/Downloads/分省年度数据.csv

nqpf add yearbook2020/ --publisher 国家统计局农村社会经济调查司 --vintage 2021 --yes
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.exports.told_problems import tell_problems
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.formats.slips import Slip
    from nqpf_assets.projects.added_files import Candidate
    from nqpf_assets.sources.card_draft import CardDraft
    from nqpf_assets.sources.card_text import CardLines
    from nqpf_assets.sources.said import Said

_OPEN_CODES = frozenset(f"missing_{fact}" for fact in ("series", "unit", "region"))
"""Problems of facts that are listed as open."""


def run(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files or folders.")],
    publisher: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who published those that do not say it.")
    ] = None,
    vintage: Annotated[
        str | None,
        typer.Option(
            metavar="V",
            help="Folder below the publisher's; default: the month of each file, and its publisher.",
        ),
    ] = None,
    series: Annotated[
        str | None, typer.Option(metavar="ID", help="What those measure that do not say it.")
    ] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="UNIT", help="Unit of numbers without.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="NAME", help="Region of files that name none.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Year of tables without.")
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Ask nothing: take what is likely, list what is open."),
    ] = False,
    project: ProjectOption = None,
) -> int:
    """Copy the files and write their cards; the exit status."""
    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.projects.added_files import FOLDERS, candidates, files_in, is_vintage
    from nqpf_assets.sources.said import Said

    opened = Project.at(project)
    if vintage is not None and not is_vintage(vintage):
        raise InputError([_no_vintage(vintage)])
    short = {folder: name for name, folder in FOLDERS.items()}
    named = short.get(publisher or "", publisher or "")
    said = Said(named, series or "", unit or "", region or "", year)
    catalogue = load_catalogue(opened.catalog)
    paths, problems = files_in(files)
    is_asking = not yes and sys.stdin.isatty()
    adding = _Adding(opened, vintage, is_asking)
    with _progress(len(paths), is_shown=not is_asking) as advance:
        adding.add_each(candidates(paths, opened, said, catalogue), advance)
    problems += adding.problems
    problems += _told_of(adding, opened)
    problems += _unheard(said, adding)
    tell_problems(problems)
    adding.tell(len(paths))
    return 2 if any(one.severity == "error" for one in problems) else 0


@dataclass
class _Adding:
    """What has become of the files so far."""

    project: Project
    vintage: str | None
    is_asking: bool
    added: dict[Path, CardDraft | None] = field(default_factory=dict)
    there: list[tuple[Path, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)

    def add_each(self, candidates: Iterator[Candidate], advance: Callable[[], None]) -> None:
        """Add the files one after the other; the bytes of the last, too, are let go then."""
        for one in candidates:
            self.add(one)
            advance()

    def add(self, one: Candidate) -> None:
        """Ask what is open, and copy."""
        from dataclasses import replace

        from nqpf_assets.projects.added_files import (
            NOBODY,
            folder_of,
            likely_vintage,
            put,
            put_card,
        )
        from nqpf_assets.sources.card_draft import with_answers

        if one.there:
            self.there.append((one.path, one.there))
            return
        self.problems += one.problems
        if not one.is_taken:
            return
        if one.draft is not None and self.is_asking:
            out().print(plain(f"{one.path.name}: {one.draft.what}"), soft_wrap=True)
            one = replace(one, draft=with_answers(one.draft, self._answers(one.draft)))
        publisher = one.draft.publisher if one.draft is not None else ""
        name = folder_of(publisher) if publisher else NOBODY
        try:
            if one.is_in_raw:
                self.added[put_card(one)] = one.draft
            else:
                vintage = self.vintage or self._vintage(name, likely_vintage(one, name))
                self.added[put(one, self.project.raw / name / vintage)] = one.draft
        except OSError as error:
            found = error.strerror or str(error)
            remedy = "nothing of it was left there; look at the folder's space and permissions"
            expected = "a folder that can be written"
            self.problems.append(Problem(f"raw/{name}", "", expected, found, remedy))

    def _vintage(self, folder: str, likely: str) -> str:
        if not self.is_asking:
            return likely
        from nqpf_assets.projects.added_files import is_vintage

        key = f"vintage of {folder}"
        asked = f"{key}, {likely}"  # of each edition
        if asked not in self.answered:
            answer = _asked(f"  {key}, the folder of this download", likely)
            self.answered[asked] = answer if is_vintage(answer) else likely
        return self.answered[asked]

    def _answers(self, draft: CardDraft) -> dict[str, str]:
        """An answer to each open fact; what was said of the last publisher is likely for the next."""
        found: dict[str, str] = {}
        for one in draft.lines.opens:
            about = f" ({counted(len(one.names), 'columns')})" if one.names else ""
            likely = one.likely or self.answered.get(one.key, "")
            found[one.key] = _asked(f"  {one.key}{about}, {one.what}", likely)
            if one.key == "publisher":
                self.answered[one.key] = found[one.key]
        return found

    def ask_slip(self, one: Slip) -> str:
        """As what a slip is read; where it is none, the answer is what the file prints."""
        out().print(plain(f"  {one.at} prints {one.printed!r}: {one.reason}"), soft_wrap=True)
        return _asked("  read as", one.read)

    def tell(self, n_files: int) -> None:
        """One summary, on standard output."""
        from nqpf_assets.formats.slips import Slip

        console = out()
        root = self.project.root
        for path, draft in self.added.items():
            what = draft.what if draft is not None else "with the card that stood beside it"
            console.print(
                plain(f"added {path.relative_to(root).as_posix()}: {what}"), soft_wrap=True
            )
            for one in draft.lines.opens if draft is not None else ():
                names = f" of {', '.join(one.names[:5])}" if one.names else ""
                more = f" and {len(one.names) - 5} more" if len(one.names) > 5 else ""
                console.print(plain(f"  open: {one.key}{names}{more}, {one.what}"), soft_wrap=True)
            for slip in draft.lines.known.get("slips", ()) if draft is not None else ():
                told = f"{slip['at']} prints {Slip(**slip).words}"
                console.print(plain(f"  slip: {told}"), soft_wrap=True)
        for path, there in self.there:
            console.print(plain(f"there already: {path} is {there}"), soft_wrap=True)
        n_open = sum(bool(d and d.lines.opens) for d in self.added.values())
        refused = n_files - len(self.added) - len(self.there)
        console.print(
            f"{counted(len(self.added), 'files')} added, {len(self.there)} there already, "
            f"{refused} refused; {counted(n_open, 'cards')} with open facts"
        )
        if n_open:
            console.print(
                "fill in the commented lines of these cards, then `nqpf check`; or delete these files "
                "and their cards below raw/, and add them again with what is open: "
                "--publisher, --unit, --year … (`nqpf add --help`)",
                soft_wrap=True,
            )


def _asked(question: str, likely: str) -> str:
    answer: str = typer.prompt(question, default=likely, show_default=bool(likely), err=True)
    return answer.strip()


def _told_of(adding: _Adding, project: Project) -> Iterator[Problem]:
    """What reading the added files by their new cards tells, apart from facts that are listed as open."""
    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.projects.added_slips import mended_cards
    from nqpf_assets.sources.collector import check_paths

    if not adding.added:
        return
    shown = {path.relative_to(project.root).as_posix(): d for path, d in adding.added.items()}
    is_open = {name: _open_codes(draft.lines) for name, draft in shown.items() if draft is not None}
    catalogue = load_catalogue(project.catalog)
    told = check_paths(adding.added, catalogue, root=project.root).problems
    asked = adding.ask_slip if adding.is_asking else None
    mended = dict(
        mended_cards(
            adding.added, told, project.root, catalogue, lambda one: _open_codes(one.lines), asked
        )
    )
    if mended:
        adding.added |= mended
        told = check_paths(adding.added, catalogue, root=project.root).problems
    for one in told:
        about = one.file.removesuffix(".card.yaml")
        codes = is_open.get(about, frozenset())
        if codes and (one.code in codes or about != one.file):
            continue
        yield one


def _open_codes(lines: CardLines) -> frozenset[str]:
    """Problems of facts that are listed as open; none where none is."""
    of_years = {"bad_period"} if any("two_digit_years" in one.key for one in lines.opens) else ()
    return _OPEN_CODES.union(of_years) if lines.opens else frozenset()


def _unheard(said: Said, adding: _Adding) -> Iterator[Problem]:
    """Options that no card has, since the files say it themselves."""
    drafts = [draft for draft in adding.added.values() if draft is not None]
    if not drafts:
        return
    heard = frozenset[str]().union(*(draft.heard for draft in drafts))
    for name, value in said.facts.items():
        if name not in heard:
            expected = f"a file that is silent about its {name}, or says the same"
            found = "none among those that were added: each says another, or has several that could be it"
            remedy = "look over the cards; where a file is wrong, say so there (`accept`, `series`)"
            yield Problem(f"--{name} {value}", "", expected, found, remedy, severity="warning")


def _no_vintage(found: str) -> Problem:
    expected = "a name of letters, digits, points and strokes, for instance 2026-05"
    return Problem("--vintage", "", expected, found, "name the folder of this download so")


@contextmanager
def _progress(total: int, *, is_shown: bool) -> Iterator[Callable[[], None]]:
    """A bar on standard error while somebody watches."""
    from rich.progress import Progress

    with Progress(console=err(), transient=True, disable=not is_shown or total < 2) as bar:
        task = bar.add_task("looking at files", total=total)
        yield lambda: bar.advance(task)


COMMAND = Command("add", run)
