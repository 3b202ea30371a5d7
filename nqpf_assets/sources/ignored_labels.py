"""Indicators and rows that a card leaves out, as printed: one that the file does not print is a problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from nqpf_assets.catalog.names import key_of
from nqpf_assets.formats.reading import Reading
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_files import LoadedCard


def without_ignored(reading: Reading, loaded: LoadedCard) -> tuple[Reading, list[Problem]]:
    """The reading less what the card ignores; a label that the file does not print is a problem."""
    ignored = loaded.card.ignore
    if not ignored:
        return reading, []
    cells = reading.cells
    series, rows = (
        _labels_named(cells, column, ignored) for column in ("series_label", "region_label")
    )
    printed = {key_of(label) for label in (*series, *rows)}
    document, place = loaded.document, loaded.places.get("ignore", ())
    unprinted = [
        document.problem(
            place,
            "an indicator or row that the file prints",
            name,
            "correct or remove it",
            "ignored",
        )
        for name in ignored
        if key_of(name) not in printed
    ]
    account = reading.account
    for kind, column, names in (
        ("indicator", "series_label", series),
        ("row", "region_label", rows),
    ):
        left_out = pl.col(column).is_in(names).fill_null(False)
        values = cells.filter(left_out & pl.col("value").is_not_null())
        for name, n in values[column].value_counts(sort=True).iter_rows():
            account = account.passing_over(f"{kind} {name}", n)
        cells = cells.filter(~left_out)
    return replace(reading, cells=cells, account=account), unprinted


def _labels_named(cells: pl.DataFrame, column: str, names: Sequence[str]) -> list[str]:
    """The printed labels of a column that a list of names means."""
    is_named = is_ignored(names)
    return [label for label in cells.get_column(column).drop_nulls().unique() if is_named(label)]


def is_ignored(names: Sequence[str]) -> Callable[[str], bool]:
    """Whether a printed label is meant by one of these names."""
    keys = {key_of(name) for name in names}
    return lambda label: key_of(label) in keys
