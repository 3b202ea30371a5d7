"""What is wrong with spatial weights that a file prints, once its labels are held against the catalogue.

Whether a file is a table of weights at all is told where it is read, in `formats.weights_file`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from nqpf_assets.catalog.region_match import match_regions
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.weights_file import WeightsRead, numbers_alone
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue

NOW = 9998
"""Names of units are those that regions bear today: a year before that of regions without an end."""


def units_of(
    read: WeightsRead, catalogue: Catalogue, file: str
) -> tuple[dict[str, str], list[Problem]]:
    """Label → code of its unit, and labels that are none, or the same one twice."""
    labels = list(read.units)
    years = pl.Series([NOW] * len(labels), dtype=pl.Int32)
    match = match_regions(pl.Series(labels, dtype=pl.String), years, catalogue.regions)
    codes = {label: code for label, code in zip(labels, match.codes, strict=True) if code}
    if read.heads and not read.named_at and not codes and all(map(shows_number, labels)):
        # An empty corner can be the diagonal of a matrix without labels. Codes are numbers too: only the
        # catalogue knows that these are none.
        return {}, [numbers_alone(file, *(len(one) + 1 for one in read.heads))]
    problems = [
        Problem(
            file,
            read.units[row["label"]],
            "a region of the catalogue, by code or name"
            if row["reason"] != "ambiguous"
            else "the name of one region",
            f"`{row['label']}`; near: {row['near'] or 'none'}",
            "correct it, or write the region's code; add a region of your own to catalog/regions.csv",
            code=f"{row['reason']}_region",
            asked_at=read.named_at,
        )
        for row in match.unmatched.iter_rows(named=True)
    ]
    return codes, problems or list(_wrong_heads(read, codes, file))


def _wrong_heads(read: WeightsRead, codes: dict[str, str], file: str) -> Iterator[Problem]:
    """Units that head two rows or columns of a matrix, or stand on one of its sides only."""
    sides = [[codes[label] for label in labels] for labels in read.heads]
    for labels, side in zip(read.heads, sides, strict=True):
        for code in (one for one, n in Counter(side).items() if n > 1):
            names = [label for label in labels if codes[label] == code]
            found = f"{listed(names)}, which are all {code}"
            at = read.units[names[-1]]
            yield Problem(
                file,
                at,
                "each unit in one row and one column",
                found,
                "keep one",
                code="repeated_unit",
                asked_at=read.named_at,
            )
    if sides and (apart := sorted({*sides[0]} ^ {*sides[1]})):
        names = [label for label, code in codes.items() if code in apart]
        found = f"{listed(names)} in one of the two only"
        remedy = "write the same units in the first row and the first column, in any order"
        yield Problem(
            file,
            read.units[names[0]],
            "the same units down and across",
            found,
            remedy,
            code="weights_file",
        )


def wrong_weights(read: WeightsRead, codes: dict[str, str], file: str) -> list[Problem]:
    """Units that are their own neighbours, pairs that stand twice, and weights that are all zero."""
    problems = []
    seen: dict[tuple[str, str, int | None], str] = {}
    for unit, neighbour, weight, place, year in read.cells:
        pair = (codes[unit], codes[neighbour], year)
        if pair in seen:
            when = "" if year is None else f" in {year}"
            found = f"{unit} and {neighbour} again{when}, first at {seen[pair]}"
            remedy = "keep one"
            if year is None:
                remedy += (
                    "; of weights that differ by year say `period: COLUMN`, which has the year"
                )
            problems.append(
                Problem(file, place, "each pair once", found, remedy, code="repeated_pair")
            )
        seen[pair] = place
        if weight != weight and pair[0] != pair[1]:
            remedy = "write 0 for two units that are no neighbours"
            problems.append(
                Problem(file, place, "a weight", "an empty cell", remedy, code="weights_file")
            )
        if pair[0] == pair[1] and weight > 0:
            found, remedy = (
                f"{weight:g} of {unit} with itself",
                "write 0: no unit is its own neighbour",
            )
            problems.append(
                Problem(file, place, "0 on the diagonal", found, remedy, code="own_neighbour")
            )
    sums: dict[tuple[str, int | None], float] = {}
    for unit, _, weight, _, year in read.cells:
        sums[unit, year] = sums.get((unit, year), 0.0) + (weight if weight == weight else 0.0)
    for unit in dict.fromkeys(one for (one, _), total in sums.items() if total == float("inf")):
        remedy = "divide all weights by the same number"
        found = f"those of {unit}, too large to be added up"
        expected = "weights whose sum is a number"
        at = read.units[unit]
        problems.append(Problem(file, at, expected, found, remedy, code="weights_file"))
    if not problems:
        problems += _of_years(read, codes, file)
    return problems


def _of_years(read: WeightsRead, codes: dict[str, str], file: str) -> Iterator[Problem]:
    """Years without any weight, or that do not know a unit of the others; one is there in any case."""
    labels = {code: label for label, code in codes.items()}
    known: dict[int | None, set[str]] = {year: set() for *_, year in read.cells}
    positive = set()
    for unit, neighbour, weight, _, year in read.cells:
        known[year] |= {codes[unit], codes[neighbour]}
        if weight > 0:
            positive.add(year)
    everyone = set().union(*known.values())
    for year in sorted(known, key=lambda one: one or 0):
        when = "" if year is None else f" in {year}"
        if year not in positive:
            remedy = "look into the file: no unit has a neighbour"
            found = f"zeros alone{when}"
            yield Problem(file, "", "weights", found, remedy, code="weights_file")
        elif missing := sorted(everyone - known[year]):
            found = f"none of {listed([labels[one] for one in missing])}{when}"
            expected = "every unit in every year"
            remedy = "add its pairs, or a row with the weight 0 where it has no neighbour"
            yield Problem(file, "", expected, found, remedy, code="weights_file")
