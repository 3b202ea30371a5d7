"""Every text of the package with a number or names in it: one thing is told as one, and names with commas.

The f-strings and the words in SQL are read, so that a message which is written tomorrow is held to the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import nqpf_assets
from nqpf_assets.user_input.project import sql_root

ROOT = Path(nqpf_assets.__file__).parent

THINGS = (
    "areas|bins|blocks|breaks|bytes|categories|causes|cells|changes|characters|clusters|"
    "coefficients|columns|days|decimals|digits|dimensions|draws|editions|effects|entries|fields|"
    "files|findings|folders|formats|gaps|groups|hours|indicators|instruments|islands|keys|kinds|"
    "labels|lags|latitudes|letters|levels|lines|links|longitudes|maps|matrices|members|minutes|"
    "months|names|neighbours|nodes|observations|packages|pages|pairs|parameters|parts|periods|"
    "permutations|places|points|problems|processors|quantiles|regimes|regions|rows|runs|samples|"
    "seconds|shares|sheets|steps|studies|tables|terms|thresholds|units|values|variables|vintages|"
    "warnings|waves|weights|windows|years"
)
"""Plurals that a message may count."""
COUNTED = re.compile(
    rf" (?!(?:is|are|has|of|for|and|or|in|to|at|with|by|over|standard) )"
    rf"(?:[a-z]+(?:-[a-z]+)? ){{0,2}}?(?:{THINGS})\b"
)
"""Directly behind a number: words that count it."""
LIMIT = re.compile(r"(\w+\.)?_?[A-Z][A-Z_]+")
"""A constant: a limit, and never one."""

NO_NUMBERS = {
    "commands/refresh.py: row['years']",  # the years with how many regions each
    "commands/query.py: most",  # a limit
    "commands/refresh.py: status",
    "estimation/linear.py: weights.type",  # analytic, frequency or population
    "estimation/tobit.py: what",
    "estimators/linear/observation_weights.py: kind",
    "estimators/regional_differences/observations.py: least",  # positive or non-negative
    "estimators/spatial/period_weights.py: what",  # which weights
    "explanations/numbers.py: what",
    "formats/layout.py: name",
    "formats/ole.py: name",
    "formats/ooxml.py: name",
    "sources/unreadable_files.py: loaded.where('sha256')",
    "figures/kinds/convergence.py: number(row['half_life'])",
    "figures/kinds/paths.py: one['label']",
    "figures/index_scores.py: units",  # a number with its noun
    "questions/assistant/asked.py: len(text)",  # more than a limit
    "formats/nbs_table.py: width",  # of a table with years over its columns
    "formats/csv_tables.py: width",
    "formats/web_tables.py: max_rows",  # limits
    "formats/web_tables.py: max_cells",
    "stages/unit_roots.py: few",  # a limit
    "stages/printed_regression_rows.py: further.name.capitalize().replace('*', '×')",
    "stages/convergence.py: row['effects'].replace(', ', ' and ')",
    "stages/named_neighbours.py: space.weights",  # a kind of weights
    "stages/printed_regression_notes.py: what",
    "stages/printed_regression_rows.py: effect.capitalize()",
    "studies/spatial_weights.py: self.weights",
    "estimators/spatial/distance.py: lon.shape",  # told to callers in Python, as numpy says it
    "estimators/spatial/distance.py: lat.shape",
}
"""What stands before such a word and counts nothing."""

TO_AUTHORS = ("testing/", "plugins/", "contract.py", "registry.py", "replication/r/")
"""Parts that speak to authors of plugins in Python's words."""
UNEXPECTED = {
    "defs/refresh.py",
    "publications/held_back.py",
    "publications/storage/keeping.py",
    "publications/storage/reading.py",
    "site/keep.py",
    "formats/tables.py",
}
"""Where an error of a library is told, that has no better words than its own."""


RIGHT_IN_BRACKETS = {
    "exports/printed_influence.py: labels of _notes",  # words, of a list by the same name
    "sources/card.py: few of _years_are_read",  # as YAML writes it
}

TOLD_TO_NOBODY = {
    "formats/recognise.py: type(reading).__name__",  # to authors of readers
    "estimators/spatial/design.py: type(weights).__name__",  # to callers in Python
    "publications/publish.py: sorted(releases.items())",  # hashed
    "sources/cache.py: sorted(releases.items())",  # hashed
    "studies/equation.py: kind.__name__",  # a mistake of ours
}
"""Where such a value is no message to a user."""


MAKERS = {
    "list", "sorted", "set", "tuple", "dict", "keys", "values", "items", "to_list", "type",
}  # fmt: skip
"""Functions that make what Python prints with brackets."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module, by its place in the package."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(ROOT.rglob("*.py"))
    }


@cache
def texts() -> tuple[tuple[str, ast.JoinedStr], ...]:
    """Every f-string with the module it stands in."""
    return tuple(
        (place, one)
        for place, tree in modules().items()
        for one in ast.walk(tree)
        if isinstance(one, ast.JoinedStr)
    )


def uncounted(text: ast.JoinedStr) -> Iterator[str]:
    """Numbers that stand before a plural whatever they are."""
    for number, words in zip(text.values, text.values[1:], strict=False):
        if not isinstance(number, ast.FormattedValue) or not isinstance(words, ast.Constant):
            continue
        value = ast.unparse(number.value)
        is_told = value.startswith(("counted(", "verb("))
        precise = number.format_spec and ast.unparse(number.format_spec).strip("f'\"") != ","
        is_constant = LIMIT.fullmatch(value) is not None or ".join(" in value
        if COUNTED.match(str(words.value)) and not (precise or is_constant or is_told):
            yield value


def unlisted(text: ast.JoinedStr) -> Iterator[str]:
    """Values that Python would print with its brackets, or that are names of classes."""
    for one in text.values:
        if not isinstance(one, ast.FormattedValue):
            continue
        value = one.value
        is_class = isinstance(value, ast.Attribute) and value.attr in ("__name__", "__qualname__")
        if has_brackets(value) or is_class:
            yield ast.unparse(value)


def has_brackets(value: ast.expr) -> bool:
    """Whether Python would print a value with its brackets, as far as one sees."""
    is_called = isinstance(value, ast.Call)
    name = getattr(value.func, "attr", getattr(value.func, "id", "")) if is_called else ""
    brackets = (ast.List, ast.ListComp, ast.Tuple, ast.Set, ast.SetComp, ast.Dict, ast.DictComp)
    return name in MAKERS or isinstance(value, brackets)


def lists_by_name(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names that a function fills with such a value and nothing else, and puts into a text."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        given: dict[str, list[bool]] = {}
        for one in ast.walk(function):
            targets = one.targets if isinstance(one, ast.Assign) else [getattr(one, "target", None)]
            value = getattr(one, "value", None)
            for target in targets:
                if isinstance(target, ast.Name):
                    is_list = isinstance(value, ast.expr) and has_brackets(value)
                    given.setdefault(target.id, []).append(is_list)
        for text in ast.walk(function):
            for part in text.values if isinstance(text, ast.JoinedStr) else ():
                name = part.value.id if _is_plain_name(part) else ""
                if all(given.get(name, [False])):
                    yield function.name, name


def _is_plain_name(part: ast.expr) -> bool:
    return isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name)


@pytest.mark.slow
def test_a_plural_behind_a_number_is_counted() -> None:
    found = {f"{place}: {one}" for place, text in texts() for one in uncounted(text)}
    raw = {one for one in found - NO_NUMBERS if not one.startswith("testing/")}
    assert not raw, "write these with `counted(number, things)`:\n" + "\n".join(sorted(raw))
    assert not NO_NUMBERS - found, "no longer there"


VERBS = (
    "are|were|have|do|need|lie|stand|lack|differ|share|remain|stay|agree|belong|contain|seem|fit|miss|"
    "cover"
)
"""Plurals of verbs that a message may put behind what it counts."""
PLURAL_VERB = re.compile(rf"(?:[^.;:,]|, (?=§))*? (?:{VERBS})\b(?! (?:those|one))")
"""A verb in the plural before anything parts it from the number; § stands for another value."""
OF_A_LIMIT = re.compile(r"^ where § were expected| were expected")
"""What Python callers are told of arrays: the number that was expected is that of rows."""
AGREES = ("as they were", "of it are")
"""Parts of texts in which the verb has another subject."""


def plural_verbs(text: ast.JoinedStr) -> Iterator[str]:
    """Counted things with a verb behind them that is a plural whatever they are."""
    for place, part in enumerate(text.values):
        if not isinstance(part, ast.FormattedValue):
            continue
        if not ast.unparse(part.value).startswith("counted("):
            continue
        rest = "".join(
            str(one.value) if isinstance(one, ast.Constant) else _told(one)
            for one in text.values[place + 1 :]
        )
        if not OF_A_LIMIT.match(rest) and (found := PLURAL_VERB.match(rest)):
            yield f"{ast.unparse(part.value)}{found[0]}"


def _told(part: ast.expr) -> str:
    """A value of a text: a verb that agrees ends the search, as a full stop does."""
    is_verb = isinstance(part, ast.FormattedValue) and ast.unparse(part.value).startswith("verb(")
    return "." if is_verb else "§"


@pytest.mark.slow
def test_a_verb_behind_what_is_counted_agrees_with_it() -> None:
    found = {f"{place}: {one}" for place, text in texts() for one in plural_verbs(text)}
    raw = {one for one in found if not any(one in right or right in one for right in AGREES)}
    assert not raw, "write these with `verb(number, plural)`:\n" + "\n".join(sorted(raw))


@pytest.mark.parametrize(
    ("text", "is_raw"),
    [
        ("f\"{counted(n, 'clusters')} are few\"", True),
        ("f\"{counted(n, 'rows')} of {of} are few\"", True),
        ("f\"{counted(n, 'clusters')} {verb(n, 'are')} few\"", False),
        ("f\"{counted(n, 'clusters')}; they are few\"", False),
    ],
)
def test_the_walk_sees_a_verb(text: str, is_raw: bool) -> None:
    (found,) = (one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.JoinedStr))
    assert bool(list(plural_verbs(found))) == is_raw


def test_the_walk_sees_a_raw_plural() -> None:
    (text,) = (
        one for one in ast.walk(ast.parse('f"{n} more rows"')) if isinstance(one, ast.JoinedStr)
    )
    assert list(uncounted(text)) == ["n"]


@pytest.mark.slow
def test_no_message_prints_a_list_or_a_class_of_python() -> None:
    found = {
        f"{place}: {one}"
        for place, text in texts()
        for one in unlisted(text)
        if not any(part in place for part in TO_AUTHORS) and place not in UNEXPECTED
    }
    assert found <= TOLD_TO_NOBODY, "\n".join(sorted(found - TOLD_TO_NOBODY))


@pytest.mark.slow
def test_no_message_prints_a_list_that_has_a_name() -> None:
    found = {
        f"{place}: {name} of {function}"
        for place, tree in modules().items()
        for function, name in lists_by_name(tree)
        if not any(part in place for part in TO_AUTHORS)
    }
    assert found <= RIGHT_IN_BRACKETS, "write these with `listed(names)`:\n" + "\n".join(
        sorted(found - RIGHT_IN_BRACKETS)
    )


def test_words_made_in_sql_count_too() -> None:
    plural = re.compile(rf"\|\|\s*' (?:[a-z]+ ){{0,2}}?(?:{THINGS})\b")
    raw = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in sorted([*ROOT.rglob("*.sql"), *ROOT.rglob("*.py")])
        for found in plural.findall(path.read_text("utf-8"))
    ]
    # Told only of more than one.
    assert raw == ["checks/study_rules.py: || ' values"]


COUNTED_IN_SQL = re.compile(
    rf"CAST\([^()]*(?:\([^()]*\)[^()]*)*AS VARCHAR\)\s*\|\| ' (?:more )?({THINGS})\b"
)
"""A number put before its noun by a query."""


def test_queries_count_in_words_too() -> None:
    """`1 cells` is said by no query; `3 of 31 regions` names a whole, and stays a plural."""
    raw = []
    for path in sorted(sql_root().rglob("*.sql")):
        text = path.read_text("utf-8")
        for found in COUNTED_IN_SQL.finditer(text):
            is_part = re.search(r"' of '\s*\|\|\s*$", text[: found.start()])
            if not is_part:
                raw.append(f"{path.name}: {' '.join(found[0].split())}")
    assert raw == []
    assert COUNTED_IN_SQL.search("CAST(n AS VARCHAR) || ' cells of '")
