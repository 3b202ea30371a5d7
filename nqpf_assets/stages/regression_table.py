"""A regression table as text, row by row, in the order in which papers print it.

The numbers behind the text stay in `model`, `estimate`, `effect` and `test`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nqpf_assets.estimation.result import CONSTANT
from nqpf_assets.messages.printed_numbers import fixed, printed
from nqpf_assets.messages.shown_text import MOST_LISTED, listed
from nqpf_assets.stages.few_clusters import few_clusters
from nqpf_assets.stages.imputed_cells import share_words
from nqpf_assets.stages.requested_columns import requests
from nqpf_assets.steps.code_hash import source_of
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.formulas import formulas_by_name
from nqpf_assets.studies.spec import CompleteColumn, RegressionTable, Study

STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
LEGEND = "*** p < 0.01, ** p < 0.05, * p < 0.1"
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

NUMBERS = ("estimate", "effect", "test", "series_caution")
"""Tables of a study that a table is printed from, besides `model` and `index_test`."""

MOST_CAUTIONS = 3
"""Series that a table warns of in full."""

Row = dict[str, str]


def regression_step(study: Study, table_name: str, table: RegressionTable) -> Step:
    """A table of regression columns as text, with its notes as its last rows."""
    name, key = study.study, (study.study, table_name)
    columns = [one.column for one in requests(study) if one.table == table_name]
    titles = _titles(study)

    def run(inputs: Inputs) -> Output:
        import polars as pl

        rows = Printed.read(inputs, key, table, columns, titles).rows()
        schema = {"row_position": pl.Int32, "row_label": pl.String, "row_kind": pl.String}
        frame = pl.DataFrame(
            [{"row_position": place, **row} for place, row in enumerate(rows, start=1)],
            schema=schema | dict.fromkeys([column.label for column in columns], pl.String),
        )
        return {key: frame}

    return Step(
        "result",
        (key,),
        tuple((name, made) for made in ("model", *NUMBERS, "index_test")),
        run,
        code=source_of(__name__),
        parameters={"study file": {table_name: table.model_dump_json(), "titles": repr(titles)}},
        study=name,
    )


def _titles(study: Study) -> dict[str, str]:
    """Variables and indices that have a title."""
    titles = {name: formula.title for name, formula in formulas_by_name(study).items()}
    titles |= {name: index.title for name, index in study.indices.items()}
    return {name: title for name, title in titles.items() if title}


@dataclass(frozen=True)
class Printed:
    """What a table is printed from.

    Attributes:
        models: column label → row of `model`.
        estimates, effects, tests: rows of the tables of these names.
        cautions: rows of `series_caution`.
        index_tests: rows of `index_test` of the indices that the columns use.
        titles: variable → its title.
    """

    table: RegressionTable
    columns: Sequence[CompleteColumn]
    models: Mapping[str, Mapping[str, Any]]
    estimates: Sequence[Mapping[str, Any]]
    effects: Sequence[Mapping[str, Any]]
    tests: Sequence[Mapping[str, Any]]
    cautions: Sequence[Mapping[str, Any]]
    index_tests: Sequence[Mapping[str, Any]]
    titles: Mapping[str, str]

    @classmethod
    def read(
        cls,
        inputs: Inputs,
        key: tuple[str, str],
        table: RegressionTable,
        columns: Sequence[CompleteColumn],
        titles: Mapping[str, str],
    ) -> Printed:
        """The rows of one table, `key`, from its study's result tables."""
        import polars as pl

        study, name = key

        def mine(made: str) -> list[dict[str, Any]]:
            return (
                inputs.scan(study, made).filter(pl.col("table_name") == name).collect().to_dicts()
            )

        models = {row["column_label"]: row for row in mine("model")}
        in_order = {one.label: models[one.label] for one in columns}
        used = {str(n) for one in columns for n in (one.outcome, *one.regressors, *one.controls)}
        judged = inputs.scan(study, "index_test").filter(pl.col("index_name").is_in(sorted(used)))
        tests = judged.sort("index_name", "test", "term").collect().to_dicts()
        estimates, effects, others, cautions = (mine(made) for made in NUMBERS)
        return cls(table, columns, in_order, estimates, effects, others, cautions, tests, titles)

    def rows(self) -> Iterator[Row]:
        """All rows of the table, its notes last."""
        outcomes = {one.label: str(one.outcome) for one in self.columns}
        heads = {label: self.titles.get(name, name) for label, name in outcomes.items()}
        yield _row("Outcome", "heading", heads)
        yield from self._coefficients()
        yield from self._spillovers()
        yield from self._thresholds()
        yield from self._design()
        yield from self._fit()
        yield from (_row(note, "note", {}) for note in self._notes())

    def _coefficients(self) -> Iterator[Row]:
        """Each shown term with what stands in parentheses below."""
        by_term: dict[str, dict[str, Mapping[str, Any]]] = {}
        for row in self.estimates:
            by_term.setdefault(row["term"], {})[row["column_label"]] = row
        for term in self._terms(by_term):
            yield from self._estimates(self._title(term), by_term[term])

    def _terms(self, there: Iterable[str]) -> list[str]:
        """Regressors, what the estimator adds, controls, the constant: those that are shown."""
        known = set(there) - {f"{control}:lag" for control in self.table.hide}
        asked = [term for one in self.columns for term in one.regressors]
        controls = [term for one in self.columns for term in one.controls]
        added = sorted(known - {*asked, *controls, CONSTANT})
        order = dict.fromkeys([*asked, *added, *controls, CONSTANT])
        return [term for term in order if term in known and term not in self.table.hide]

    def _title(self, term: str) -> str:
        """A term in words: ``nqpf:regime_1`` is the variable's title and its regime."""
        if term in NAMED_TERMS:
            return NAMED_TERMS[term]
        variable, _, what = term.partition(":")
        title = self.titles.get(variable, variable)
        if what == "lag":
            return f"Neighbours: {title}"
        return f"{title}, {what.replace('_', ' ')}" if what else title

    def _spillovers(self) -> Iterator[Row]:
        """Direct, indirect and total effects of the regressors of interest."""
        asked = dict.fromkeys(term for one in self.columns for term in one.regressors)
        for kind in ("direct", "indirect", "total"):
            for term in asked:
                cells = {
                    one["column_label"]: one
                    for one in self.effects
                    if (one["effect"], one["term"]) == (kind, term)
                    and self.models[one["column_label"]]["estimator"].startswith("spatial")
                }
                if cells:
                    title = f"{kind.capitalize()} effect: {self._title(term)}"
                    yield from self._estimates(title, cells)

    def _estimates(self, title: str, cells: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
        """A coefficient or effect of some columns, and below it its statistic or error."""
        above = {
            k: f"{self._number(one['estimate'])}{stars(one['p_value'])}" for k, one in cells.items()
        }
        yield _row(title, "estimate", above)
        below = {key: f"({self._below(one)})" for key, one in cells.items()}
        yield _row("", "parentheses", below)

    def _below(self, one: Mapping[str, Any]) -> str:
        if self.table.parentheses == "std_error":
            return self._number(one["std_error"])
        statistic = one["statistic"]
        return "-" if statistic is None or not math.isfinite(statistic) else fixed(statistic, 2)

    def _number(self, value: float | None) -> str:
        return printed(value, self.table.digits)

    def _thresholds(self) -> Iterator[Row]:
        """Thresholds with their likelihood-ratio sets."""
        for name in dict.fromkeys(one["effect"] for one in self.effects):
            if not name.startswith("threshold_"):
                continue
            cells = {one["column_label"]: one for one in self.effects if one["effect"] == name}
            values = {key: self._number(one["estimate"]) for key, one in cells.items()}
            ends = {
                key: f"[{self._number(one['conf_low'])}, {self._number(one['conf_high'])}]"
                for key, one in cells.items()
            }
            yield _row(name.replace("_", " ").capitalize(), "estimate", values)
            yield _row("", "parentheses", ends)

    def _design(self) -> Iterator[Row]:
        """Which columns have controls and which effects."""
        if any(term in self.table.hide for one in self.columns for term in one.controls):
            has = {one.label: "Yes" if one.controls else "No" for one in self.columns}
            yield _row("Control variables", "fact", has)
        for effect in ("unit", "period"):
            has = {key: _has_effect(effect, one["effects"]) for key, one in self.models.items()}
            yield _row(f"{effect.capitalize()} fixed effects", "fact", has)

    def _fit(self) -> Iterator[Row]:
        """Tests, sizes and fit of each column."""
        for test, label in PRINTED_TESTS.items():
            cells = {
                one["column_label"]: one
                for one in self.tests
                if one["test"] == test and _is_test(one)
            }
            if cells:
                text = {k: _statistic(c) for k, c in cells.items()}
                yield _row(label, "fact", text)
        yield _row("Observations", "fact", {k: str(m["n_obs"]) for k, m in self.models.items()})
        if any(one["n_clusters"] for one in self.models.values()):
            yield _row("Clusters", "fact", {k: _clusters(m) for k, m in self.models.items()})
        for label, fact in FIT.items():
            values = {key: model[fact] for key, model in self.models.items()}
            if fact == "r2_unit_within" and not any(map(_differs_within, self.models.values())):
                continue
            shown = {key: "-" if one is None else fixed(one, 3) for key, one in values.items()}
            yield _row(label, "fact", shown)

    def _notes(self) -> Iterator[str]:
        """What was decided, in words; data that are not official say so first."""
        models = self.models
        for status in ("synthetic", "survey"):
            labels = [key for key, one in models.items() if one["data_status"] == status]
            if labels:
                yield f"{status.upper()} data: {', '.join(labels)}."
        what = "t statistics" if self.table.parentheses == "t" else "Standard errors"
        yield f"{what} in parentheses, {self._errors()}. {LEGEND}."
        yield from self._samples()
        few = {one.label: few_clusters(one, models[one.label]) for one in self.columns}
        for text, labels in _same(few).items():
            yield f"{', '.join(labels)}: {text}."
        for what, fact in (
            ("Interpolated or extrapolated", "n_imputed_cells"),
            ("Corrected", "n_corrected_cells"),
        ):
            counts = ", ".join(
                f"{k} {share_words(one[fact], one['n_series_cells'])}"
                for k, one in models.items()
                if one[fact]
            )
            if counts:
                yield f"{what} cells underneath: {counts}."
        for fact in ("dropped", "note"):
            for text, labels in _same({key: one[fact] for key, one in models.items()}).items():
                shown = _cut(text) if fact == "dropped" else text
                yield f"{', '.join(labels)}: {shown.rstrip('.')}."
        yield from self._cautions()
        yield from self._indices()
        if self.table.note:
            yield " ".join(self.table.note.split())

    def _errors(self) -> str:
        """Which errors, column by column where they differ."""
        words = {
            key: f"{one['vcov']}, correction {one['small_sample']}"
            for key, one in self.models.items()
        }
        return _by_column(words)

    def _samples(self) -> Iterator[str]:
        """The sample in words, where columns differ in it."""
        samples = {key: one["sample"] for key, one in self.models.items()}
        if len(set(samples.values())) > 1:
            yield f"Samples: {_by_column(samples)}."

    def _cautions(self) -> Iterator[str]:
        """Series that break or mix vintages, one a line; the rest by name, so that notes stay short."""
        columns: dict[tuple[str, str], list[str]] = {}
        for row in self.cautions:
            key = (row["series_id"], row["caution"])
            columns.setdefault(key, []).append(row["column_label"])
        for (series, caution), labels in list(columns.items())[:MOST_CAUTIONS]:
            where = "" if len(labels) == len(self.columns) else f"{', '.join(labels)}: "
            yield f"{where}{series} {caution}."
        told = {series for series, _ in list(columns)[:MOST_CAUTIONS]}
        more = list(dict.fromkeys(series for series, _ in columns if series not in told))
        if more:
            yield f"Also break or mix vintages: {listed(more)}; see result.series_caution."

    def _indices(self) -> Iterator[str]:
        """What the indices in the table are to be judged by, one line for each."""
        by_index: dict[str, list[Mapping[str, Any]]] = {}
        for row in self.index_tests:
            # Single indicators' adequacy stands in `index_test`.
            if row["test"] != "kmo" or not row["term"]:
                by_index.setdefault(row["index_name"], []).append(row)
        for name, rows in by_index.items():
            yield f"Index {self.titles.get(name, name)}: {'; '.join(map(_verdict, rows))}."


def _verdict(row: Mapping[str, Any]) -> str:
    """One test of an index in words."""
    value = "-" if row["statistic"] is None else f"{row['statistic']:.3f}"
    if row["test"] == "bartlett":
        p_value = "p < .001" if row["p_value"] < 0.001 else f"p = {row['p_value']:.3f}"
        return f"Bartlett's χ² {row['statistic']:.2f}, {p_value}, {row['detail']}"
    head = {"kmo": f"KMO {value}, ", "against_direction": f"{row['term']} weighs {value}, "}
    return f"{head.get(row['test'], '')}{row['detail']}"


def _row(label: str, kind: str, cells: Mapping[str, str]) -> Row:
    return {"row_label": label, "row_kind": kind, **cells}


def _differs_within(model: Mapping[str, Any]) -> bool:
    """Whether R² within units is another number than R² within."""
    unit_within, within = model["r2_unit_within"], model["r2_within"]
    return unit_within is not None and within is not None and abs(unit_within - within) > 5e-4


def _is_test(test: Mapping[str, Any]) -> bool:
    """Whether there is something to test: nothing is with exact identification, say."""
    return test["statistic"] is not None and test["df"] != 0


def _statistic(test: Mapping[str, Any]) -> str:
    """A number of `test` as printed: counts whole, others with the stars of their p-value."""
    value = test["statistic"]
    if test["test"].startswith("n_"):
        return f"{value:.0f}"
    if test["test"] in ("sigma2", "weights_std_error"):
        return f"{value:.3g}"
    return f"{fixed(value, 2)}{stars(test['p_value'])}" if math.isfinite(value) else "-"


def _has_effect(effect: str, effects: str) -> str:
    """Yes, No, or Random, from the effects as `model` names them: ``random unit, period``."""
    named = effects.split(", ")
    return "Yes" if effect in named else "Random" if f"random {effect}" in named else "No"


def _clusters(model: Mapping[str, Any]) -> str:
    """How many clusters, or periods where these take their place."""
    number = model["n_clusters"]
    if not number:
        return "-"
    return f"{number} periods" if model["vcov"].startswith("driscoll_kraay") else str(number)


def _by_column(words: Mapping[str, str]) -> str:
    """One text for all columns, or each text after the columns it holds for."""
    same = _same(words)
    if len(same) == 1:
        return next(iter(same))
    return "; ".join(f"{', '.join(labels)}: {text}" for text, labels in same.items())


def _cut(text: str) -> str:
    """What was dropped, cut where it is long; `model` has all of it."""
    pieces = text.split("; ")
    if len(pieces) <= MOST_LISTED:
        return text
    return (
        f"{'; '.join(pieces[:MOST_LISTED])}; and {len(pieces) - MOST_LISTED} more, see result.model"
    )


def _same(texts: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Text → the columns that have it."""
    found: dict[str, list[str]] = {}
    for label, text in texts.items():
        if text:
            found.setdefault(text, []).append(label)
    return found


def stars(p_value: float | None) -> str:
    """Stars of a p-value by the legend; none where there is no p-value."""
    if p_value is None:
        return ""
    return next((mark for bound, mark in STARS if p_value < bound), "")
