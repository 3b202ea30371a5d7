"""What has come is put into `raw/` as a vintage of its own, with a card, or found to be there already.

The card of the last vintage of a source goes on: what somebody wrote into it holds for the next one too, as
long as `sources.yaml` says the same. What is in `raw/` is not taken twice.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.added_files import (
    FOLDERS,
    NOBODY,
    Candidate,
    candidates,
    folder_of,
    put,
)
from nqpf_assets.projects.fetching.remembered import Remembered, said_of
from nqpf_assets.sources.card_draft import BUREAU
from nqpf_assets.sources.card_files import OWN_CARD
from nqpf_assets.sources.card_text import Open
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import check_paths
from nqpf_assets.sources.said import Said
from nqpf_assets.user_input.project import Project

_BELOW_PUBLISHER = 2
"""Folders above a file that lies below its publisher's: `raw/` and that one."""
_OF_ITS_DAY = re.compile(r"(?m)^(?:published|next_edition|vintage):.*\n")


@dataclass(frozen=True)
class Arrival:
    """What became of a source.

    Attributes:
        shown: path of its file in `raw/`.
        is_new: a file was put there.
        opens: facts that its card leaves open.
        problems: why it was not taken.
        note: what an author should know of it, though it was taken or is there.
    """

    shown: str = ""
    is_new: bool = False
    sha256: str = ""
    opens: tuple[Open, ...] = ()
    problems: tuple[Problem, ...] = ()
    note: str = ""


def take(
    project: Project,
    path: Path,
    said: Said,
    url: str,
    last: Remembered | None,
    catalogue: Catalogue,
) -> Arrival:
    """Put a file that has come into `raw/`.

    Args:
        path: where it was gathered, under the name that it will have.
        last: the vintage before it.

    Raises:
        OSError: the disk refused.
    """
    one = next(iter(candidates([path], project, said, catalogue)))
    if one.there:
        return Arrival(one.there, sha256=one.sha256, note=_come_back(project, one.there, last))
    before = _card_of(project, last, one.sha256, said.accessed) if last is not None else ""
    note = ""
    if before and one.draft is not None and last and last.said not in ("", said_of(said)):
        note = f"sources.yaml says another thing of it than for {last.path}: the card is a new one"
        before = ""
    if before or one.draft is None:
        problems = _unread(project, one, before, last, catalogue)
        if problems:
            return Arrival(problems=problems)
    opens: Iterable[Open] = ()
    folder = NOBODY
    if one.draft is not None:
        lines = one.draft.lines
        folder = folder_of(one.draft.publisher) if one.draft.publisher else NOBODY
        opens = () if before else lines.opens
        known = {**lines.known, "url": url}
        one = replace(one, draft=replace(one.draft, lines=replace(lines, known=known)))
    if before:
        one = replace(one, card=before, draft=None)
    if last is not None and len(Path(last.path).parts) > _BELOW_PUBLISHER:
        folder = Path(last.path).parts[1]
    target = put(one, _free_vintage(project.raw / folder, folder, path.name, said.accessed))
    shown = target.relative_to(project.root).as_posix()
    return Arrival(shown, True, one.sha256, tuple(opens), note=note)


def _come_back(project: Project, there: str, last: Remembered | None) -> str:
    """Told where a server gives another vintage than the last that came."""
    if last is None or last.path == there or not (project.root / last.path).is_file():
        return ""
    return f"came again after {last.path}, which stays: studies read the newest vintage"


def _unread(
    project: Project, one: Candidate, before: str, last: Remembered | None, catalogue: Catalogue
) -> tuple[Problem, ...]:
    """Why a file is not taken: it says nothing by itself, or has another form than its card describes."""
    problems: Iterable[Problem] = one.problems
    if before and last is not None:
        card = one.path.with_name(f"{one.path.name}{OWN_CARD}")
        card.write_text(before, "utf-8")
        found = check_paths([one.path], catalogue, root=one.path.parent)
        card.unlink()
        earlier = partial(check_paths, [project.root / last.path], catalogue, root=project.root)
        # A card that is still to be filled in reads neither of the two.
        if _says_anything(found) or (one.draft is not None and not _says_anything(earlier())):
            return ()
        problems = (one for one in found.problems if one.severity == "error")
    return tuple(problems) or (_no_table(one.path.name),)


def _says_anything(found: Collection) -> bool:
    return not (found.observations.is_empty() and found.weight_units.is_empty())


def _free_vintage(folder: Path, publisher: str, name: str, day: dt.date | None) -> Path:
    """The folder of today's vintage; one behind it where that has a file of this name already."""
    today = f"{day or dt.datetime.now(dt.UTC).date()}"
    own = today if publisher == FOLDERS[BUREAU] else f"{today}-{publisher}"
    places = (folder / (own[:55] + end) for end in ("", *(f".{n}" for n in range(2, 1000))))
    return next(place for place in places if not os.path.lexists(place / name))


def _card_of(project: Project, last: Remembered, sha256: str, day: dt.date | None) -> str:
    """The card of the vintage before, for this one; empty where it has none of its own."""
    card = project.root / f"{last.path}{OWN_CARD}"
    try:
        text = card.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
    text = _OF_ITS_DAY.sub("", text)
    text = re.sub(r"(?m)^sha256:.*$", f"sha256: {sha256}", text)
    return re.sub(r"(?m)^accessed:.*$", f"accessed: {day}", text)


def _no_table(name: str) -> Problem:
    expected, found = "a file with numbers", "a file or page without any that can be read"
    remedy = "open the link in a browser: it may lead to a page about the file, or ask to log in"
    return Problem(name, "", expected, found, remedy, code="fetch")
