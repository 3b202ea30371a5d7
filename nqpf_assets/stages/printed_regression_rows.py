"""Rows of a regression table above its notes, in the order in which papers print them.

Rows that all estimators have are told here, those of one by its `studies.printing`; how a cell is written, in
`regression_text`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from nqpf_assets.estimation.result_rows import CONSTANT
from nqpf_assets.messages.printed_numbers import fixed, printed
from nqpf_assets.messages.stars import stars
from nqpf_assets.stages.printed_regression_results import Printed
from nqpf_assets.stages.printed_regression_text import clusters, has_effect, statistic
from nqpf_assets.studies.effects import further_effects
from nqpf_assets.studies.printing import PrintedEffect

FIT = {"R²": "r2", "R² within": "r2_within", "R² within units (xtreg)": "r2_unit_within"}
"""Measures of fit as printed → column of `model`; the last where it is not the one above it."""

Row = dict[str, str]
Cells = dict[str, Mapping[str, Any]]
"""Column label → row of a result table."""
T = TypeVar("T")


def printed_rows(results: Printed) -> Iterator[Row]:
    """All rows of the table but its notes."""
    outcomes = {one.label: str(one.outcome) for one in results.columns}
    heads = {label: results.titles.get(name, name) for label, name in outcomes.items()}
    yield row("Outcome", "heading", heads)
    yield from _coefficients(results)
    yield from _effects(results)
    yield from _design(results)
    yield from _tests(results)
    yield from _fit(results)


def _coefficients(results: Printed) -> Iterator[Row]:
    """Each shown term with what stands in parentheses below."""
    by_term: dict[str, dict[str, Cells]] = {}
    for one in results.estimates:
        term, label = one["term"], one["column_label"]
        if not _is_hidden(results, label, term):
            title = _title(results, label, term)
            by_term.setdefault(term, {}).setdefault(title, {})[label] = one
    for term in _in_order(results, by_term):
        for title, cells in by_term[term].items():
            yield from _estimates(results, title, cells)


def _is_hidden(results: Printed, label: str, term: str) -> bool:
    """Whether a table hides a term, or the variable that a term of its estimator belongs to."""
    hide = {*results.table.hide, *results.hidden_variants(label)}
    variable, _, what = term.partition(":")
    return term in hide or (variable in hide and what in results.printing[label].parts)


def _in_order(results: Printed, there: Iterable[str]) -> list[str]:
    """Regressors, what is added, controls, what is added behind, an estimator's parameters, the constant."""
    known = set(there)
    asked = [term for one in results.columns for term in one.regressors]
    controls = [term for one in results.columns for term in one.controls]
    parts = _distinct(one.behind for one in results.printing.values())
    behind = [f"{term}:{part}" for part in parts for term in [*asked, *controls]]
    own = _distinct(one.terms for one in results.printing.values())
    added = sorted(known - {*asked, *controls, *behind, *own, CONSTANT})
    order = dict.fromkeys([*asked, *added, *controls, *behind, *own, CONSTANT])
    return [term for term in order if term in known]


def _title(results: Printed, label: str, term: str) -> str:
    """A term in words: ``nqpf:regime_1`` is the variable's title and its regime."""
    printing = results.printing[label]
    if term == CONSTANT or term in printing.terms:
        return printing.terms.get(term, "Constant")
    variable, _, what = term.partition(":")
    title = results.titles.get(variable, variable)
    if what in printing.parts:
        return printing.parts[what].format(title)
    return f"{title}, {what.replace('_', ' ')}" if what else title


def _effects(results: Printed) -> Iterator[Row]:
    """Effects of the regressors of interest, such as spillovers, and then what has an interval."""
    asked = dict.fromkeys(term for one in results.columns for term in one.regressors)
    printed_effects = _distinct(one.effects for one in results.printing.values())
    for kind in (one for one in printed_effects if not one.has_interval):
        for term in asked:
            if cells := _effect_cells(results, kind, term):
                title = f"{kind.label}{_title(results, next(iter(cells)), term)}"
                yield from _estimates(results, title, cells)
    for kind in (one for one in printed_effects if one.has_interval):
        if cells := _effect_cells(results, kind):
            yield from _intervals(results, kind.label, cells)


def _effect_cells(results: Printed, kind: PrintedEffect, term: str | None = None) -> Cells:
    """Effects of one kind by column, of the estimators that print them; of one term, or of any."""
    return {
        one["column_label"]: one
        for one in results.effects
        if one["effect"] == kind.effect
        and term in (None, one["term"])
        and kind in results.printing[one["column_label"]].effects
    }


def _distinct(lists: Iterable[Iterable[T]]) -> list[T]:
    """What several lists hold, each once, in the order of the lists."""
    return list(dict.fromkeys(one for several in lists for one in several))


def _estimates(results: Printed, title: str, cells: Cells) -> Iterator[Row]:
    """A coefficient or effect of some columns, and below it its statistic or error."""
    above = {
        k: f"{_number(results, one['estimate'])}{stars(one['p_value'])}" for k, one in cells.items()
    }
    yield row(title, "estimate", above)
    below = {key: f"({_below(results, one)})" for key, one in cells.items()}
    yield row("", "parentheses", below)


def _below(results: Printed, one: Mapping[str, Any]) -> str:
    if results.table.parentheses == "std_error":
        return _number(results, one["std_error"])
    statistic = one["statistic"]
    return "-" if statistic is None or not math.isfinite(statistic) else fixed(statistic, 2)


def _number(results: Printed, value: float | None) -> str:
    return printed(value, results.table.digits)


def _intervals(results: Printed, title: str, cells: Cells) -> Iterator[Row]:
    """A number of some columns, and below it the ends of its interval: a threshold."""
    values = {key: _number(results, one["estimate"]) for key, one in cells.items()}
    ends = {
        key: f"[{_number(results, one['conf_low'])}, {_number(results, one['conf_high'])}]"
        for key, one in cells.items()
    }
    yield row(title, "estimate", values)
    yield row("", "parentheses", ends)


def _design(results: Printed) -> Iterator[Row]:
    """Which columns have controls and which effects."""
    if any(term in results.table.hide for one in results.columns for term in one.controls):
        has = {one.label: "Yes" if one.controls else "No" for one in results.columns}
        yield row("Control variables", "fact", has)
    for effect in ("unit", "period"):
        has = {key: has_effect(effect, one["effects"]) for key, one in results.models.items()}
        yield row(f"{effect.capitalize()} fixed effects", "fact", has)
    for further in _distinct(further_effects(one.effects) for one in results.columns):
        has = {key: has_effect(further.name, one["effects"]) for key, one in results.models.items()}
        yield row(f"{further.name.capitalize().replace('*', '×')} fixed effects", "fact", has)


def _tests(results: Printed) -> Iterator[Row]:
    """Tests and further numbers that the columns' estimators print."""
    for test, how in _distinct(one.tests.items() for one in results.printing.values()):
        cells = {
            one["column_label"]: statistic(one, how.style)
            for one in results.tests
            if one["test"] == test
            and results.printing[one["column_label"]].tests.get(test) == how
            and _is_test(one)
        }
        if cells:
            yield row(how.label, "fact", cells)


def _fit(results: Printed) -> Iterator[Row]:
    """Sizes and fit of each column."""
    yield row("Observations", "fact", {k: str(m["n_obs"]) for k, m in results.models.items()})
    if any(one["n_clusters"] for one in results.models.values()):
        yield row(
            "Clusters",
            "fact",
            {key: clusters(one, results.clusters_of(key)) for key, one in results.models.items()},
        )
    for label, fact in FIT.items():
        values = {key: model[fact] for key, model in results.models.items()}
        if fact == "r2_unit_within" and not any(map(_differs_within, results.models.values())):
            continue
        if all(one is None for one in values.values()):
            continue
        shown = {key: "-" if one is None else fixed(one, 3) for key, one in values.items()}
        yield row(label, "fact", shown)


def row(label: str, kind: str, cells: Mapping[str, str]) -> Row:
    """A row as tables have it, before its place is counted."""
    return {"row_label": label, "row_kind": kind, **cells}


def _differs_within(model: Mapping[str, Any]) -> bool:
    """Whether R² within units is another number than R² within."""
    unit_within, within = model["r2_unit_within"], model["r2_within"]
    return unit_within is not None and within is not None and abs(unit_within - within) > 5e-4


def _is_test(test: Mapping[str, Any]) -> bool:
    """Whether there is something to test: nothing is with exact identification, say."""
    return test["statistic"] is not None and test["df"] != 0
