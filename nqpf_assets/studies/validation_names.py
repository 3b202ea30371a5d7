"""Names and years that a table or a column writes, against what its study has.

Each is looked at where it is written, before the table's model is filled in: what a column is as a whole is
in `validation_terms`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from pydantic import BaseModel

from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.studies.computed_groups import ComputedGroups, in_group
from nqpf_assets.studies.effects import OWN, effect_of
from nqpf_assets.studies.estimator import OptionBlock
from nqpf_assets.studies.estimator_registry import BLOCKS
from nqpf_assets.studies.proposals import TERM_LISTS, not_beside
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import Model, Winsorize
from nqpf_assets.user_input.other_programs import choice_elsewhere

VARIABLE_FIELDS = frozenset({"outcome", *TERM_LISTS, "of", "variable"})
"""Fields of a model that hold names of variables or indices."""
GROUPING_FIELDS = frozenset({"by", "within"})
"""Fields of a model that hold names of groupings. What the options of estimators name, these declare."""

Path = tuple[str | int, ...]


def model_problems(
    file: StudyFile,
    path: Path,
    model: Model,
    known: tuple[str, ...],
    inherited: Sequence[tuple[str, Path]] = (),
) -> Iterator[Problem]:
    """What is written at one place, whether for a table or for a column."""
    yield from name_problems(file, path, model, known, beside=inherited)
    yield from _effects(file, path, model)
    for old, new in model.replace.items() if "replace" in model.model_fields_set else ():
        if new not in known:
            yield file.problem(
                (*path, "replace", old),
                "a variable or an index of the study",
                f"`{new}`",
                _of_grouping(file, new)
                or did_you_mean(new, [one for one in known if one != old])
                or f"define it under `variables`, e.g. `{new}: {{series: {new}}}`",
                "unknown_variable",
            )
    yield from year_problems(file, (*path, "sample"), model.sample.first, model.sample.last)


def _effects(file: StudyFile, path: Path, model: Model) -> Iterator[Problem]:
    """Effects are made of units, periods and groupings of the study."""
    known = (*OWN, *file.study.groups)
    for place, written in enumerate(model.effects if "effects" in model.model_fields_set else ()):
        for factor in effect_of(written).factors:
            if factor not in known:
                yield file.problem(
                    (*path, "effects", place),
                    f"one of {', '.join(known)}, or a product of them and `trend`",
                    f"`{factor}`",
                    choice_elsewhere("effects", factor, OWN)
                    or did_you_mean(factor, [one for one in known if one not in model.effects])
                    or "define the grouping under `groups`",
                    "unknown_effect",
                )


def name_problems(
    file: StudyFile,
    path: Path,
    model: BaseModel,
    known: tuple[str, ...],
    variable_keys: Collection[str] = VARIABLE_FIELDS,
    grouping_keys: Collection[str] = GROUPING_FIELDS,
    beside: Sequence[tuple[str, Path]] = (),
) -> Iterator[Problem]:
    """Variables, indices and groupings that are written at one place and below it."""
    variables = [*named(model, variable_keys, path, lambda block: block.variables)]
    for name, place in variables:
        if name not in known:
            yield file.problem(
                place,
                "a variable or an index of the study",
                f"`{name}`",
                _of_grouping(file, name)
                or did_you_mean(name, not_beside(known, place, [*variables, *beside]))
                or f"define it under `variables`, e.g. `{name}: {{series: {name}}}`",
                "unknown_variable",
            )
    by_groups = [*named(model, grouping_keys, path, lambda block: block.groupings)]
    for by, place in by_groups:
        groupings = tuple(file.study.groups)
        if place[-2] == "by":
            groupings = ("unit", "period", *groupings)
        if place[-1] == "resample":
            groupings = ("unit", "period", *groupings)  # why not periods is told by the column
        if by not in groupings:
            yield file.problem(
                place,
                f"one of {', '.join(groupings) or 'the groupings under `groups`'}",
                f"`{by}`",
                choice_elsewhere("by", by, groupings)
                or did_you_mean(by, not_beside(groupings, place, by_groups))
                or "define the grouping under `groups`",
                "unknown_grouping",
            )


def _of_grouping(file: StudyFile, name: str) -> str:
    """What stands for a grouping where a variable belongs; nothing of other names."""
    groups = file.study.groups.get(name)
    if groups is None:
        return ""
    if isinstance(groups, ComputedGroups):
        told = in_group(name, next(iter(groups.value_of.values())))
    else:
        told = f"is_group({name}, {'…' if isinstance(groups, str) else next(iter(groups), '…')})"
    return (
        "it is a grouping: declare a variable of one of its groups under `variables`, "
        f'`in_group: {{expression: "{told}"}}`, and name that'
    )


def named(
    model: BaseModel,
    fields: Collection[str],
    path: Path,
    of_options: Callable[[OptionBlock], Collection[str]],
) -> Iterator[tuple[str, Path]]:
    """What some fields of a model, and of its blocks of options, say, each with its place."""
    for key in model.model_fields_set:
        value = getattr(model, key)
        if isinstance(value, Winsorize):
            continue  # its `by` is a word of its own, and no grouping
        if isinstance(value, BaseModel):
            below = (
                of_options(BLOCKS[key]) if key in BLOCKS and isinstance(model, Model) else fields
            )
            yield from named(value, below, (*path, key), of_options)
        elif key not in fields or value is None:
            continue
        elif isinstance(value, str):
            yield value, (*path, key)
        elif isinstance(value, dict):
            yield from ((name, (*path, key, name)) for name in value)
        else:
            yield from ((name, (*path, key, place)) for place, name in enumerate(value))


def year_problems(
    file: StudyFile, path: Path, first: int | None, last: int | None
) -> Iterator[Problem]:
    """A sample lies inside the years of the study."""
    periods = file.study.periods
    for key, year in (("first", first), ("last", last)):
        if year is not None and not periods.first <= year <= periods.last:
            yield file.problem(
                (*path, key),
                f"a year from {periods.first} to {periods.last}, as in `periods`",
                f"{year}",
                "change the sample or the periods of the study",
                "sample_years",
            )
    if first is not None and last is not None and first > last:
        yield file.problem(
            (*path, "last"), f"a year from {first} on", f"{last}", "exchange them", "sample_years"
        )
