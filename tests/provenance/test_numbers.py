"""What every number of indices and tables rests on, held against what moves it.

A published cell is changed by a little, and the numbers that moved are those under which it is listed. Only
cells that enter by an order or a side may be listed and not move, and those under a value that is clipped.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.provenance.trap import (
    CLIPPED,
    Cell,
    Number,
    drawn,
    listed,
    numbers,
    older,
    tables_of_numbers,
    write_trap,
)
from tests.stages.mini import Walk, walk

pytestmark = pytest.mark.slow  # whole builds and publications

CHANGE = 1e-4
"""Of a cell, relative: small enough that no order of values changes, since those differ by more."""
MOVED = 1e-11
"""Relative change from which a number has moved; what has not is the same sum, and differs by rounding."""

N_GROUPS = 8
"""Of the published cells, those of each changed together."""

Named = dict[str, Cell]
Known = tuple[dict[Number, list[float]], dict[Number, dict[Cell, set[str]]]]
"""Numbers as published, and the cells listed under each."""

EVERY_WAY: Named = {
    "read in its own year, and two years later": ("population", "120000", 2016),
    "before the sample, by lags alone": ("population", "370000", 2013),
    "before the sample, under an indicator": ("workers", "140000", 2014),
    "of the region that all are divided by": ("gdp", "310000", 2017),
    "beside a gap": ("gdp", "140000", 2015),
    "under a trend beyond the end": ("workers", "110000", 2013),
    "of the island": ("gdp", "460000", 2018),
    "of a bound": ("gdp", "370000", 2015),
}


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    done = walk(write_trap(tmp_path_factory.mktemp("trap"), drawn()))
    done.publish()
    return done


@pytest.fixture(scope="module")
def known(trap: Walk) -> Known:
    return numbers(trap), listed(trap)


SAID = ("said", "comparable")
"""Indices whose weights the study says."""


def moved(before: dict[Number, list[float]], after: dict[Number, list[float]]) -> set[Number]:
    assert before.keys() == after.keys()
    return {
        number
        for number, values in before.items()
        if not np.allclose(values, after[number], rtol=MOVED, atol=MOVED * np.abs(values).max())
    }


def wrong(
    trap: Walk, known: Known, folder: Path, *cells: Cell, is_older: bool = False
) -> list[tuple[object, ...]]:
    """What moves and is not listed, or is listed and does not move, when the cells are changed."""
    before, under = known
    newer, old = drawn(), older()
    # By different shares, since what all cells under a quotient change by leaves it as it is.
    for cell, share in zip(cells, np.linspace(1, 0.5, len(cells)).tolist(), strict=True):
        (old if is_older else newer)[cell] *= 1 + CHANGE * share
    asked = tuple(f"trap.{table}" for table in tables_of_numbers(trap))
    after = numbers(walk(write_trap(folder, newer, old), asked))
    found = moved(before, after)
    # An edition that the study passes over enters nothing.
    entering = [cell for cell in cells if not (is_older and cell in newer)]
    of = {
        number: set().union(*(under.get(number, {}).get(cell, set()) for cell in entering))
        for number in before
    }
    missed = [("moved and not listed", one) for one in found if not of[one]]
    still = [
        ("listed and not moved", one, roles)
        for one, roles in of.items()
        if roles - _may_stay(one) and one not in found
    ]
    return [*missed, *still]


def _may_stay(number: Number) -> set[str]:
    """Roles in which a cell of a number may be changed and move nothing."""
    # A row at an end of the scale is 0 or 1, whatever the other end is; `tests.indices.test_weighted` holds
    # that no row is listed which moves no score at all.
    if number[1] in SAID:
        return {"threshold_side", CLIPPED, "scale", "value", "filled_from"}
    return {"threshold_side", CLIPPED}


def test_every_number_is_listed_with_cells(known: Known) -> None:
    there, under = known
    without = there.keys() - under.keys()
    # Weights that a study says itself rest on no cell.
    assert {one[:4] for one in without} == {("index", name, "weight", "weight") for name in SAID}


@pytest.mark.parametrize("way", EVERY_WAY)
def test_what_moves_is_what_is_listed(trap: Walk, known: Known, tmp_path: Path, way: str) -> None:
    assert wrong(trap, known, tmp_path, EVERY_WAY[way]) == []


@pytest.mark.parametrize("year", [2013, 2014])
def test_of_an_older_edition_what_the_newer_lacks_is_listed(
    trap: Walk, known: Known, tmp_path: Path, year: int
) -> None:
    assert wrong(trap, known, tmp_path, ("gdp", "120000", year), is_older=True) == []


@pytest.mark.parametrize("group", range(N_GROUPS))
def test_of_every_published_cell_what_moves_is_what_is_listed(
    trap: Walk, known: Known, tmp_path: Path, group: int
) -> None:
    """Each cell is changed once, some together: what moves is listed under one of them."""
    cells = list(drawn())
    order = np.random.default_rng(7).permutation(len(cells))
    assert wrong(trap, known, tmp_path, *(cells[place] for place in order[group::N_GROUPS])) == []
