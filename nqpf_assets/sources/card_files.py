"""Where origin cards stand, and which card belongs to which file.

``<file>.card.yaml`` beside a file describes that file alone. ``card.yaml`` describes a folder:
its keys hold for every file in it, and ``files:`` says what is different for a file by name.
A file's own card stands alone, so that everything about it is read in one place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nqpf_assets.formats.reading import Reading
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml, read_yaml
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.own_files import read_own
from nqpf_assets.user_input.value_words import found_words

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
    places: Mapping[str, KeyPath] = field(default_factory=dict)

    def for_sheet(self, name: str) -> LoadedCard:
        """The card as it holds for one of its sheets, with the lines where that is said."""
        own = self.card.sheets[name].model_fields_set
        base = self.places.get("sheets", ("sheets",))
        return LoadedCard(
            self.card.for_sheet(name),
            self.document,
            {**self.places, **{key: (*base, name, key) for key in own}},
        )

    def where(self, key: str, *inside: str | int) -> str:
        """``line 4 of raw/nbs/2026/card.yaml``, for messages about a key, or about one inside it.

        The card alone where it does not have the key.
        """
        if key not in self.places:
            return self.document.file
        place = (*self.places[key], *inside)
        return f"line {self.document.place(place).line} of {self.document.file}"


@dataclass(frozen=True)
class FolderCards:
    """The cards of one folder: one per file that has one, and what is wrong with any."""

    cards: Mapping[str, LoadedCard]
    problems: tuple[Problem, ...]
    described: frozenset[str]  # names that have a card, a faulty one included
    words: frozenset[str] = frozenset()  # what faulty cards say, so far as it can be read


def is_card(name: str) -> bool:
    """Whether a file name is that of a card, not of a raw file."""
    return name == FOLDER_CARD or name.endswith(OWN_CARD)


def load_cards(
    folder: Path, shown: str, names: Iterable[str], waiting: Container[str] = ()
) -> FolderCards:
    """The cards of a folder's raw files.

    Args:
        folder: where the files are.
        shown: the folder as the user knows it, for messages.
        names: names of the raw files in it.
        waiting: cards that are not read yet, by their paths as the user knows them.
    """
    by_name = {unicodedata.normalize("NFC", name): name for name in names}
    cards: dict[str, LoadedCard] = {}
    problems: list[Problem] = []
    described: set[str] = set()
    words: set[str] = set()
    own = sorted(path for path in folder.iterdir() if path.name.endswith(OWN_CARD))
    shared = folder / FOLDER_CARD
    for path in own:
        if f"{shown}/{path.name}" in waiting:
            continue
        subject = by_name.get(unicodedata.normalize("NFC", path.name.removesuffix(OWN_CARD)))
        document = _read(path, f"{shown}/{path.name}", folder)
        if subject is None:
            problems.append(_no_such_file(document, (), path.name.removesuffix(OWN_CARD), by_name))
            continue
        described.add(subject)
        problems += document.problems
        if not document.problems:
            card, faults = validate(OriginCard, document)
            problems += faults
            if card is None:
                words |= set(_words(document.data))
            else:
                cards[subject] = LoadedCard(card, document, {k: (k,) for k in document.data})
    is_there = shared.exists() or shared.is_symlink()
    if is_there and f"{shown}/{FOLDER_CARD}" not in waiting:
        document = _read(shared, f"{shown}/{FOLDER_CARD}", folder)
        problems += document.problems
        found, wrong = _folder_card(document, by_name, frozenset(described))
        problems += wrong
        described |= set(by_name.values()) if document.problems else set(found)
        cards |= {name: card for name, card in found.items() if card is not None}
        if wrong:
            words |= set(_words(document.data))
    return FolderCards(cards, tuple(problems), frozenset(described), frozenset(words))


def _words(data: object) -> Iterator[str]:
    """Every word of a card, key or value."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from (*_words(key), *_words(value))
    elif isinstance(data, list):
        for value in data:
            yield from _words(value)


def ready_made_card(file: str, sha256: str, reading: Reading | None) -> str:
    """A card to paste for a file that has none, filled with what the file says itself."""
    folders = file.split("/")[1:-1]
    facts: Mapping[str, str] = reading.facts if reading is not None else {}
    signed = any("由EPS" in note.upper() for note in reading.notes) if reading else False
    publisher = "EPS DATA" if signed else facts.get("source") or (folders[0] if folders else "")
    title = facts.get("title") or facts.get("indicator") or facts.get("database") or ""
    lines = [
        f"publisher: {_quoted(publisher)}",
        f"title: {_quoted(title)}",
        f"status: {facts.get('status', '').ljust(9)}  # official, survey or synthetic",
        *_silent(reading),
        *(["vintage:           # for instance the month of download"] * (len(folders) < 2)),
        "accessed:          # day of download, for instance 2026-05-03",
        f"sha256: {sha256}",
    ]
    return "\n".join(f"    {line.rstrip()}" for line in lines)


def _silent(reading: Reading | None) -> list[str]:
    """Keys for what the file does not say."""
    if reading is None:
        return []
    if reading.suggested:
        return list(reading.suggested)
    if reading.cells.is_empty():
        if reading.format == "yearbook":
            return ["layout:            # how the page is laid out: nqpf help formats"]
        return [
            "columns:           # which column is the region, the year, the values: nqpf help formats"
        ]
    hints = {
        "series_label": "series:            # the file does not say what it measures",
        "unit_label": "unit:              # the file does not name its unit",
        "region_label": "region:            # the file does not name its region",
    }
    return [hint for column, hint in hints.items() if reading.cells[column].is_null().any()]


def _quoted(text: str) -> str:
    return yaml_word(text) if text else ""


def _read(path: Path, shown: str, folder: Path) -> LinedYaml:
    content, problem = read_own(path, shown, within=folder, code="card")
    if problem is not None:
        return LinedYaml(shown, {}, problems=(problem,))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = Problem(
            file=shown,
            where="",
            expected="a text in UTF-8",
            found=str(error),
            remedy="save it as UTF-8",
            code="card",
        )
        return LinedYaml(shown, {}, problems=(wrong,))
    return read_yaml(text, shown)


def _no_such_file(
    document: LinedYaml, place: KeyPath, name: str, by_name: Mapping[str, str]
) -> Problem:
    return document.problem(
        place,
        "the name of a file in this folder",
        name or "an empty name",
        did_you_mean(name, by_name.values()) or "correct the name, or remove the card",
        code="card_without_file",
    )


def _folder_card(
    document: LinedYaml, by_name: Mapping[str, str], taken: frozenset[str]
) -> tuple[dict[str, LoadedCard | None], list[Problem]]:
    """The cards that a folder's card gives to files without their own; None for a faulty one."""
    if document.problems:
        return {}, []
    if not isinstance(document.data, dict):
        return {}, list(validate(OriginCard, document)[1])
    defaults = {key: value for key, value in document.data.items() if key != "files"}
    overrides, problems = _overrides(document, by_name, taken)
    # Without what a card needs, the folder's keys are no card for a file that is not listed.
    complete = not document.data.get("files") or {"publisher", "title", "status"} <= set(defaults)
    cards: dict[str, LoadedCard | None] = {}
    for name in by_name.values():
        if name in taken or (name not in overrides and not complete):
            continue
        base, override = overrides.get(name, ((), {}))
        places: dict[str, KeyPath] = {key: (key,) for key in defaults}
        places |= {key: (*base, key) for key in override}
        merged = {**defaults, **override}
        card, wrong = validate(OriginCard, document, base, merged, places)
        problems += [problem for problem in wrong if problem not in problems]
        cards[name] = LoadedCard(card, document, places) if card is not None else None
    return cards, problems


def _overrides(
    document: LinedYaml, by_name: Mapping[str, str], taken: frozenset[str]
) -> tuple[dict[str, tuple[KeyPath, dict[str, Any]]], list[Problem]]:
    """What ``files:`` says per file, with the place where it stands."""
    files = document.data.get("files") or {}
    if not isinstance(files, dict):
        expected, remedy = "file names with what is different", "write `files: {name: {…}}`"
        return {}, [document.problem(("files",), expected, repr(files)[:80], remedy)]
    overrides: dict[str, tuple[KeyPath, dict[str, Any]]] = {}
    problems = []
    for written, override in files.items():
        place: KeyPath = ("files", written)
        name = by_name.get(unicodedata.normalize("NFC", str(written)))
        if name is None:
            problems.append(_no_such_file(document, place, str(written), by_name))
        elif name in taken:
            found = f"{name}{OWN_CARD} describes it too"
            problems.append(document.problem(place, "one card", found, "keep one of the two"))
        elif override is not None and not isinstance(override, dict):
            found, remedy = found_words(override), "write `key: value`"
            problems.append(document.problem(place, "keys with values", found, remedy))
            overrides[name] = (place, {})
        else:
            overrides[name] = (place, override or {})
    return overrides, problems
