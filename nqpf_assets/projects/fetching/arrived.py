"""What has come is put into `raw/` as a vintage of its own, with a card, or found to be there already.

The card of the last vintage of a source goes on: what somebody wrote into it holds for the next one too. Of
what was fetched only a small note is kept, in `warehouse/fetch/`; without it everything is asked for again,
and what is in `raw/` is not taken twice.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.added_files import FOLDERS, NOBODY, candidates, folder_of, put
from nqpf_assets.sources.card_draft import BUREAU, Said
from nqpf_assets.sources.card_files import OWN_CARD
from nqpf_assets.sources.card_text import Open
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import replace_file, sha256_of

_OF_ITS_DAY = re.compile(r"(?m)^(?:published|next_edition|vintage):.*\n")


@dataclass(frozen=True)
class Remembered:
    """What is known of a source from the last time."""

    path: str
    sha256: str
    etag: str = ""
    modified: str = ""


class Notes:
    """What is remembered of all sources of a project, by key."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.file = project.warehouse / "fetch" / "fetched.json"
        self.of: dict[str, Remembered] = {}
        with suppress(OSError, ValueError, TypeError, AttributeError):
            stored = json.loads(self.file.read_text("utf-8"))
            self.of = {key: Remembered(**one) for key, one in stored.items()}

    def standing(self, key: str) -> Remembered | None:
        """What is remembered, where its file stands in `raw/` as it came."""
        one = self.of.get(key)
        if one is None:
            return None
        with suppress(OSError):
            if sha256_of(self.project.root / one.path) == one.sha256:
                return one
        return None

    def keep(self, key: str, one: Remembered) -> None:
        """Remember a source from now on."""
        self.of[key] = one
        text = json.dumps({key: asdict(one) for key, one in sorted(self.of.items())}, indent=1,
                          ensure_ascii=False)  # fmt: skip
        replace_file(self.file, lambda beside: beside.write_text(f"{text}\n", "utf-8"))


@dataclass(frozen=True)
class Arrival:
    """What became of a source.

    Attributes:
        shown: path of its file in `raw/`.
        is_new: a file was put there.
        opens: facts that its card leaves open.
        problems: why it was not taken.
    """

    shown: str = ""
    is_new: bool = False
    sha256: str = ""
    opens: tuple[Open, ...] = ()
    problems: tuple[Problem, ...] = ()


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
        return Arrival(one.there, sha256=one.sha256)
    before = _card_of(project, last, one.sha256, said.accessed) if last is not None else ""
    if one.draft is None and not before:
        return Arrival(problems=one.problems or (_no_table(path.name),))
    publisher = one.draft.publisher if one.draft is not None else ""
    folder = folder_of(publisher) if publisher else NOBODY
    if last is not None:
        folder = Path(last.path).parts[1]
    opens: Iterable[Open] = ()
    if before:
        one = replace(one, card=before, draft=None)
    elif one.draft is not None:
        lines = one.draft.lines
        known = {**lines.known, "url": url}
        one = replace(one, draft=replace(one.draft, lines=replace(lines, known=known)))
        opens = lines.opens
    target = put(one, _free_vintage(project.raw / folder, folder, path.name, said.accessed))
    shown = target.relative_to(project.root).as_posix()
    return Arrival(shown, True, one.sha256, tuple(opens))


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
