"""The sound part of a study file with mistakes, so that what is wrong in the rest of it is told at once.

A column or table with a mistake is left out: nothing else of a study rests on it. A misspelt key is read as
the key that was meant, any other unknown key is passed over. Of what may follow from that, formulas that want
for a unit or columns for an outcome, unknown names alone are told. Any other mistake may be the cause of all
that would be found after it: then there is no sound part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.studies.reader import StudyFile, document_of, study_of
from nqpf_assets.user_input.edited_yaml import paths_by_place, renamed, value_at, without
from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml

MOST_ROUNDS = 5
"""Leaving out what is wrong may show what else is."""
MOST_WORK = 1_000_000
"""Mistakes times keys and values, since each looks at all of the file: a hundred in a usual one."""

FORMULAS = ("variables", "indices", "groups")
"""Parts of a file whose mistakes may follow from what was passed over in one of them."""
PASSED_OVER = ("sources", "interpolation")
"""Parts on which no name and no unit of the rest depends."""
NAMES = frozenset(("unknown_variable", "unknown_region"))
"""Kinds of problems that a name alone is the cause of."""
WITHOUT_READERS = frozenset(
    ("title", "minimum", "maximum", "winsorize", "direction", "source_note", "citation", "notes")
)
"""Keys on which nothing else in a file depends, whatever stands there."""


@dataclass(frozen=True)
class SoundPart:
    """What can be looked at further of a file with mistakes.

    Attributes:
        file: the study without what is wrong.
        problems: what is wrong in the file, as far as it showed while that was found.
        unsure: places of which nothing is told, since it may follow from a mistake elsewhere.
    """

    file: StudyFile
    problems: tuple[Problem, ...]
    unsure: frozenset[str]

    def certain(self, problems: Iterable[Problem]) -> list[Problem]:
        """Those of further problems that no mistake of the file can be the cause of."""
        return [
            one
            for one in problems
            if one.code in NAMES or one.where.partition(":")[0] not in self.unsure
        ]


def sound_part(path: Path | str, text: str | None = None) -> SoundPart | None:
    """That of a file with mistakes; None where anything may follow from them, or it cannot be read."""
    try:
        document = document_of(path, text)
    except InputError:
        return None
    told: list[Problem] = []
    unsure: set[str] = set()
    guessed: set[str] = set()
    for _ in range(MOST_ROUNDS):
        try:
            return SoundPart(study_of(document), tuple(told), frozenset(unsure))
        except InputError as error:
            told += [one for one in error.problems if one.where not in unsure | guessed]
            if len(error.problems) * len(document.places) > MOST_WORK:
                return None
            at = paths_by_place(document)
            edits = [one for problem in error.problems for one in _edits(document, at, problem)]
        if not edits or any(one is None for one in edits):
            return None
        for edit in sorted({one for one in edits if one is not None}, key=_last_first):
            unsure |= _places(document, edit.unsure)
            if edit.name:
                guessed |= _places(document, (edit.path,))
                document = renamed(document, edit.path, edit.name)
            else:
                document = without(document, edit.path)
        document = _without_empty_tables(document)
    return None


def _without_empty_tables(document: LinedYaml) -> LinedYaml:
    """The document without tables that have lost all columns, and without what asks for regression tables."""
    tables = value_at(document, ("tables",)) if ("tables",) in document.places else {}
    for name, table in tables.items() if isinstance(tables, dict) else ():
        if isinstance(table, dict) and table.get("columns") == []:
            document = without(document, ("tables", name))
    return without(document, ("influence",))


@dataclass(frozen=True)
class _Edit:
    """A part that is left out, or whose key gets the name that was meant.

    Attributes:
        unsure: paths under which mistakes may follow from it.
    """

    path: KeyPath
    name: str = ""
    unsure: tuple[KeyPath, ...] = ()


def _last_first(edit: _Edit) -> tuple[tuple[str, int], ...]:
    """Later items of a list before earlier ones, whose positions would change; deeper paths first."""
    counted = [(str(one), 0) if isinstance(one, str) else ("", -one) for one in edit.path]
    return (("", -len(edit.path)), *counted)


def _edits(
    document: LinedYaml, at: Mapping[str, list[KeyPath]], problem: Problem
) -> Iterator[_Edit | None]:
    """What makes a study of the file without this mistake: None where nothing does."""
    paths = at.get(problem.where, [])
    if problem.code == "unknown_key":
        paths = [path for path in paths if f"unknown key `{path[-1]}`" in problem.found]
    if not paths:
        yield None
    for path in paths:
        yield _edit(document, problem, path)


def _edit(document: LinedYaml, problem: Problem, path: KeyPath) -> _Edit | None:
    is_unknown = problem.code == "unknown_key"
    meant = re.match(r"did you mean `(\w+)`\?", problem.remedy) if is_unknown else None
    if meant and value_at(document, path) is not None:
        return _Edit(path, meant[1])
    if is_unknown and path[0] == "tables" and len(path) > 2:
        return _Edit(path, unsure=(path[:2],))
    if path[0] == "tables" and len(path) > 1:
        return _Edit(path[:4] if path[2:3] == ("columns",) and len(path) > 3 else path[:2])
    if not is_unknown:
        harmless = _without_readers(path)
        return _Edit(harmless) if harmless else None
    if path[0] in FORMULAS and len(path) > 2:
        return _Edit(path, unsure=tuple((one,) for one in FORMULAS))
    if path[0] in PASSED_OVER and len(path) > 1:
        return _Edit(path, unsure=((path[0],),))
    is_block = isinstance(value_at(document, path), dict | list)
    return None if is_block or len(path) > 1 else _Edit(path)


def _without_readers(path: KeyPath) -> KeyPath:
    """The key on which nothing else depends that a path leads to or through; empty where there is none.

    They are keys of variables, indices and indicators, which are items of a list; names may be written alike.
    """
    for depth in range(2, len(path)) if path[0] in ("variables", "indices") else ():
        if path[depth] in WITHOUT_READERS and (depth == 2 or isinstance(path[depth - 1], int)):
            return path[: depth + 1]
    return ()


def _places(document: LinedYaml, paths: Iterable[KeyPath]) -> set[str]:
    """Where all that stands under some paths stands."""
    return {
        str(place)
        for path in paths
        for one, place in document.places.items()
        if one[: len(path)] == path
    }


def in_file(part: SoundPart, shown: str) -> SoundPart:
    """The same under the name that its reader knows the file by."""
    problems = tuple(replace(one, file=shown) for one in part.problems)
    return replace(part, file=replace(part.file, path=shown), problems=problems)
