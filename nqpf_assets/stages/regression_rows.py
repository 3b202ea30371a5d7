"""Rows of a regression table above its notes, in the order in which papers print them.

Which rows there are is told here; how a cell is written, in `regression_text`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nqpf_assets.estimation.result import CONSTANT
from nqpf_assets.messages.printed_numbers import fixed, printed
from nqpf_assets.stages.regression_results import Printed
from nqpf_assets.stages.regression_text import clusters, has_effect, stars, statistic

PRINTED_TESTS = {
    "sobel": "Sobel z",
    "kleibergen_paap_f": "Kleibergen–Paap F",
    "cragg_donald_f": "Cragg–Donald F",
    "stock_yogo_size_10": "Stock–Yogo bound of Cragg–Donald F, 10 % size",
    "underidentification": "Underidentification χ²",
    "overidentification": "Overidentification χ²",
    "sigma_u_is_zero": "LR of no unit effects",
    "sigma": "σ",
    "sigma2": "σ²",
    "weights_std_error": "Error of ρ or λ from weights alone",
    "sigma_u": "σ of unit effects",
    "sigma_e": "σ of other errors",
    "rho": "Share of unit effects in the variance",
    "log_likelihood": "Log-likelihood",
    "n_left_censored": "Left-censored observations",
    "n_right_censored": "Right-censored observations",
    "hausman": "Hausman χ²",
    "interaction": "F of the difference",
    "lr_sar": "LR against spatial lag",
    "lr_sem": "LR against spatial error",
    "threshold_1": "F of one threshold",
    "threshold_2": "F of a second threshold",
    "threshold_3": "F of a third threshold",
}
"""Tests that a table prints, where a column has them; all of them stand in `test`."""

FIT = {"R²": "r2", "R² within": "r2_within", "R² within units (xtreg)": "r2_unit_within"}
"""Measures of fit as printed → column of `model`; the last where it is not the one above it."""

NAMED_TERMS = {
    CONSTANT: "Constant",
    "rho": "Spatial lag of the outcome (ρ)",
    "lambda": "Spatial error (λ)",
}

Row = dict[str, str]


def printed_rows(results: Printed) -> Iterator[Row]:
    """All rows of the table but its notes."""
    outcomes = {one.label: str(one.outcome) for one in results.columns}
    heads = {label: results.titles.get(name, name) for label, name in outcomes.items()}
    yield row("Outcome", "heading", heads)
    yield from _coefficients(results)
    yield from _spillovers(results)
    yield from _thresholds(results)
    yield from _design(results)
    yield from _fit(results)


def _coefficients(results: Printed) -> Iterator[Row]:
    """Each shown term with what stands in parentheses below."""
    by_term: dict[str, dict[str, Mapping[str, Any]]] = {}
    for one in results.estimates:
        by_term.setdefault(one["term"], {})[one["column_label"]] = one
    for term in _terms(results, by_term):
        yield from _estimates(results, _title(results, term), by_term[term])


def _terms(results: Printed, there: Iterable[str]) -> list[str]:
    """Regressors, what the estimator adds, controls, the constant: those that are shown."""
    known = set(there) - {f"{control}:lag" for control in results.table.hide}
    asked = [term for one in results.columns for term in one.regressors]
    controls = [term for one in results.columns for term in one.controls]
    added = sorted(known - {*asked, *controls, CONSTANT})
    order = dict.fromkeys([*asked, *added, *controls, CONSTANT])
    return [term for term in order if term in known and term not in results.table.hide]


def _title(results: Printed, term: str) -> str:
    """A term in words: ``nqpf:regime_1`` is the variable's title and its regime."""
    if term in NAMED_TERMS:
        return NAMED_TERMS[term]
    variable, _, what = term.partition(":")
    title = results.titles.get(variable, variable)
    if what == "lag":
        return f"Neighbours: {title}"
    return f"{title}, {what.replace('_', ' ')}" if what else title


def _spillovers(results: Printed) -> Iterator[Row]:
    """Direct, indirect and total effects of the regressors of interest."""
    asked = dict.fromkeys(term for one in results.columns for term in one.regressors)
    for kind in ("direct", "indirect", "total"):
        for term in asked:
            cells = {
                one["column_label"]: one
                for one in results.effects
                if (one["effect"], one["term"]) == (kind, term)
                and results.models[one["column_label"]]["estimator"].startswith("spatial")
            }
            if cells:
                title = f"{kind.capitalize()} effect: {_title(results, term)}"
                yield from _estimates(results, title, cells)


def _estimates(
    results: Printed, title: str, cells: Mapping[str, Mapping[str, Any]]
) -> Iterator[Row]:
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


def _thresholds(results: Printed) -> Iterator[Row]:
    """Thresholds with their likelihood-ratio sets."""
    for name in dict.fromkeys(one["effect"] for one in results.effects):
        if not name.startswith("threshold_"):
            continue
        cells = {one["column_label"]: one for one in results.effects if one["effect"] == name}
        values = {key: _number(results, one["estimate"]) for key, one in cells.items()}
        ends = {
            key: f"[{_number(results, one['conf_low'])}, {_number(results, one['conf_high'])}]"
            for key, one in cells.items()
        }
        yield row(name.replace("_", " ").capitalize(), "estimate", values)
        yield row("", "parentheses", ends)


def _design(results: Printed) -> Iterator[Row]:
    """Which columns have controls and which effects."""
    if any(term in results.table.hide for one in results.columns for term in one.controls):
        has = {one.label: "Yes" if one.controls else "No" for one in results.columns}
        yield row("Control variables", "fact", has)
    for effect in ("unit", "period"):
        has = {key: has_effect(effect, one["effects"]) for key, one in results.models.items()}
        yield row(f"{effect.capitalize()} fixed effects", "fact", has)


def _fit(results: Printed) -> Iterator[Row]:
    """Tests, sizes and fit of each column."""
    for test, label in PRINTED_TESTS.items():
        cells = {
            one["column_label"]: one
            for one in results.tests
            if one["test"] == test and _is_test(one)
        }
        if cells:
            text = {k: statistic(c) for k, c in cells.items()}
            yield row(label, "fact", text)
    yield row("Observations", "fact", {k: str(m["n_obs"]) for k, m in results.models.items()})
    if any(one["n_clusters"] for one in results.models.values()):
        yield row("Clusters", "fact", {k: clusters(m) for k, m in results.models.items()})
    for label, fact in FIT.items():
        values = {key: model[fact] for key, model in results.models.items()}
        if fact == "r2_unit_within" and not any(map(_differs_within, results.models.values())):
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
