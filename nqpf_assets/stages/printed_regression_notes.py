"""What stands under a regression table: what was decided, and of what a reader should beware, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nqpf_assets.messages.shown_text import MOST_LISTED, listed
from nqpf_assets.messages.stars import LEGEND
from nqpf_assets.stages.few_clusters import few_clusters
from nqpf_assets.stages.lagged_outcomes import lagged_outcome_words
from nqpf_assets.stages.printed_regression_results import Printed
from nqpf_assets.stages.underlying_cells import share_words

MOST_CAUTIONS = 3
"""Series that a table warns of in full."""


def notes(results: Printed) -> Iterator[str]:
    """What was decided, in words; data that are not official say so first."""
    models = results.models
    for status in ("synthetic", "survey"):
        labels = [key for key, one in models.items() if one["data_status"] == status]
        if labels:
            yield f"{status.upper()} data: {', '.join(labels)}."
    what = "t statistics" if results.table.parentheses == "t" else "Standard errors"
    yield f"{what} in parentheses, {_errors(results)}. {LEGEND}."
    yield from _samples(results)
    yield from results.beneath
    few = {
        one.label: few_clusters(one, models[one.label], results.clusters_of(one.label))
        for one in results.columns
    }
    past = {
        label: lagged_outcome_words(lagged, models[label], results.estimates_of(label))
        for label, lagged in results.lagged.items()
    }
    for text, labels in [*_same(few).items(), *_same(past).items()]:
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
    yield from _cautions(results)
    yield from _indices(results)
    if results.table.note:
        yield " ".join(results.table.note.split())


def _errors(results: Printed) -> str:
    """Which errors, column by column where they differ."""
    words = {
        key: one["vcov"] + (f", correction {one['small_sample']}" if one["small_sample"] else "")
        for key, one in results.models.items()
    }
    return _by_column(words)


def _samples(results: Printed) -> Iterator[str]:
    """The sample in words, where columns differ in it or clip their values."""
    samples = {key: one["sample"] for key, one in results.models.items()}
    if len(set(samples.values())) > 1 or any(one.winsorize for one in results.columns):
        yield f"Samples: {_by_column(samples)}."


def _cautions(results: Printed) -> Iterator[str]:
    """Series that break or mix vintages, one a line; the rest by name, so that notes stay short."""
    columns: dict[tuple[str, str], list[str]] = {}
    for row in results.cautions:
        key = (row["series_id"], row["caution"])
        columns.setdefault(key, []).append(row["column_label"])
    for (series, caution), labels in list(columns.items())[:MOST_CAUTIONS]:
        where = "" if len(labels) == len(results.columns) else f"{', '.join(labels)}: "
        yield f"{where}{series} {caution}."
    told = {series for series, _ in list(columns)[:MOST_CAUTIONS]}
    more = list(dict.fromkeys(series for series, _ in columns if series not in told))
    if more:
        what = "break, mix vintages or have cells as of another unit"
        yield f"Also {what}: {listed(more)}; see result.series_caution."


def _indices(results: Printed) -> Iterator[str]:
    """What the indices in the table are to be judged by, one line for each."""
    by_index: dict[str, list[Mapping[str, Any]]] = {}
    for row in results.index_tests:
        # Single indicators' adequacy stands in `index_test`.
        if row["test"] != "kmo" or not row["term"]:
            by_index.setdefault(row["index_name"], []).append(row)
    for name, rows in by_index.items():
        yield f"Index {results.titles.get(name, name)}: {'; '.join(map(_verdict, rows))}."


def _verdict(row: Mapping[str, Any]) -> str:
    """One test of an index in words."""
    value = "-" if row["statistic"] is None else f"{row['statistic']:.3f}"
    if row["test"] == "bartlett":
        p_value = "p < .001" if row["p_value"] < 0.001 else f"p = {row['p_value']:.3f}"
        return f"Bartlett's χ² {row['statistic']:.2f}, {p_value}, {row['detail']}"
    head = {"kmo": f"KMO {value}, ", "against_direction": f"{row['term']} weighs {value}, "}
    return f"{head.get(row['test'], '')}{row['detail']}"


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
