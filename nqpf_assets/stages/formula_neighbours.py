"""The weights that spatial lags in formulas ask for: brought to their definitions, or told as not there.

What `W(x)` computes is `expressions.neighbours`'; here it learns of the catalogue's borders and of weights
under ``raw/``, among the units of the study.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

from nqpf_assets.expressions.neighbours import (
    CONTIGUITY,
    Links,
    asks_for_links,
    known_links,
    weights_named,
)
from nqpf_assets.expressions.tree import ExpressionError
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.stages.study import study_units

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.stages.named_neighbours import Given
    from nqpf_assets.stages.study import UnitNames
    from nqpf_assets.studies.formula import Formula
    from nqpf_assets.studies.reader import StudyFile

MOST_UNITS = 400
"""Units of a study whose formulas have spatial lags: every one becomes columns of the query, and every pair a
product in it, of each year where weights differ by year."""


def links_among_units(units: Iterable[UnitNames], geography: Geography) -> tuple[Links, ...]:
    """All weights that formulas may ask for, among these units."""
    codes = {unit.code for unit in units}
    links = geography.links.select(
        "weights_name", "weight_year", "region_code", "neighbour_code", "weight"
    )
    return known_links(codes, geography.neighbours.iter_rows(), links.iter_rows())


def with_neighbours(
    formulas: Iterable[Formula], units: Iterable[UnitNames], catalogue: Catalogue
) -> Iterator[Formula]:
    """The formulas, those with spatial lags with the weights that they ask for and no others.

    Raises:
        ExpressionError: one of these cannot be read.
    """
    known: tuple[Links, ...] | None = None
    for formula in formulas:
        if not asks_for_links(formula.definition.expression):
            yield formula
            continue
        if known is None:
            known = links_among_units(units, catalogue.geography)
        asked = {one.name for one in weights_named(formula.definition.tree)}
        links = tuple(one for one in known if one.asked_as in asked)
        yield replace(formula, definition=replace(formula.definition, links=links))


def own_weights_in_formulas(file: StudyFile) -> set[str]:
    """Names of weights of raw files that formulas ask for, as far as these can be read."""
    return {name for _, name in _asked(file) if name != CONTIGUITY}


def _asked(file: StudyFile) -> Iterator[tuple[Formula, str]]:
    for formula in file.formulas:
        if not asks_for_links(formula.definition.expression):
            continue
        try:
            names = dict.fromkeys(one.name for one in weights_named(formula.definition.tree))
        except ExpressionError:
            continue  # told by the validation of the study
        yield from ((formula, name) for name in names)


def formula_neighbour_problems(
    file: StudyFile, catalogue: Catalogue, given: Given | None
) -> Iterator[Problem]:
    """Spatial lags by weights that are not there, or that do not know all units of the study.

    Args:
        given: weights of raw files; None where that is not known, and no name is then called unknown.
    """
    asked = list(_asked(file))
    if not asked:
        return
    units, periods = study_units(file.study, catalogue.regions), file.study.periods
    for formula, name in asked:
        at = (*formula.path, formula.key)
        years = catalogue.geography.years_of(name)
        most = int(MOST_UNITS / sqrt(max(1, len(years))))
        if len(units) > most:
            by_year = f" by weights of {counted(len(years), 'years')}" if years else ""
            yield file.problem(
                at,
                f"`W`{by_year} in a study of at most {counted(most, 'units')}",
                counted(len(units), "units"),
                "take a spatial model, which has lags of its own",
                "weights",
            )
        elif name == CONTIGUITY:
            continue
        elif given is not None and name not in given:
            names = [CONTIGUITY, *sorted(given)]
            yield file.problem(
                at,
                f"weights that are there: {', '.join(names)}",
                f"`W` by `{name}`, a name that no card under raw/ gives",
                did_you_mean(name, names) or "correct it, or add the file with its card",
                "weights",
            )
        elif without := catalogue.geography.years_without(name, periods.first, periods.last):
            yield file.problem(
                at,
                f"weights of every year of the study, {periods.first} to {periods.last}",
                f"nothing of {listed([*map(str, without)])} in `{name}`",
                "add these years to its file, or leave them out of `periods`",
                "weights",
            )
        elif given is not None and (
            missing := [one.name for one in units if one.code not in given[name]]
        ):
            yield file.problem(
                at,
                f"weights of all {counted(len(units), 'units')} of the study",
                f"none of {listed(missing)} in `{name}`",
                "add them to the file, zeros where they have no neighbour, or leave them out of `units`",
                "weights",
            )
