"""Breaks of series that somebody declares: in the catalogue, in a project's own, or in a study.

A break says from which year on a series is defined or counted otherwise. One that is `rescaled` changes
the values by powers of ten, as from a sample to a census: such a jump is then no slip of a unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import Problem
from nqpf_assets.user_input.lined_yaml import KeyPath

if TYPE_CHECKING:
    import polars as pl

Declared = tuple[str, int, str, bool]
"""Series, year, what changes, and whether values change by powers of ten."""


def breaks_frame(declared: Iterable[Declared]) -> pl.DataFrame:
    """Declared breaks as ``series_id, period, note, is_rescaled``, one row per series and year.

    Notes of several for the same year stand one behind the other, one that says `rescaled` before others.
    """
    import polars as pl

    schema = {
        "series_id": pl.String,
        "period": pl.Int32,
        "note": pl.String,
        "is_rescaled": pl.Boolean,
    }
    frame = pl.DataFrame(list(declared), schema=schema, orient="row")
    ordered = frame.sort("is_rescaled", descending=True, maintain_order=True)
    by_year = ordered.group_by("series_id", "period", maintain_order=True)
    notes = pl.col("note").unique(maintain_order=True).str.join("; ")
    return by_year.agg(notes, pl.col("is_rescaled").any())


def undeclared_rescaling(
    problem: Callable[[KeyPath, str, str, str], Problem],
    place: KeyPath,
    breaks: Mapping[int, str],
    rescaled: Iterable[int],
) -> Iterator[Problem]:
    """Years of `rescaled` for which no break says what changes.

    Args:
        problem: of a file, at a place in it.
    """
    for year in rescaled:
        if year not in breaks:
            yield problem(
                (*place, "rescaled"),
                "years of `breaks`, which say what changes in them",
                f"{year}",
                f"write `breaks: {{{year}: …}}` too",
            )
