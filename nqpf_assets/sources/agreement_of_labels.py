"""Whether the series and units that a file prints are those of its origin card.

A printed label must be a name of the series that the card gives, a printed unit the card's
unit, and a unit one in which the series can be measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.units import RATIO, UnitError, conversion, parse_unit
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.file_and_card import FileAndCard
from nqpf_assets.sources.resolution import said


def check_labels(both: FileAndCard) -> Iterator[Problem]:
    """Everything in which labels and units contradict the card or the catalogue."""
    yield from _series(both)
    yield from _unknown_ids(both)
    yield from _labels_not_printed(both)
    yield from _units(both)


def _series(both: FileAndCard) -> Iterator[Problem]:
    known = both.catalogue.series
    labels = both.pairs.unique("series_label", keep="first", maintain_order=True)
    for label, locator in labels.select("series_label", "locator").iter_rows():
        named = said(both.card.series, label)
        if named is None or label is None or key_of(named) == key_of(label):
            continue
        meant, printed = known.find(named), known.find(label)
        given_for_label = isinstance(both.card.series, dict)
        if (given_for_label and printed is None) or (meant is not None and meant == printed):
            continue
        series = known.get(meant) if meant is not None else None
        remedy = (
            f"correct `series` in the card: that is `{printed}`"
            if printed is not None
            else "correct `series` in the card, or say that the two are one: "
            f"`series: {{{yaml_word(label)}: {yaml_word(named)}}}`"
        )
        yield both.contradiction(
            "indicator",
            where=locator,
            key="series",
            expected=f"the series `{named}`" + (f" ({series.names[0]})" if series else ""),
            printed=label,
            found=f"the file prints `{label}`",
            remedy=remedy,
        )


def _unknown_ids(both: FileAndCard) -> Iterator[Problem]:
    """Series that the card names and the catalogue does not know."""
    series, known = both.card.series, both.catalogue.series
    place = both.loaded.places.get("series", ("series",))
    named = {"": series} if isinstance(series, str) else dict(series or {})
    for label, series_id in named.items():
        if known.find(series_id) is not None or key_of(series_id) == key_of(label):
            continue
        near = ", ".join(known.near(series_id))
        line = both.loaded.document.place((*place, label) if label else place).line
        yield Problem(
            file=both.loaded.document.file,
            where=f"line {line}",
            expected="a series of the catalogue",
            found=f"`{series_id}`" + (f"; near: {near}" if near else ""),
            remedy="correct it, or describe it in catalog/series.yaml; it is kept under this name",
            severity="warning",
            code="unknown_series",
        )


def _labels_not_printed(both: FileAndCard) -> Iterator[Problem]:
    """Labels that the card maps and the file does not print."""
    ids = {key_of(series_id) for series_id in both.pairs["series_id"].drop_nulls()}
    printed = {key_of(label): label for label in both.pairs["series_label"].drop_nulls()}
    if not printed and any(one.severity == "error" for one in both.reading.problems):
        return  # nothing could be read, which is told
    for key, value in (("series", both.card.series), ("unit", both.card.unit)):
        for label in value if isinstance(value, dict) else ():
            if key_of(label) not in printed and not (key == "unit" and key_of(label) in ids):
                yield both.loaded.document.problem(
                    (*both.loaded.places.get(key, (key,)), label),
                    f"a label that {both.file} prints: {_some(printed.values())}",
                    f"`{label}`",
                    "correct the label, or remove the line",
                    "label_not_printed",
                )


def _units(both: FileAndCard) -> Iterator[Problem]:
    for label, printed, series_id, unit, locator in both.pairs.iter_rows():
        given = said(both.card.unit, label) or said(both.card.unit, series_id)
        if printed and given and not _equal(printed, given):
            yield _other_unit(both, label, printed, given, locator)
        if unit is None:
            continue
        try:
            parse_unit(unit)
        except UnitError as error:
            yield _unknown_unit(both, locator, error, series_id, printed)
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
        remedy="remove `unit` from the card: it is for files that print none",
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
    both: FileAndCard, locator: str, error: UnitError, series_id: str | None, printed: str | None
) -> Problem:
    """An error in a card; in a file too where the series has a unit that this is no multiple of."""
    if not printed:
        place = both.loaded.places.get("unit", ())
        return both.loaded.document.problem(
            place, "a known unit", str(error), "correct it", "unknown_unit"
        )
    series = both.catalogue.series.get(series_id) if series_id else None
    if series is None:
        remedy = "nothing, if it is right; it is kept as printed, and nothing is converted from it"
        return Problem(
            file=both.file,
            where=locator,
            expected="a known unit",
            found=str(error),
            remedy=remedy,
            severity="warning",
            code="unknown_unit",
        )
    expected = f"`{series_id}` in {series.unit} or a multiple"
    given = f"`unit: {yaml_word(series.unit)}` and `accept: {{unit: {yaml_word(printed)}}}`"
    remedy = (
        f"if that is no unit, write {given} in the card; or leave the indicator out with `ignore`"
    )
    return Problem(
        file=both.file,
        where=locator,
        expected=expected,
        found=str(error),
        remedy=remedy,
        code="unknown_unit",
    )


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


def _some(labels: Iterable[str]) -> str:
    listed = list(labels)
    return ", ".join(listed[:8]) + (" …" if len(listed) > 8 else "") or "none"
