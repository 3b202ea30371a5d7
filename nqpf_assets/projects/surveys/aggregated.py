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
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import shortened
from nqpf_assets.projects.surveys.columns import Columns
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
        n_without_error: those whose standard error is unknown, of one unit or a stratum having one.
    """

    rows: pl.DataFrame
    notes: tuple[str, ...]
    n_suppressed: int
    n_without_error: int


def aggregated(survey: Survey, document: LinedYaml, file: Respondents) -> Aggregated:
    """All series of a rule.

    Raises:
        InputError: a column is not there, a weight or an answer is none; at the line of the rule.
    """
    columns = Columns(survey, document, file)
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
    rows = pl.concat(frames)
    if rows.is_empty():
        expected = f"{counted(survey.minimum, 'respondents')} with an answer in a region and year"
        raise columns.refused(("series",), expected, "none of any series", "look at the answers")
    return Aggregated(rows, tuple(notes), n_suppressed, n_without)


def _places(columns: Columns) -> pl.DataFrame:
    """Region and year of each respondent."""
    survey = columns.survey
    region = columns.texts(survey.region, ("region",)).replace("", None)
    if region.null_count():
        found = f"{counted(region.null_count(), 'respondents')} without"
        raise columns.refused(("region",), "a region of each respondent", found, "leave them out")
    if isinstance(survey.year, int):
        years: list[int | None] = [survey.year] * len(region)
        or_odd = ""
    else:
        texts = columns.texts(survey.year, ("year",))
        known = {text: parse_year(text) for text in texts.unique() if text is not None}
        years = [known.get(text) for text in texts]
        odd = next((text for text, year in known.items() if text and year is None), None)
        or_odd = f", or with `{shortened(odd, 40)}`" if odd else ""
    wrong = sum(year is None for year in years)
    if wrong:
        found = f"{counted(wrong, 'respondents')} without{or_odd}"
        raise columns.refused(("year",), "a year of each respondent", found, "leave them out")
    return pl.DataFrame({"region": region, "year": pl.Series(years, dtype=pl.Int64)})


def _weights(columns: Columns) -> NDArray[np.float64]:
    name = columns.survey.weight
    if name is None:
        return np.ones(columns.file.frame.height)
    remedy = "leave respondents without a weight out of the file"
    weights = columns.numbers(columns.column(name, ("weight",)), ("weight",), remedy)
    wrong = int((~(weights > 0) | ~np.isfinite(weights)).sum())
    if wrong:
        found = f"{counted(wrong, 'respondents')} without, or not above 0"
        raise columns.refused(("weight",), "a weight above 0 of each respondent", found, remedy)
    return weights


def _codes(columns: Columns, name: str | None, key: str) -> NDArray[np.int64]:
    """Strata or units as whole numbers."""
    if name is None:
        return np.zeros(columns.file.frame.height, np.int64)
    texts = columns.codes(name, (key,)).replace("", None)
    if texts.null_count():
        found = f"{counted(texts.null_count(), 'respondents')} without"
        raise columns.refused((key,), f"`{name}` of each respondent", found, "fill it in")
    return np.unique(texts.to_numpy(), return_inverse=True)[1].ravel()


def _together(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """One whole number for each pair of two."""
    _, codes = np.unique(np.stack([one, other]), axis=1, return_inverse=True)
    return codes.ravel()


def _values(columns: Columns, name: str, one: SurveySeries) -> tuple[NDArray[np.float64], str]:
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
    columns: Columns, values: NDArray[np.float64], one: SurveySeries, place: Sequence[str | int]
) -> None:
    if one.range is None:
        return
    low, high = one.range
    wrong = np.unique(values[(values < low) | (values > high)])
    if len(wrong):
        found = ", ".join(f"{code:g}" for code in wrong[:5])
        remedy = "correct `range`; if it means no answer, list it under `missing`"
        raise columns.refused(place, f"answers from {low:g} to {high:g}", found, remedy)
