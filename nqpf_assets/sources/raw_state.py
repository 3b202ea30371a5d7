"""The raw files and catalogue of a project by content: what a plan compares and a reading holds to.

Files that are still on their way (`arriving`) are left out, or stay as they were last built; a card
waits with its file, and a file with its card. Which files there are is `raw_listing`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_files import FOLDER_CARD, OWN_CARD, is_card
from nqpf_assets.sources.raw_listing import CHANGING, content_of, is_unfinished, listed
from nqpf_assets.sources.unfinished_files import Mark, finished_name, still_arriving
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.made_from import OUTSIDE, remembered
from nqpf_assets.warehouse.store import Store

FOR_ITS_CARD = "a file whose card is still being written"


@dataclass(frozen=True)
class RawState:
    """The raw files and catalogue of a project, by content.

    Attributes:
        hashes: path relative to the project → SHA-256.
        arriving: files that are not whole yet → what shows it. One that was built before keeps its
            old hash in `hashes`, a new one has none.
        waiting: cards that are left out together with their files.
        known: the hashes that were last built from.
    """

    hashes: dict[str, str]
    arriving: dict[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    known: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, project: Project, known: Mapping[str, str] | None = None) -> RawState:
        """Look at every file once, and a moment later again at those that are new and just came.

        Args:
            known: hashes that were last built from; default: as the warehouse remembers them.
        """
        known = _last_built(project) if known is None else known
        hashes: dict[str, str] = {}
        arriving: dict[str, str] = {}
        new: dict[str, tuple[Path, Mark]] = {}
        for shown, path in listed(project):
            if is_raw(shown, project) and is_unfinished(path, project.raw):
                arriving[shown] = "the name of an unfinished file"
                continue
            content, mark = content_of(path, is_small=is_small(shown, project))
            if content is None:
                continue  # taken away while we looked
            hashes[shown] = content
            if content == CHANGING:
                arriving[shown] = CHANGING
            elif mark is not None and is_raw(shown, project) and known.get(shown) != content:
                new[shown] = (path, mark)
        return cls(hashes, {}, known=known).without(arriving | still_arriving(new))

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(repr(sorted(self.hashes.items())).encode()).hexdigest()

    def without(self, arriving: Mapping[str, str]) -> RawState:
        """The same state with these files left as they were last built, new ones out of it."""
        files = {shown: why for shown, why in arriving.items() if not is_card(_name(shown))}
        waiting: set[str] = set()
        for card in set(arriving) - set(files):
            described = self._described(card)
            # What was built under the card before is kept; a slip in it is told when it is read.
            if not any(shown in self.known for shown in described):
                waiting.add(card)
                files |= {shown: FOR_ITS_CARD for shown in described if shown not in files}
        hashes = dict(self.hashes)
        for shown in files:
            hashes.pop(shown, None)
            if shown in self.known:
                hashes[shown] = self.known[shown]
        own = {whole_name(shown) + OWN_CARD for shown in files if whole_name(shown) not in hashes}
        waiting |= own & set(hashes)
        for card in waiting:
            hashes.pop(card, None)
        return RawState(
            hashes, self.arriving | files, self.waiting | frozenset(waiting), known=self.known
        )

    def _described(self, card: str) -> list[str]:
        """The files that a card is for."""
        folder, _, name = card.rpartition("/")
        if name != FOLDER_CARD:
            return [card.removesuffix(OWN_CARD)]
        beside = (shown for shown in self.hashes if shown.rpartition("/")[0] == folder)
        return [
            shown
            for shown in beside
            if not is_card(_name(shown)) and shown + OWN_CARD not in self.hashes
        ]

    def moved(self, project: Project) -> list[str]:
        """Cards and catalogue files that are no longer what this state says."""
        now = dict(listed(project))
        small = {shown for shown in {*now, *self.hashes} if is_small(shown, project)}
        return sorted(
            shown
            for shown in small - self.waiting
            if (content_of(now[shown], is_small=True)[0] if shown in now else None)
            != self.hashes.get(shown)
        )

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """One for each file that is still on its way."""
        return tuple(
            Problem(
                file=shown,
                where="",
                expected="a file that is complete",
                found=why,
                remedy="nothing while it is being written: the next refresh takes it; else remove it",
                severity="warning",
                code="arriving",
            )
            for shown, why in sorted(self.arriving.items())
        )


def is_raw(shown: str, project: Project) -> bool:
    return shown.startswith(f"{project.raw.name}/")


def is_small(shown: str, project: Project) -> bool:
    """Whether a path is that of a card or a file of the catalogue."""
    return is_card(_name(shown)) or not is_raw(shown, project)


def whole_name(shown: str) -> str:
    """The path that a file will have once it is whole."""
    folder, _, name = shown.rpartition("/")
    return f"{folder}/{finished_name(name) or name}"


def finished_names(names: Iterable[str]) -> set[str]:
    """Names as they are, and those that unfinished files among them will have."""
    names = set(names)
    return names | {whole for name in names if (whole := finished_name(name))}


def _name(shown: str) -> str:
    return shown.rpartition("/")[2]


def _last_built(project: Project) -> Mapping[str, str]:
    store = Store(project.warehouse)
    parts = remembered("source__file", store)
    if parts is not None and OUTSIDE in parts:
        return parts[OUTSIDE]
    if store.record(("source", "file")) is None:
        return {}
    # The memory is gone and the table is there: its files, without their cards, are known by it.
    return dict(store.scan(("source", "file")).select("path", "sha256").collect().iter_rows())
