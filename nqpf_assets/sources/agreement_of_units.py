"""Whether the units that a file prints are those of its origin card.

A printed unit must be the card's unit, and a unit one in which the series can be measured. Where a
line over the table names several, the card's must be one of them, for each column its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.units import RATIO, UnitError, conversion, parse_unit
from nqpf_assets.formats.labels import find_label
from nqpf_assets.formats.unit_lines import names_several, units_named
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.file_and_card import FileAndCard
from nqpf_assets.sources.resolution import said
from nqpf_assets.user_input.lined_yaml import KeyPath


def check_units(both: FileAndCard) -> Iterator[Problem]:
    """Everything in which units contradict the card or the catalogue."""
    yield from _one_for_several(both)
    for label, printed, series_id, unit, locator in both.pairs.iter_rows():
        given = said(both.card.unit, label) or said(both.card.unit, series_id)
        own = _place_in_card(both, label, printed)
        if printed and given and not _is_among(given, printed):
            yield (
                _two_on_the_card(both, own, printed, given)
                if own
                else _other_unit(both, label, printed, given, locator)
            )
        if unit is None:
            continue
        try:
            parse_unit(unit)
        except UnitError as error:
            yield _unknown_unit(both, locator, error, series_id, printed, own)
            continue
        series = both.catalogue.series.get(series_id) if series_id else None
        if series is not None and not _convertible(unit, series.unit):
            yield both.contradiction(
                "unit",
                where=locator,
                key="unit" if given else "series",
                expected=f"`{series_id}` in {series.unit} or a multiple",
                printed=unit,
                found=f"the unit {unit}",
                remedy="look whether series and unit belong together",
            )


def _place_in_card(both: FileAndCard, label: str | None, unit: str | None) -> KeyPath:
    """The keys of the card below which a unit stands that the file does not print; none where it does."""
    columns, layout = both.card.columns, both.card.layout
    if columns is not None and label is not None:
        name = find_label(label, list(columns.units))
        if name is not None and columns.units[name] == unit:
            return ("columns", "units", name)
    if layout is not None and unit is not None and layout.unit == unit:
        return ("layout", "unit")
    return ()


def _at(both: FileAndCard, keys: KeyPath) -> KeyPath:
    """Keys of the card as they stand in its file, below the name of a file or sheet perhaps."""
    key, *inside = keys
    return (*both.loaded.places.get(str(key), (key,)), *inside)


def _two_on_the_card(both: FileAndCard, own: KeyPath, unit: str, given: str) -> Problem:
    """Two units of one column, both on the card."""
    return both.loaded.document.problem(
        _at(both, own),
        f"the unit {given}, as {both.loaded.where('unit')} says",
        f"`{unit}`",
        "keep the one that the numbers are in",
        "disagrees_unit",
    )


def _other_unit(
    both: FileAndCard, label: str | None, printed: str, given: str, locator: str
) -> Problem:
    """A printed unit that the card contradicts, whether the card may say that it is wrong or not."""
    problem = both.contradiction(
        "unit",
        where=locator,
        key="unit",
        expected=f"the unit {given}",
        printed=printed,
        found=f"the file prints {printed}",
        remedy="give the one of them that is meant"
        if names_several(printed)
        else "remove `unit` from the card: it is for files that print none",
    )
    if problem.severity == "error" or not _convertible(printed, given):
        return problem
    cells = both.reading.cells.filter(
        pl.col("series_label").eq_missing(label), pl.col("unit_label") == printed
    )
    signed = cells.filter(pl.col("text").str.contains("[%％‰]"))
    is_share = not parse_unit(printed).dimensions and conversion(given, RATIO) == 1
    above_one = cells.filter((pl.col("value").abs() > 1) & is_share)
    for odd, why in ((signed, "shows the sign itself"), (above_one, f"is no share in {given}")):
        if odd.height:
            return replace(
                problem,
                where=odd["locator"][0],
                found=f"`{odd['text'][0]}`, which {why}, under {printed}",
                remedy="remove `unit` and `accept: {unit: …}` from the card; numbers in "
                f"{printed} are converted where a study needs {given}",
                severity="error",
            )
    return replace(
        problem,
        remedy=f"nothing if {printed} is wrong in the file: the numbers are kept as printed and are "
        f"in {given}; else remove `unit` and `accept`, and they are converted",
    )


def _unknown_unit(
    both: FileAndCard,
    locator: str,
    error: UnitError,
    series_id: str | None,
    printed: str | None,
    own: KeyPath,
) -> Problem:
    """An error in a card; a file's own is kept as printed, and whoever converts it is refused."""
    if own or not printed:
        return both.loaded.document.problem(
            _at(both, own or ("unit",)), "a known unit", str(error), "correct it", "unknown_unit"
        )
    series = both.catalogue.series.get(series_id) if series_id else None
    remedy = "nothing, if it is right; it is kept as printed, and nothing is converted from it"
    expected = "a known unit"
    if series is not None:
        expected = f"`{series_id}` in {series.unit} or a multiple"
        given = f"`unit: {yaml_word(series.unit)}` and `accept: {{unit: {yaml_word(printed)}}}`"
        remedy = (
            f"it is kept as printed, and a study that reads `{series_id}` is refused; if that is no "
            f"unit, write {given} in the card; or leave the indicator out with `ignore`"
        )
    return Problem(
        file=both.file,
        where=locator,
        expected=expected,
        found=str(error),
        remedy=remedy,
        severity="warning",
        code="unknown_unit",
    )


def _one_for_several(both: FileAndCard) -> Iterator[Problem]:
    """One unit on the card for all columns of a table over which several are printed."""
    if not isinstance(both.card.unit, str):
        return
    by_unit = both.pairs.group_by("unit_label", maintain_order=True)
    for printed, names, locators in by_unit.agg("series_label", "locator").iter_rows():
        if len(names) > 1 and names_several(printed):
            each = ", ".join(f"{yaml_word(name)}: …" for name in names if name is not None)
            yield both.contradiction(
                "unit",
                where=locators[0],
                key="unit",
                expected=f"the unit {both.card.unit} for all columns",
                printed=printed,
                found=f"the file prints {printed} over the table",
                remedy=f"say it column by column: `unit: {{{each}}}`",
            )


def _is_among(given: str, printed: str) -> bool:
    """Whether a unit is the printed one, or one of several that a line over the table names."""
    return any(_equal(one, given) for one in (printed, *units_named(printed)))


def _equal(one: str, other: str) -> bool:
    try:
        return conversion(one, other) == 1
    except UnitError:
        return key_of(one) == key_of(other)


def _convertible(unit: str, canonical: str) -> bool:
    try:
        conversion(unit, canonical)
    except UnitError:
        return False
    return True
