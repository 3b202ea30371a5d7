"""Files from anywhere put into `raw/<publisher>/<vintage>/` with their cards, whole or not at all.

What a file is and what its card says is found in `sources.card_draft`. Here it is decided where it goes: a
content that is in `raw/` already is told and not taken again, and nothing that stands there is replaced.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.formats.limits import FILE_BYTES, FOLDERS_DEEP
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_draft import BUREAU, EPS, CardDraft, draft_card
from nqpf_assets.sources.card_files import FOLDER_CARD, OWN_CARD, is_card
from nqpf_assets.sources.printed_edition import saved_on
from nqpf_assets.sources.raw_files import holds_data, walk
from nqpf_assets.sources.said import Said
from nqpf_assets.user_input.own_files import folders_of, read_own, real
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import replace_file, sha256_of

FOLDERS = {BUREAU: "nbs", EPS: "eps"}
"""Folders of publishers that have a short name; others have their own."""
YEARBOOK = "yearbook"
"""Behind the edition of one, in the folder of the bureau, whose exports have vintages without a name."""
NOBODY = "unknown"
"""Folder of files whose publisher nobody said."""
_PLAIN = re.compile(r"\w[\w.-]{0,60}")


@dataclass(frozen=True)
class Candidate:
    """One file that may be added.

    Attributes:
        path: where it is.
        content: its bytes.
        sha256: of them.
        draft: its card to be; None where it is not taken, or has a card beside it already.
        card: the text of the card that stands beside it.
        there: the path in `raw/` that has this content already.
        is_in_raw: it lies in `raw/` itself, and has no card there.
        problems: why it is not taken.
    """

    path: Path
    content: bytes = b""
    sha256: str = ""
    draft: CardDraft | None = None
    card: str = ""
    there: str = ""
    problems: tuple[Problem, ...] = ()
    is_in_raw: bool = False

    @property
    def is_taken(self) -> bool:
        """Whether it will be copied."""
        return self.draft is not None or bool(self.card)

    @property
    def day(self) -> dt.date:
        """The day on which the file was written to this disk: that of its download, mostly."""
        today = dt.datetime.now(dt.UTC).date()
        try:
            return min(today, dt.date.fromtimestamp(self.path.stat().st_mtime))
        except (OSError, OverflowError, ValueError):  # a clock that was wrong by centuries
            return today


def files_in(paths: Iterable[Path]) -> tuple[list[Path], list[Problem]]:
    """The files that paths name, folders with all that is in them, in a stable order."""
    found: dict[Path, None] = {}
    problems: list[Problem] = []
    left_out: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            for where, _, names in folders_of(path, FOLDERS_DEEP, left_out):
                inside = (where / n for n in sorted(names) if holds_data(n) and not is_card(n))
                found |= dict.fromkeys(inside)
        elif os.path.lexists(path):
            found[path] = None
        else:
            remedy = "correct the path"
            problems.append(Problem(str(path), "", "a file or folder", "nothing there", remedy))
    for path, expected in left_out:
        remedy = "rename it; a name in GBK is often left by an archive unpacked elsewhere"
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        problems.append(Problem(shown, "", expected, "another, which was not taken", remedy))
    return list(found), problems


def candidates(
    paths: Iterable[Path], project: Project, said: Said, catalogue: Catalogue
) -> Iterator[Candidate]:
    """Each file with the card that it would have, read one at a time."""
    sizes: dict[int, list[Path]] = {}
    for file in walk(project.raw, "raw")[0] if project.raw.is_dir() else ():
        about = file.path.stat()
        if stat.S_ISREG(about.st_mode):  # a pipe would be waited for
            sizes.setdefault(about.st_size, []).append(file.path)
    seen: dict[str, str] = {}
    for path in paths:
        content, problem = read_own(path, str(path), most=FILE_BYTES)
        if problem is not None:
            yield Candidate(path, problems=(problem,))
            continue
        sha256 = hashlib.sha256(content).hexdigest()
        is_in_raw = real(path).is_relative_to(real(project.raw)) and not _has_card(path)
        same = (one for one in sizes.get(len(content), ()) if _hash_of(one) == sha256)
        there = next((one.relative_to(project.root).as_posix() for one in same), seen.get(sha256))
        if there and not is_in_raw:
            yield Candidate(path, sha256=sha256, there=there)
            continue
        seen[sha256] = str(path)
        one = Candidate(path, content, sha256, is_in_raw=is_in_raw)
        own, unread = _card_beside(path)
        if unread is not None:
            yield replace(one, problems=(unread,))
        elif own:
            yield replace(one, card=own)
        else:
            folder = real(path).parent.name
            dated = replace(
                said, accessed=said.accessed or one.day, folder=folder, saved=saved_on(content)
            )
            draft, problems = draft_card(content, path.name, sha256, dated, catalogue)
            told = tuple(replace(each, file=str(path)) for each in problems)
            yield replace(one, draft=draft, problems=told if draft is None else ())


def _hash_of(path: Path) -> str:
    """The hash of a file in `raw/`; empty where it cannot be read, which `nqpf check` tells."""
    try:
        return sha256_of(path)
    except OSError:
        return ""


def _has_card(path: Path) -> bool:
    """Whether a card stands beside a file, or in its folder."""
    return any(
        os.path.lexists(one)
        for one in (path.with_name(path.name + OWN_CARD), path.parent / FOLDER_CARD)
    )


def likely_vintage(one: Candidate, folder: str) -> str:
    """The edition of a yearbook, or the month of a download, each of one publisher but for the bureau's own.

    EPS and yearbooks print numbers of the bureau in another state, and one vintage has one value of each.
    """
    known = one.draft.lines.known if one.draft is not None else {}
    if "edition" in known:
        return f"{known['edition']}-{folder if folder != FOLDERS[BUREAU] else YEARBOOK}"[:60]
    month = f"{known.get('accessed', one.day):%Y-%m}"
    return month if folder == FOLDERS[BUREAU] else f"{month}-{folder}"[:60]


def put_card(one: Candidate) -> Path:
    """Write the card of a file that lies in `raw/`; gives where the file stands.

    Raises:
        OSError: the disk refused, or a card was written meanwhile.
    """
    text = one.draft.lines.text if one.draft is not None else ""
    card = one.path.with_name(f"{one.path.name}{OWN_CARD}")
    if not _write_new(card, text.encode()):
        raise FileExistsError(17, "a card was written there meanwhile", str(card))
    return real(one.path)


def _card_beside(path: Path) -> tuple[str, Problem | None]:
    """The card that stands beside a file where it comes from."""
    card = path.with_name(path.name + OWN_CARD)
    if not os.path.lexists(card):
        return "", None
    content, problem = read_own(card, str(card), within=card.parent, code="card")
    if problem is not None:
        return "", problem
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        return "", Problem(str(card), "", "a text in UTF-8", str(error), "save it as UTF-8")


def folder_of(publisher: str) -> str:
    """The folder below `raw/` of a publisher."""
    plain = re.sub(r"[^\w.-]+", "_", publisher).strip("._-")[:60]
    return FOLDERS.get(publisher) or plain or NOBODY


def is_vintage(name: str) -> bool:
    """Whether a name can be that of a folder of a vintage."""
    return _PLAIN.fullmatch(name) is not None


def put(one: Candidate, folder: Path) -> Path:
    """Copy a file with its card into a folder; gives where it stands.

    A name that is taken there by another content gets a number. What cannot be written whole is taken away.

    Raises:
        OSError: the disk refused.
    """
    text = one.card or (one.draft.lines.text if one.draft is not None else "")
    folder.mkdir(parents=True, exist_ok=True)
    for name in _names(one.path.name):
        target = folder / name
        card = folder / f"{name}{OWN_CARD}"
        if os.path.lexists(card) or not _write_new(target, one.content):
            continue
        try:
            if not _write_new(card, text.encode()):
                raise FileExistsError(str(card))
        except OSError:
            target.unlink()
            raise
        return target
    raise FileExistsError(str(folder / one.path.name))


def put_again(path: Path, before: CardDraft, after: CardDraft) -> bool:
    """Replace the card of a file that was just added; False where somebody has changed it meanwhile.

    Raises:
        OSError: the disk refused; the card is as it was.
    """
    card = path.with_name(f"{path.name}{OWN_CARD}")
    if card.read_bytes() != before.lines.text.encode():
        return False
    replace_file(card, lambda beside: beside.write_bytes(after.lines.text.encode()))
    return True


def _names(name: str) -> Iterator[str]:
    """The file's own name, then numbered as browsers do."""
    yield name
    path = Path(name)
    yield from (f"{path.stem} ({number}){path.suffix}" for number in range(2, 1000))


def _write_new(target: Path, content: bytes) -> bool:
    """Write a file beside, flush it, and give it its name unless that is taken."""
    beside = target.with_name(
        f".{hashlib.sha256(target.name.encode()).hexdigest()[:16]}.{os.getpid()}"
    )
    try:
        with beside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        return _given_name(beside, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()


def _given_name(beside: Path, target: Path) -> bool:
    try:
        os.link(beside, target)  # unlike a rename it never takes the place of another
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if os.path.lexists(target):
            return False
        beside.rename(target)
    return True
