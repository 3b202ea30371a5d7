"""Where origin cards stand, and which card belongs to which file.

``<file>.card.yaml`` beside a file describes that file alone. ``card.yaml`` describes a folder:
its keys hold for every file in it, and ``files:`` says what is different for a file by name.
A file's own card stands alone, so that everything about it is read in one place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nqpf_assets.lined_yaml import LinedYaml, Place, nearest, read_yaml, validate
from nqpf_assets.problems import Problem
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.reading import Reading

FOLDER_CARD = "card.yaml"
OWN_CARD = ".card.yaml"


@dataclass(frozen=True)
class LoadedCard:
    """A card and where it was read.

    Attributes:
        card: what it says.
        document: the file it stands in.
        places: for each key, where in that file it stands.
    """

    card: OriginCard
    document: LinedYaml
    places: Mapping[str, Place] = field(default_factory=dict)

    def where(self, key: str) -> str:
        """``line 4 of raw/nbs/2026/card.yaml``, for messages about a key."""
        place = self.places.get(key, ())
        return f"line {self.document.line(place)} of {self.document.file}"


@dataclass(frozen=True)
class FolderCards:
    """The cards of one folder: one per file that has one, and what is wrong with any."""

    cards: Mapping[str, LoadedCard]
    problems: tuple[Problem, ...]
    described: frozenset[str]  # names that have a card, a faulty one included


def is_card(name: str) -> bool:
    """Whether a file name is that of a card, not of a raw file."""
    return name == FOLDER_CARD or name.endswith(OWN_CARD)


def load_cards(folder: Path, shown: str, names: Iterable[str]) -> FolderCards:
    """The cards of a folder's raw files.

    Args:
        folder: where the files are.
        shown: the folder as the user knows it, for messages.
        names: names of the raw files in it.
    """
    by_name = {unicodedata.normalize("NFC", name): name for name in names}
    cards: dict[str, LoadedCard] = {}
    problems: list[Problem] = []
    described: set[str] = set()
    own = sorted(path for path in folder.iterdir() if path.name.endswith(OWN_CARD))
    for path in own:
        subject = by_name.get(unicodedata.normalize("NFC", path.name.removesuffix(OWN_CARD)))
        document = _read(path, f"{shown}/{path.name}")
        if subject is None:
            problems.append(_no_such_file(document, (), path.name.removesuffix(OWN_CARD), by_name))
            continue
        described.add(subject)
        problems += document.problems
        if not document.problems:
            card, wrong = validate(OriginCard, document)
            problems += wrong
            if card is not None:
                cards[subject] = LoadedCard(card, document, {k: (k,) for k in document.data})
    if (folder / FOLDER_CARD).is_file():
        document = _read(folder / FOLDER_CARD, f"{shown}/{FOLDER_CARD}")
        problems += document.problems
        if document.problems:
            described |= set(by_name.values())
        else:
            left = {key: name for key, name in by_name.items() if name not in described}
            problems += _folder_card(document, left, by_name, cards, described)
    return FolderCards(cards, tuple(problems), frozenset(described))


def ready_made_card(file: str, sha256: str, reading: Reading | None) -> str:
    """A card to paste for a file that has none, filled with what the file says itself."""
    folders = file.split("/")[1:-1]
    facts: Mapping[str, str] = reading.facts if reading is not None else {}
    cells = reading.cells if reading is not None else None
    silent = {
        column: cells is not None and cells.height > 0 and bool(cells[column].is_null().any())
        for column in ("series_label", "unit_label", "region_label")
    }
    title = facts.get("title") or facts.get("indicator") or facts.get("database") or ""
    lines = [
        f"publisher: {_quoted(facts.get('source') or (folders[0] if folders else ''))}",
        f"title: {_quoted(title)}",
        f"status: {facts.get('status', '').ljust(9)}  # official, survey or synthetic",
        *(["series:            # the file does not say what it measures"] * silent["series_label"]),
        *(["unit:              # the file does not name its unit"] * silent["unit_label"]),
        *(["region:            # the file does not name its region"] * silent["region_label"]),
        *(["vintage:           # for instance the month of download"] * (len(folders) < 2)),
        "accessed:          # day of download, 2026-05-03",
        f"sha256: {sha256}",
    ]
    return "\n".join(f"    {line.rstrip()}" for line in lines)


def _quoted(text: str) -> str:
    plain = text and not any(mark in text for mark in ":#{}[],&*!|>'\"%@`")
    return text if plain else "" if not text else "'" + text.replace("'", "''") + "'"


def _read(path: Path, shown: str) -> LinedYaml:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        wrong = Problem(shown, "", "a text in UTF-8", str(error), "save it as UTF-8", code="card")
        return LinedYaml(shown, {}, problems=(wrong,))
    return read_yaml(text, shown)


def _no_such_file(
    document: LinedYaml, place: Place, name: str, by_name: Mapping[str, str]
) -> Problem:
    return document.problem(
        place,
        "the name of a file in this folder",
        f"{name}{nearest(name, tuple(by_name.values()))}",
        "correct the name, or remove the card",
        code="card_without_file",
    )


def _folder_card(
    document: LinedYaml,
    left: Mapping[str, str],
    by_name: Mapping[str, str],
    cards: dict[str, LoadedCard],
    described: set[str],
) -> list[Problem]:
    """Add the cards that a folder's card gives; returns what is wrong with it."""
    data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
    if data is not document.data:
        return list(validate(OriginCard, document)[1])
    problems: list[Problem] = []
    defaults = {key: value for key, value in data.items() if key != "files"}
    overrides = data.get("files") or {}
    if not isinstance(overrides, dict):
        expected, remedy = "file names with what is different", "write `files: {name: {…}}`"
        return [document.problem(("files",), expected, repr(overrides)[:80], remedy)]
    entries = {}
    for written, override in overrides.items():
        key = unicodedata.normalize("NFC", str(written))
        if key not in by_name:
            problems.append(_no_such_file(document, ("files", written), str(written), by_name))
        elif key not in left:
            remedy = "keep one of the two"
            found = f"{written} also has {written}{OWN_CARD}"
            problems.append(document.problem(("files", written), "one card", found, remedy))
        elif override is not None and not isinstance(override, dict):
            expected = "keys with values"
            problems.append(
                document.problem(("files", written), expected, repr(override), "write `key: value`")
            )
            described.add(by_name[key])
        else:
            entries[key] = (written, override or {})
    for key, name in left.items():
        if key not in entries and (overrides or name in described):
            if name not in described and "title" in defaults:
                entries[key] = (None, {})
            continue
        entries.setdefault(key, (None, {}))
    told: set[Problem] = set()
    for key, (written, override) in entries.items():
        places: dict[str, Place] = {name: (name,) for name in defaults}
        places |= {name: ("files", written, name) for name in override}
        described.add(by_name[key])
        card, wrong = validate(OriginCard, document, (), {**defaults, **override})
        if card is not None:
            cards[by_name[key]] = LoadedCard(card, document, places)
        told |= {_relocated(document, problem, override, written) for problem in wrong}
    return [*problems, *sorted(told)]


def _relocated(
    document: LinedYaml, problem: Problem, override: Mapping[str, Any], written: str | None
) -> Problem:
    raise NotImplementedError
