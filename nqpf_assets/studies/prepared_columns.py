"""`prepare` of a column: its variables and indices made in another way, under names of their own.

A study is read as if they were written under `variables` and `indices`, and named by the column's `replace`:
they are computed, checked, traced and told as all are, and once for all columns that ask for the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.studies.gap_filling import Interpolation
from nqpf_assets.studies.merging import merged
from nqpf_assets.studies.prepared_entries import Entries, changes_nothing, entries
from nqpf_assets.studies.prepared_names import FILLING, Made, Renamed, unread
from nqpf_assets.studies.regression_table import CompleteColumn
from nqpf_assets.studies.sample_conditions import variables_in
from nqpf_assets.studies.variant_column import BaseColumn
from nqpf_assets.studies.written_column import WrittenColumn
from nqpf_assets.user_input.lined_yaml import KeyPath, Place
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.strict import Strict

MADE_ANEW = ("prepare", "interpolation")
"""Keys of a column by which what it reads is made anew; what is made is named in their place."""
MADE_OF = ("dimensions", "levels", "indicator", "level")
"""Keys that say what an index is made of: another index, and not the same in another way."""


@dataclass(frozen=True)
class Prepared:
    """A column with what is made for it.

    Attributes:
        places: path in the study → where what is made for the column is written.
    """

    column: WrittenColumn
    entries: Entries
    places: Mapping[KeyPath, Place]
    problems: tuple[Problem, ...] = ()


def prepared(base: BaseColumn, made: Made, inherited: Collection[str] = ()) -> Prepared:
    """A column without `prepare` and `interpolation`: it names what is made, and this stands beside it.

    Args:
        inherited: what it prepares for being a variant of a column that does; it may have dropped that.
    """
    one = base.entry
    if not one.column.prepare and one.column.interpolation is None:
        return Prepared(one, Entries(), {})
    alone = _without_prepare(one)
    problems = [*_wrong(base, made)]
    asked = _asked(base) if not problems else None
    if asked is None:  # a column that makes no model is told elsewhere
        return Prepared(alone, Entries(), {}, tuple(problems))
    of = Renamed(made, one.column.prepare, tuple(asked.values()), filling_of(base, made))
    for name in unread(of.changes, [*of.causes.values()]):
        if name == FILLING:
            if made.is_readable and name not in inherited:
                problems.append(_fills_nothing(base, asked))
            continue
        if name in inherited or not made.is_readable:  # which is told of the formula
            continue
        problems.append(
            base.problem(
                ("prepare", name),
                f"what the column is made from: {', '.join(asked.values())}, or what is under these",
                f"`{name}`",
                "remove it: nothing of this column would be other",
                "unknown_term",
            )
        )
    for name, several in of.passed_over.items():
        problems.append(
            base.problem(
                ("prepare", name, "expression"),
                f"an expression without `{name}`, which in it is the variable of the study",
                f"`{name}`, which is made from {' and '.join(f'`{two}`' for two in several)} as of the study",
                f"write what `{name}` is made of in its place",
                "variant",
            )
        )
    places = dict(_places(base, of))
    document = replace(base.document, data=entries(of), places=places)
    found, refused = validate(Entries, document, topic="studies")
    new = {old: of.names[name] for old, name in asked.items() if name in of.names}
    return Prepared(
        _naming(alone, new, _place_of_first(base)),
        found or Entries(),
        places,
        (*problems, *refused),
    )


def filling_of(base: BaseColumn, made: Made) -> Interpolation | None:
    """How a column fills gaps, whole; None where it says nothing of it."""
    said, of_study = base.entry.column.interpolation, made.study.interpolation
    if said is None:
        return None
    return of_study.model_copy(update=said.model_dump(exclude_unset=True))


def _fills_nothing(base: BaseColumn, asked: Mapping[str, str]) -> Problem:
    return base.problem(
        ("interpolation",),
        f"another rule for gaps than the study's, of series under {', '.join(asked.values())}",
        "one by which all of them are filled as the study says, or as `sources.series` says of each",
        "remove it: nothing of this column would be other",
        "same_variant",
    )


def _asked(base: BaseColumn) -> dict[str, str] | None:
    """What the column's model names → what it reads in its place; None where it makes no model."""
    try:
        whole = CompleteColumn.model_validate(merged(base.table.model, base.entry.column))
    except ValidationError:
        return None
    by_year = [whole.by_year.of] if whole.by_year is not None else []
    there = dict.fromkeys([*variables_in(whole), *by_year])
    return {name: whole.replace.get(name, name) for name in there}


def _wrong(base: BaseColumn, made: Made) -> Iterator[Problem]:
    """Changes of what there is not, of what an index is made of, and those that change nothing."""
    study = made.study
    members = {
        one.indicator: one
        for index in study.indices.values()
        for several in getattr(index, "dimensions", {}).values()
        for one in several
    }
    there: dict[str, Strict] = {**members, **study.variables, **study.indices}
    for name, change in base.entry.column.prepare.items():
        at: KeyPath = ("prepare", name)
        if name not in there:
            yield base.problem(
                at,
                "a variable, an indicator or an index of the study",
                f"`{name}`",
                did_you_mean(name, there) or "name one of these; series are prepared in a variable",
                "unknown_variable",
            )
            continue
        for key in (one for one in MADE_OF if one in change):
            yield base.problem(
                (*at, key),
                "how it is made; what it is made of is its own",
                f"`{key}`",
                "define another index under `indices`, and name it in `replace`",
                "variant",
            )
        if changes_nothing(there[name], change):
            yield base.problem(
                at,
                "what is other in it",
                f"what `{name}` says already",
                "change it, or remove it",
                "same_variant",
            )


def _without_prepare(one: WrittenColumn) -> WrittenColumn:
    return WrittenColumn(
        one.column.model_copy(update={"prepare": {}, "interpolation": None}),
        {key: value for key, value in one.written.items() if key not in MADE_ANEW},
        {path: place for path, place in one.places.items() if not {*path[:1]} & {*MADE_ANEW}},
    )


def _naming(one: WrittenColumn, new: Mapping[str, str], place: Place) -> WrittenColumn:
    """A column that names other variables in place of its own."""
    if not new:
        return one
    said = {**one.column.replace, **new}
    column = one.column.model_validate(
        one.column.model_dump(exclude_unset=True, exclude={"interpolation"}) | {"replace": said}
    )
    places = {**one.places, ("replace",): one.places.get(("replace",), place)}
    places |= {("replace", name): one.places.get(("replace", name), place) for name in new}
    return WrittenColumn(column, {**one.written, "replace": said}, places)


def _place_of_first(base: BaseColumn) -> Place:
    prepare = base.entry.column.prepare
    at: KeyPath = ("prepare", next(iter(prepare))) if prepare else ("interpolation",)
    return base.entry.places[at]


def _places(base: BaseColumn, of: Renamed) -> Iterator[tuple[KeyPath, Place]]:
    """Where each key of what is made stands: in the change, or else where the original has it."""
    own, study = base.entry.places, of.made.study
    for name, new in of.names.items():
        kind = "indices" if name in study.indices else "variables"
        written = "groups" if name in study.computed_groups else kind
        if name not in getattr(study, written):
            continue
        depth = 2
        for path, place in base.document.places.items():
            if path[:depth] == (written, name):
                yield (kind, new, *path[depth:]), place
        first = of.causes[name][0]
        yield (kind, new), own["interpolation",] if first == FILLING else own["prepare", first]
        for changed, below in _changed(of, name):
            if (unit := own.get(("prepare", changed, "unit"))) is not None:
                # An expression that does not give the unit is told at its own place.
                yield from (((kind, new, *below, key), unit) for key in ("series", "expression"))
            for path, place in own.items():
                if path[:2] == ("prepare", changed) and (changed != name or len(path) > 2):
                    yield (kind, new, *below, *path[2:]), place


def _changed(of: Renamed, name: str) -> Iterator[tuple[str, KeyPath]]:
    """What is changed of a variable, or of an index and its indicators, and where below it that stands."""
    yield name, ()
    for one in of.changed:
        formula = of.made.formulas.get(one)
        if formula is not None and formula.index == name:
            yield one, formula.path[2:]
