"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from nqpf_assets.estimators import counted as of_estimators
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.messages.problems import InputError, Problem


@pytest.mark.parametrize(
    ("number", "things", "words"),
    [
        (0, "cells", "0 cells"),
        (1, "cells", "1 cell"),
        (2, "cells", "2 cells"),
        (1, "studies", "1 study"),
        (1, "indices", "1 index"),
        (1, "series", "1 series"),
        (1, "official files", "1 official file"),
        (1, "others", "1 other"),
    ],
)
def test_one_thing_has_no_plural(number: int, things: str, words: str) -> None:
    assert counted(number, things) == words


@pytest.mark.parametrize(
    ("plural", "singular"), [("are", "is"), ("were", "was"), ("have", "has"), ("lie", "lies")]
)
def test_a_verb_agrees_with_its_number(plural: str, singular: str) -> None:
    for said in (verb, of_estimators.verb):
        assert [said(n, plural) for n in (0, 1, 2)] == [plural, singular, plural]


def test_thousands_are_separated_where_it_is_asked() -> None:
    assert counted(12345, "rows", ",") == "12,345 rows"


def test_problems_stand_by_file_and_then_by_line_as_a_number() -> None:
    def problem(file: str, where: str) -> Problem:
        return Problem(file=file, where=where, expected="e", found="f", remedy="r")

    places = [("a", "line 10"), ("b", "line 1"), ("a", "line 9"), ("a", "S!B10"), ("a", "S!B9")]
    error = InputError(problem(*place) for place in places)
    assert [(one.file, one.where) for one in error.problems] == [
        ("a", "S!B9"), ("a", "S!B10"), ("a", "line 9"), ("a", "line 10"), ("b", "line 1"),
    ]  # fmt: skip
