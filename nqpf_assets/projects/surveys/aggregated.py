"""From respondents to series: by region and year the mean, its standard error and the number of respondents.

Three series come of each that a rule names: NAME, NAME_se and NAME_n. A region and year with fewer
respondents than the rule's minimum is left out of all three, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nqpf_assets.estimators.descriptive.survey_means import cronbach_alpha, survey_means
from nqpf_assets.formats.labels import parse_year
from nqpf_assets.formats.numbers import number_of
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, shortened
from nqpf_assets.projects.surveys.declared import Survey, SurveySeries
from nqpf_assets.projects.surveys.respondents import Respondents
from nqpf_assets.user_input.lined_yaml import LinedYaml

SCHEMA = {
    "region": pl.String,
    "year": pl.Int64,
    "series": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
}


@dataclass(frozen=True)
class Aggregated:
    """What a rule makes of a survey.

    Attributes:
        rows: long table, columns `SCHEMA`.
        notes: what a reader of the numbers should know.
        n_suppressed: regions and years, series by series, with too few respondents.
        n_without_error: those whose standard error is unknown, a stratum having one unit.
    """

    rows: pl.DataFrame
    notes: tuple[str, ...]
    n_suppressed: int
    n_without_error: int


@dataclass(frozen=True)
class _Columns:
    """Columns of a file of respondents as numbers, and what cannot be."""

    survey: Survey
    document: LinedYaml
    file: Respondents

    def refused(
        self, place: Sequence[str | int], expected: str, found: str, remedy: str
    ) -> InputError:
        return InputError([self.document.problem(tuple(place), expected, found, remedy)])

    def texts(self, name: str, place: Sequence[str | int]) -> pl.Series:
        """A column as texts, labels in place of their codes."""
        column = self._column(name, place)
        labels = self.file.labels.get(name, {})
        if column.dtype == pl.String:
            return column.str.strip_chars()
        plain = column.cast(pl.String).str.replace(r"\.0$", "")
        if not labels:
            return plain
        shown = column.cast(pl.Float64).replace_strict(labels, default=None, return_dtype=pl.String)
        return shown.fill_null(plain)

    def answers(self, name: str, place: Sequence[str | int]) -> NDArray[np.float64]:
        """A column of answers as numbers, NaN where there is none."""
        column = self._column(name, place)
        is_none = self._is_any(name, column, self.survey.missing)
        return self._numbers(
            column.zip_with(~is_none, pl.Series([None], dtype=column.dtype)), place
        )

    def is_answered(self, name: str, place: Sequence[str | int]) -> pl.Series:
        column = self._column(name, place)
        is_empty = column.is_null()
        if column.dtype == pl.String:
            is_empty |= (column.str.strip_chars() == "").fill_null(True)
        return ~(is_empty | self._is_any(name, column, self.survey.missing))

    def is_one_of(
        self, name: str, words: Sequence[float | str], place: Sequence[str | int]
    ) -> pl.Series:
        """Whether each answer is one of these codes or labels."""
        column = self._column(name, place)
        known = {*self.file.labels.get(name, {}).values()}
        if column.dtype == pl.String:
            known |= {*column.drop_nulls().str.strip_chars()}
        for n, word in enumerate(words):
            if isinstance(word, str) and word not in known and number_of(word) is None:
                found = f"`{word}`, which no label or answer of `{name}` is"
                raise self.refused((*place, n), "answers of this column", found, "correct it")
        return self._is_any(name, column, words)

    def _column(self, name: str, place: Sequence[str | int]) -> pl.Series:
        frame = self.file.frame
        if name not in frame.columns:
            some = ", ".join(frame.columns[:12])
            raise self.refused(place, f"a column of the file: {some} …", f"`{name}`", "correct it")
        return frame[name]

    def _is_any(self, name: str, column: pl.Series, words: Sequence[float | str]) -> pl.Series:
        codes = {w for word in words if (w := _code(word)) is not None}
        texts = {word for word in words if isinstance(word, str)}
        labels = self.file.labels.get(name, {})
        codes |= {code for code, text in labels.items() if text in texts}
        if column.dtype == pl.String:
            stripped = column.str.strip_chars()
            own = {text for text in stripped.drop_nulls().unique() if number_of(text) in codes}
            return stripped.is_in([*texts, *(own - {""})]).fill_null(False)
        return column.cast(pl.Float64).is_in([*codes]).fill_null(False)

    def _numbers(self, column: pl.Series, place: Sequence[str | int]) -> NDArray[np.float64]:
        if column.dtype != pl.String:
            return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        stripped = column.str.strip_chars()
        own = stripped.drop_nulls().unique().to_list()
        known = {text: number_of(text) for text in own if text}
        wrong = sorted(text for text, number in known.items() if number is None)
        if wrong:
            found = f"`{shortened(wrong[0], 40)}`" + (
                f" and {len(wrong) - 1} more" if wrong[1:] else ""
            )
            remedy = "if it means no answer, list it under `missing`"
            raise self.refused(place, f"numbers in the column `{column.name}`", found, remedy)
        numbers = stripped.replace_strict(known, default=None, return_dtype=pl.Float64)
        return numbers.fill_null(float("nan")).to_numpy()


def aggregated(survey: Survey, document: LinedYaml, file: Respondents) -> Aggregated:
    """All series of a rule.

    Raises:
        InputError: a column is not there, a weight or an answer is none; at the line of the rule.
    """
    columns = _Columns(survey, document, file)
    if file.frame.is_empty():
        raise columns.refused(("file",), "a file with respondents", "none", "look at the file")
    places = _places(columns)
    weights = _weights(columns)
    strata = _codes(columns, survey.strata, "strata")
    # A new wave is a new sample: its strata and units are its own.
    strata = _together(strata, places["year"].to_numpy())
    own = pl.Series(range(file.frame.height)).to_numpy()
    units = _codes(columns, survey.clusters, "clusters") if survey.clusters else own
    units = _together(strata, units)
    domains = places.unique(maintain_order=True).sort("region", "year").with_row_index("domain")
    of = places.join(domains, on=["region", "year"], how="left", maintain_order="left")["domain"]
    frames, notes = [], []
    n_suppressed = n_without = 0
    for name, one in survey.series.items():
        values, note = _values(columns, name, one)
        notes += [note] if note else []
        found = survey_means(
            values, of.to_numpy(), domains.height, weights=weights, strata=strata, units=units
        )
        unit = "%" if one.share else one.unit
        rows = domains.select("region", "year").with_columns(
            mean=pl.Series(found.means), se=pl.Series(found.std_errors),
            n=pl.Series(found.n_respondents).cast(pl.Float64),
        )  # fmt: skip
        is_few = (pl.col("n") > 0) & (pl.col("n") < survey.minimum)
        n_suppressed += rows.filter(is_few).height
        rows = rows.filter(pl.col("n") >= survey.minimum)
        n_without += int(rows["se"].is_nan().sum())
        kinds = (("mean", name, unit), ("se", f"{name}_se", unit), ("n", f"{name}_n", "人"))
        for column, series, unit_of in kinds:
            kept = rows.filter(pl.col(column).is_not_nan())
            place = kept.select("region", "year")
            of_kind = place.with_columns(
                series=pl.lit(series), value=kept[column], unit=pl.lit(unit_of)
            )
            frames.append(of_kind)
    return Aggregated(pl.concat(frames), tuple(notes), n_suppressed, n_without)


def _places(columns: _Columns) -> pl.DataFrame:
    """Region and year of each respondent."""
    survey = columns.survey
    region = columns.texts(survey.region, ("region",)).replace("", None)
    if region.null_count():
        found = f"{counted(region.null_count(), 'respondents')} without"
        raise columns.refused(("region",), "a region of each respondent", found, "leave them out")
    if isinstance(survey.year, int):
        years: list[int | None] = [survey.year] * len(region)
    else:
        texts = columns.texts(survey.year, ("year",))
        known = {text: parse_year(text) for text in texts.unique() if text is not None}
        years = [known.get(text) for text in texts]
    wrong = sum(year is None for year in years)
    if wrong:
        found = f"{counted(wrong, 'respondents')} without"
        raise columns.refused(("year",), "a year of each respondent", found, "leave them out")
    return pl.DataFrame({"region": region, "year": pl.Series(years, dtype=pl.Int64)})


def _weights(columns: _Columns) -> NDArray[np.float64]:
    name = columns.survey.weight
    if name is None:
        return np.ones(columns.file.frame.height)
    column = columns._column(name, ("weight",))
    weights = columns._numbers(column, ("weight",))
    wrong = int((~(weights > 0) | ~np.isfinite(weights)).sum())
    if wrong:
        found = f"{counted(wrong, 'respondents')} without, or not above 0"
        remedy = "leave respondents without a weight out of the file"
        raise columns.refused(("weight",), "a weight above 0 of each respondent", found, remedy)
    return weights


def _codes(columns: _Columns, name: str | None, key: str) -> NDArray[np.int64]:
    """Strata or units as whole numbers."""
    if name is None:
        return np.zeros(columns.file.frame.height, np.int64)
    texts = columns.texts(name, (key,)).replace("", None)
    if texts.null_count():
        found = f"{counted(texts.null_count(), 'respondents')} without"
        raise columns.refused((key,), f"`{name}` of each respondent", found, "fill it in")
    return np.unique(texts.to_numpy(), return_inverse=True)[1].ravel()


def _together(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """One whole number for each pair of two."""
    _, codes = np.unique(np.stack([one, other]), axis=1, return_inverse=True)
    return codes.ravel()


def _values(columns: _Columns, name: str, one: SurveySeries) -> tuple[NDArray[np.float64], str]:
    """What is averaged of each respondent, NaN where nothing is; and a note about a scale."""
    place = ("series", name)
    if one.share is not None:
        is_in = columns.is_one_of(one.share, one.of, (*place, "of"))
        answered = columns.is_answered(one.share, (*place, "share"))
        return np.where(answered.to_numpy(), np.where(is_in.to_numpy(), 100.0, 0.0), np.nan), ""
    if one.mean is not None:
        values = columns.answers(one.mean, (*place, "mean"))
        _require_range(columns, values, one, (*place, "mean"))
        return values, ""
    assert one.range is not None
    items = []
    for n, item in enumerate(one.scale):
        answers = columns.answers(item, (*place, "scale", n))
        _require_range(columns, answers, one, (*place, "scale", n))
        items.append(sum(one.range) - answers if item in one.reversed else answers)
    table = np.column_stack(items)
    n_answered = (~np.isnan(table)).sum(axis=1)
    enough = n_answered >= (one.at_least or len(items))
    means = np.where(enough, np.nansum(table, axis=1) / np.maximum(n_answered, 1), np.nan)
    alpha, n = cronbach_alpha(table)
    shown = "unknown" if np.isnan(alpha) else f"{alpha:.3f}"
    note = f"{name}: Cronbach's alpha {shown} of {len(items)} items, {counted(n, 'respondents')}"
    return means * (len(items) if one.score == "sum" else 1), note


def _require_range(
    columns: _Columns, values: NDArray[np.float64], one: SurveySeries, place: Sequence[str | int]
) -> None:
    if one.range is None:
        return
    low, high = one.range
    wrong = np.unique(values[(values < low) | (values > high)])
    if len(wrong):
        found = ", ".join(f"{code:g}" for code in wrong[:5])
        remedy = "correct `range`; if it means no answer, list it under `missing`"
        raise columns.refused(place, f"answers from {low:g} to {high:g}", found, remedy)


def _code(word: float | str) -> float | None:
    return number_of(word) if isinstance(word, str) else float(word)
