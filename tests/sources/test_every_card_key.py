"""Every key of an origin card, with files of every kind: it changes what is read, or is refused there."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from nqpf_assets.catalog.catalogue import Catalogue, load_catalogue
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_files import load_cards
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from tests.sources.every_card import (
    AS_IT_IS,
    CARDS,
    NOT_IN_EVERY_FILE,
    VALUES,
    Block,
    Place,
    cases,
    is_nothing,
    options,
    values_of,
)

FOLDER = "raw/x/2020"
TOLD_BY_THE_FILE = {
    "missing_unit",
    "missing_series",
    "not_finite",
    "not_a_number",
    "two_values",
    "unknown_region",
    "disagrees_unit",
    "disagrees_indicator",
    "several_sheets",
}
"""Of what a card leaves out, or of two words of it at once, the file's cell is told, and what to write; where
no cell is named, the card's line must be."""


def test_every_key_has_values() -> None:
    assert [path for path in options() if not values_of(path)] == []
    known = {path.removeprefix("sheets.*.") for path in options()}
    assert {*VALUES, *AS_IT_IS, *NOT_IN_EVERY_FILE} - known == set()


@pytest.mark.slow  # a thousand cards
def test_every_key_is_used_or_refused_at_its_line(tmp_path: Path) -> None:
    bare = {name: seen(read(tmp_path, *CARDS[name])[1]) for name in CARDS}
    assert [name for name, (problems, *_) in bare.items() if problems] == []
    wrong, used = [], set()
    for name, path, value, card, place in cases():
        text, found = read(tmp_path, CARDS[name][0], card)
        errors = [one for one in found.problems if one.severity == "error"]
        said = f"{name}: {path}: {value}"
        if errors:
            if not all(is_placed(one, text, place) for one in errors):
                wrong.append(f"{said} is refused elsewhere: {'; '.join(map(str, errors))}")
        elif path.endswith("may_be_passed_on"):  # into a package, which the card alone decides
            folder = tmp_path / FOLDER
            assert load_cards(folder, FOLDER, ["a"]).cards["a"].card.may_be_passed_on is value
        elif seen(found) == bare[name]:
            if not is_nothing(name, path, value):
                wrong.append(f"{said} changes nothing")
            continue
        used.add(path)
    assert not wrong, "\n".join(wrong)
    assert [path for path in options() if path not in used] == []


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def read(root: Path, content: bytes, card: Block) -> tuple[str, Collection]:
    """The text of the card, and what is read of the file with it."""
    about = {"publisher": "局", "title": "表", "status": "official"}
    text = yaml.safe_dump(about | card, allow_unicode=True, sort_keys=False)
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "a").write_bytes(content)
    (folder / "card.yaml").write_text(text, encoding="utf-8")
    return text, collect(root / "raw", catalogue())


def seen(found: Collection) -> Any:
    """All that comes of a file: what is told, and the rows of the source tables."""
    problems = [
        (one.severity, one.file, one.where, one.expected, one.found) for one in found.problems
    ]
    weights = found.weights.rows(), found.weight_units.rows()
    return problems, found.files.rows(), found.observations.rows(), weights


def is_placed(problem: Problem, text: str, place: Place) -> bool:
    """Whether a refusal names a line of the block in which the key stands, or a cell of the file."""
    if problem.code in TOLD_BY_THE_FILE and (problem.where or problem.code == "several_sheets"):
        return True
    whole = yaml.compose(text, yaml.CSafeLoader)
    node: Any = whole
    *above, last = place
    for key in above:
        node = next(v for k, v in node.value if k.value == str(key))
    keys = [str(k.value) for k, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    first = node.start_mark.line + 1 - bool(above and str(last) in keys)
    lines = range(first, node.end_mark.line + 2)
    if problem.file == f"{FOLDER}/card.yaml":
        return int(problem.where.partition(",")[0].removeprefix("line ")) in lines
    top = next(k.start_mark.line + 1 for k, _ in whole.value if k.value == str(place[0]))
    named = [
        n for n in {*lines, *range(top, first)} if f"line {n} of {FOLDER}/card.yaml" in str(problem)
    ]
    return bool(named)
