"""Which series and which unit a printed pair of labels stands for, given the file's card.

One row per distinct pair of printed labels, so that a file of a million cells is resolved in a
handful of rows. Whether card and file contradict each other is checked in `agreement`.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.names import key_of, tidy_name
from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.units import UnitError, parse_unit
from nqpf_assets.formats.unit_lines import names_several
from nqpf_assets.sources.card import OneOrByLabel, OriginCard
from nqpf_assets.warehouse.frame_parts import first_of_each

RESOLUTION_SCHEMA = {
    "series_label": pl.String,
    "unit_label": pl.String,
    "series_id": pl.String,  # null where neither file nor card says it
    "unit_measure": pl.String,  # null where neither file nor card says it
    "locator": pl.String,  # of the first cell
}


def resolve_labels(cells: pl.DataFrame, card: OriginCard, catalogue: Catalogue) -> pl.DataFrame:
    """Series and unit of each distinct pair of printed labels, columns `RESOLUTION_SCHEMA`."""
    pairs = first_of_each(cells, ("series_label", "unit_label"), ["locator"])
    rows = []
    # The card's series is for files that print no label: a blank beside labels is a lost one.
    names_some = pairs["series_label"].null_count() < pairs.height
    for label, unit_label, locator in pairs.iter_rows():
        is_lost = label is None and names_some
        series_id = None if is_lost else series_of(label, card, catalogue)
        given = said(card.unit, label) or said(card.unit, series_id)
        is_wrong = given is not None and accepts(card, "unit", unit_label)
        # Of several units over a table, which one is meant stands elsewhere.
        printed = None if names_several(unit_label) else unit_label
        unit = given if is_wrong else printed or given or _unit_of(label)
        rows.append((label, unit_label, series_id, unit and _symbol(unit), locator))
    return pl.DataFrame(rows, schema=RESOLUTION_SCHEMA, orient="row")


def series_of(label: str | None, card: OriginCard, catalogue: Catalogue) -> str | None:
    """The series of a printed label: as the card says, else as the catalogue knows it."""
    named = said(card.series, label)
    if named is not None:
        return catalogue.series.id_for(named)
    return catalogue.series.id_for(label) if label is not None else None


def accepts(card: OriginCard, fact: str, printed: str | None) -> bool:
    """Whether the card knows a statement of the file to be wrong, so that its own word holds."""
    return printed is not None and key_of(card.accept.get(fact, "")) == key_of(printed)


def said(value: OneOrByLabel | None, label: str | None) -> str | None:
    """What a card's entry says for a label; one value holds for every label."""
    if isinstance(value, str) or value is None:
        return value
    if label is None:
        return None
    return {key_of(printed): name for printed, name in value.items()}.get(key_of(label))


def _unit_of(label: str | None) -> str | None:
    """The unit that is printed behind a name: `城镇化率（%）`."""
    return None if label is None else printed_series(label)[1]


def _symbol(unit: str) -> str:
    try:
        return parse_unit(unit).symbol
    except UnitError:
        return tidy_name(unit)
