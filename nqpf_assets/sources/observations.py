"""From the cells of one file to observations: series, region and unit of each cell.

Values stay as printed; nothing is converted, merged or chosen here. What a label stands for is
decided in `resolution` and in the catalogue.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.region_match import (
    SEPARATOR,
    RegionMatches,
    find_region,
    match_regions,
)
from nqpf_assets.catalog.regions import Regions
from nqpf_assets.formats.limits import NAME_CHARACTERS
from nqpf_assets.formats.reading import Reading
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem, shortened
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.mixed_levels import taken_for_regions
from nqpf_assets.sources.names_of_year import idle_names, name_years
from nqpf_assets.sources.one_region_twice import spelled_twice
from nqpf_assets.sources.printed_province import elsewhere
from nqpf_assets.sources.region_problems import region_problems
from nqpf_assets.sources.resolution import accepts, resolve_labels
from nqpf_assets.warehouse.frame_parts import beside as beside_cells
from nqpf_assets.warehouse.frame_parts import complete, folded


def observations_of(
    reading: Reading, card: OriginCard, catalogue: Catalogue, *, file: str
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """One row per cell, and what could not be resolved.

    Args:
        reading: what the file says.
        card: what it is silent about.
        catalogue: regions and series.
        file: path as the user knows it.

    Returns:
        Columns ``series_id, region_code, region_level, period, value, unit_measure, locator, footnote,
        reported_text, series_label, region_label``; rows without a series, unit or region are
        left out and reported.
    """
    pairs = resolve_labels(reading.cells, card, catalogue)
    problems = unresolved(pairs, catalogue, file)
    cells = folded(beside_cells(reading.cells, lambda part: resolved(part, pairs)))
    cells = cells.with_columns(label=_regions_named(cells, card))
    regions = catalogue.regions
    beside = _printed_beside(cells, reading.beside)
    match, whole, told = _regions_found(cells, beside, card, regions, file)
    problems += told
    problems += odd_names(pairs, file)
    problems += region_problems(
        match,
        cells,
        file,
        reading.region_at,
        by_layout=card.layout is not None,
        card_years=card.years,
    )
    told_apart = cells
    if beside is not None:
        cells = cells.with_columns(beside=beside)
        told_apart = cells.with_columns(label=pl.format("{} ({})", "label", _words(beside)))
    problems += spelled_twice(told_apart, match.codes, file)
    problems += elsewhere(match, cells, regions, reading.provinces, file, whole=whole)
    problems += taken_for_regions(match, cells, regions, card, file, reading.region_at)
    found = (match.codes.alias("region_code"), match.levels.alias("region_level"))
    return as_observations(cells.with_columns(found)), tuple(problems)


def as_observations(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with their series, region and unit as observations; those without one of these are left out."""
    observations = cells.select(
        "series_id",
        "region_code",
        "region_level",
        "period",
        "value",
        "unit_measure",
        "locator",
        "footnote",
        pl.col("text").alias("reported_text"),
        "series_label",
        "region_label",
    )
    observations = complete(observations, ("series_id", "region_code", "unit_measure"))
    return folded(observations)


def resolved(cells: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Series and unit of some cells, from what `resolve_labels` gives."""
    on = ["series_label", "unit_label"]
    known = pairs.drop("locator")
    found = cells.select(on).join(known, on=on, how="left", nulls_equal=True, maintain_order="left")
    return found.drop(on)


def _regions_found(
    cells: pl.DataFrame,
    beside: pl.Series | None,
    card: OriginCard,
    regions: Regions,
    file: str,
) -> tuple[RegionMatches, str | None, list[Problem]]:
    """The regions of the cells' labels, the code of the card's, and what is told of its `names_of`."""
    years = name_years(cells["period"], card)
    whole = None
    if card.region is not None and cells.height:
        whole, _ = find_region(card.region, regions, years[-1])

    def found(periods: pl.Series) -> RegionMatches:
        return match_regions(
            cells["label"], periods, regions, within=whole, whole=whole, beside=beside
        )

    match = found(years)
    if card.names_of is None:
        return match, whole, []
    plain = found(cells["period"])
    return match, whole, idle_names(card.names_of, match.codes, plain.codes, file)


def _printed_beside(cells: pl.DataFrame, beside: pl.DataFrame | None) -> pl.Series | None:
    """The province and city that the table prints beside each cell's region."""
    if beside is None:
        return None
    rows = cells.select("locator").join(beside, on="locator", how="left", maintain_order="left")
    return rows["beside"]


def _words(beside: pl.Series) -> pl.Series:
    return beside.fill_null("").str.replace_all(SEPARATOR, " ", literal=True)


def _regions_named(cells: pl.DataFrame, card: OriginCard) -> pl.Series:
    """The printed regions; the card's where a series names none, or one that the card knows to be wrong.

    A blank beside other regions of its series is a lost label, which no card fills.
    """
    printed = cells["region_label"]
    if card.region is None:
        return printed
    wrong = [label for label in printed.unique() if accepts(card, "region", label)]
    given = pl.repeat(card.region, len(printed), dtype=pl.String, eager=True)
    names_some = cells.select(pl.col("region_label").is_not_null().any().over("series_label"))
    is_kept = names_some.to_series() & ~printed.is_in(wrong).fill_null(False)
    return printed.zip_with(is_kept, given)


def unresolved(pairs: pl.DataFrame, catalogue: Catalogue, file: str) -> list[Problem]:
    problems = []
    n_labels = pairs["series_label"].n_unique()
    names_some = pairs["series_label"].null_count() < pairs.height
    for label, printed, series_id, unit, locator in pairs.iter_rows():
        if series_id is None:
            problems.append(
                Problem(
                    file=file,
                    where=locator,
                    expected="an indicator",
                    found="the file does not say what it measures"
                    + (" here, and does elsewhere" if names_some else ""),
                    remedy="write the label that is missing"
                    if names_some
                    else "say it in the card: `series: …`",
                    code="missing_series",
                )
            )
        if unit is None:
            problems.append(
                Problem(
                    file=file,
                    where=locator,
                    expected=f"a unit of {label or series_id or 'the values'}",
                    found="the file prints none"
                    if printed is None
                    else f"the file prints {printed} over the table",
                    remedy=_unit_to_write(label if n_labels > 1 else None, series_id, catalogue)
                    if printed is None
                    else f"say in the card which it is: `unit: {{{yaml_word(label or '…')}: …}}`",
                    code="missing_unit",
                )
            )
    return problems


def _unit_to_write(label: str | None, series_id: str | None, catalogue: Catalogue) -> str:
    """What to write into the card: for one label where the file has several, with the catalogue's unit.

    The unit of the catalogue is an example and no guess: the file may count in a multiple of it.
    """
    known = catalogue.series.series.get(series_id or "")
    unit = yaml_word(known.unit) if known else "…"
    said = f"`unit: {{{yaml_word(label)}: {unit}}}`" if label else f"`unit: {unit}`"
    other = "the multiple of it that the file counts in" if known else "无 for a plain number"
    return f"say it in the card: {said}, or {other}"


def odd_names(pairs: pl.DataFrame, file: str) -> Iterator[Problem]:
    """Names that nobody can read as they are: they would be series of their own, and look like others."""
    for label, locator in pairs.select("series_label", "locator").drop_nulls().iter_rows():
        hidden = sorted({c for c in label if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn")})
        if hidden:
            found = f"`{shortened(label, 80)}` with {', '.join(f'U+{ord(c):04X}' for c in hidden)}"
        elif len(label) > NAME_CHARACTERS:
            found = f"a name of {counted(len(label), 'characters')}: `{label[:80]}…`"
        else:
            continue
        remedy = "nothing if it is meant; else give the printed label its series in the card"
        expected = f"a name of at most {NAME_CHARACTERS} characters, all of them visible"
        yield Problem(
            file=file,
            where=locator,
            expected=expected,
            found=found,
            remedy=remedy,
            severity="warning",
            code="odd_name",
        )
