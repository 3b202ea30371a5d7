"""Every refusal of a study as the code has it, for `docs/refusals.md`: who tells it, and in which words.

Read from the source, not from a list: calls that make a problem at a line of the study file, and errors that
estimators and indices raise. Whether a study can meet such an error before its values are known is said once
for each, in `refusals.yaml`; a test fails while one is not said.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tests.docs.markdown import CHECKOUT

PACKAGE = CHECKOUT / "nqpf_assets"
SAID = Path(__file__).with_name("refusals.yaml")
ERRORS = {"EstimationError", "DifferenceError", "IndicatorError"}
RAISING = ("estimation", "estimators", "indices")
CHECKED = (
    "studies",
    "stages/named_*",
    "stages/promised_rows",
    "stages/room_for_*",
    "projects/inspection",
)
"""Rooms and modules that hold a study file against itself, the catalogue and the names of series."""
MOST_BARE = 5
"""Letters of an expectation that says nothing without what is put in."""
BY_DATA = ("stages", "estimation/column")
"""Those that tell what only values show, each at keys of the study file (`asked_at`)."""

FAMILIES = {
    "censored": "Tobit models",
    "fractional": "fractional outcomes",
    "group_differences": "differences between groups",
    "instruments": "instruments",
    "linear": "least squares",
    "mediation": "mediation",
    "regional_differences": "tables of regional differences",
    "spatial": "spatial models and Moran's I",
    "thresholds": "thresholds",
    "trends": "trends of groups",
    "indices": "indices",
    "estimation": "any column",
}


INTRODUCTION = """\
A study that cannot be computed is refused with its file and line, what was expected, what was found and
what to do. `nqpf check` refuses whatever can be known without building anything: keys, types and bounds of
the [schema](studies.md), and all of the first list below. The second list needs values: rows that missing
values leave, cells that are censored, what varies once effects are removed. A refresh tells these, too, at
the line of the study file, with table and column, and publishes nothing; `nqpf watch` does so at every
save. … stands for what is put in."""
PROMISED = """\
Beside what a study promises (`expect`, `minimum`, `maximum`), sources that have no value of what is asked,
and indicators with gaps:"""


@dataclass(frozen=True)
class Refusal:
    """One place of the code that refuses.

    Attributes:
        module: its path in the package, without suffix.
        words: what is expected, or what the error says; … stands for what is put in.
    """

    module: str
    words: str


def text_of(node: ast.expr) -> str:
    """A text with … for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            text_of(one) if isinstance(one, ast.Constant) else "…" for one in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return text_of(node.left) + text_of(node.right)
    return "…"


def modules(*patterns: str) -> Iterator[tuple[str, ast.Module]]:
    """Modules of rooms or by name, each parsed."""
    for pattern in patterns:
        room = PACKAGE / pattern
        found = room.rglob("*.py") if room.is_dir() else PACKAGE.glob(f"{pattern}.py")
        for path in sorted(found):
            yield str(path.relative_to(PACKAGE).with_suffix("")), ast.parse(path.read_text("utf-8"))


def name_of(call: ast.expr) -> str:
    return call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "")


@cache
def raised() -> tuple[Refusal, ...]:
    """Errors of estimators and indices."""
    return tuple(
        dict.fromkeys(
            Refusal(module, text_of(node.exc.args[0]))
            for module, tree in modules(*RAISING)
            for node in ast.walk(tree)
            if isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and name_of(node.exc.func) in ERRORS
        )
    )


@cache
def checked() -> tuple[Refusal, ...]:
    """What is told at a line of the study file before anything is built."""
    found = []
    for module, tree in modules(*CHECKED):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node.func) in ("problem", "Refusal"):
                at = 1
                given = {one.arg: one.value for one in node.keywords}
                words = node.args[at] if len(node.args) > at else given.get("expected")
                if words is not None:
                    found.append(Refusal(module, text_of(words)))
    return tuple(
        one for one in dict.fromkeys(found) if sum(map(str.isalpha, one.words)) > MOST_BARE
    )


@cache
def of_data() -> tuple[tuple[Refusal, bool], ...]:
    """Problems that steps make, and whether they name keys of the study file."""
    found = []
    for module, tree in modules(*BY_DATA):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and name_of(node.func) == "Problem"):
                continue
            given = {one.arg: one.value for one in node.keywords}
            if text_of(given["file"]).startswith("study "):
                found.append((Refusal(module, text_of(given["expected"])), "asked_at" in given))
    return tuple(found)


@cache
def said() -> dict[str, dict[str, str]]:
    """Module → words of an error → `data` where only values decide, else `written`."""
    return yaml.safe_load(SAID.read_text("utf-8"))


@cache
def known() -> dict[Refusal, str]:
    """Error → the words under which `refusals.yaml` has it: its own, or the nearest of its module.

    So that an error that is only worded anew is still the one that was classified.
    """
    found: dict[Refusal, str] = {}
    left: dict[str, list[str]] = {module: [*words] for module, words in said().items()}
    for one in raised():
        if one.words in left.get(one.module, ()):
            left[one.module].remove(one.words)
            found[one] = one.words
    for one in raised():
        if one not in found:
            for words in difflib.get_close_matches(one.words, left.get(one.module, ()), 1, 0.6):
                left[one.module].remove(words)
                found[one] = words
    return found


def by_data(one: Refusal) -> str:
    """What is told where only values decide; nothing of errors that a study cannot meet."""
    how, _, words = said().get(one.module, {}).get(known().get(one, ""), "").partition(": ")
    return (words or one.words) if how == "data" else ""


def page() -> str:
    """`docs/refusals.md`."""
    data = [(one, told) for one in raised() if (told := by_data(one))]
    lines = [
        "# What is refused, and where",
        "<!-- made by `make docs` from the code; tests/docs/refusals.yaml says what only values decide -->",
        INTRODUCTION,
        "## Refused by `nqpf check`",
        "\n".join(f"- {_cell(one.words)}" for one in sorted_once(checked())),
        "## Refused by a refresh, because only values show it",
        PROMISED,
    ]
    for family, title in FAMILIES.items():
        mine = dict.fromkeys(told for one, told in data if family in one.module.split("/")[:2])
        if mine:
            lines += [
                f"### {title[0].upper()}{title[1:]}",
                "\n".join(f"- {_cell(told)}" for told in mine),
            ]
    n = len(raised()) - len(data)
    lines.append(
        f"{n} further errors of estimators and indices are met by those who call them from Python alone: of "
        "arguments that a study cannot write, or that `nqpf check` refuses first."
    )
    return "\n\n".join(lines) + "\n"


def sorted_once(found: tuple[Refusal, ...]) -> list[Refusal]:
    """By their words, each once."""
    by_words = {one.words: one for one in found}
    return [by_words[words] for words in sorted(by_words, key=str.casefold)]


def _cell(words: str) -> str:
    """Words as Markdown that shows signs as they are."""
    return (
        words.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
        if "`" not in words
        else words
    )
