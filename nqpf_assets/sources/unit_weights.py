"""From a file of spatial weights to weights between units of the catalogue, checked and described.

What the file prints is read in `formats.weights_file`. Nothing is standardised here: that is for the column
that uses the weights, among the units of its sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from nqpf_assets.catalog.region_match import match_regions
from nqpf_assets.formats.reading import CELL_SCHEMA
from nqpf_assets.formats.weights_file import WeightsRead, read_weights
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.sources.cache import FileContent
from nqpf_assets.sources.card_files import LoadedCard

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue

FORMAT = "weights"
NOW = 9998
"""Names of units are those that regions bear today: a year before that of regions without an end."""
LINK = {
    "region_code": pl.String,
    "neighbour_code": pl.String,
    "weight": pl.Float64,
    "locator": pl.String,
}
UNIT = {
    "region_code": pl.String,
    "n_neighbours": pl.Int64,
    "smallest_weight": pl.Float64,
    "largest_weight": pl.Float64,
    "weight_sum": pl.Float64,
}


@dataclass(frozen=True)
class UnitWeights:
    """The weights of one file.

    Attributes:
        name: as its card calls them.
        links: a row for each unit and neighbour, columns `LINK`; zeros are none.
        units: a row for each unit, those without a neighbour too, columns `UNIT`.
    """

    name: str
    links: pl.DataFrame
    units: pl.DataFrame


def read_weights_file(
    content: bytes, loaded: LoadedCard, catalogue: Catalogue, shown: str
) -> tuple[FileContent, UnitWeights | None]:
    """What a file of weights gives: no observation, and its weights where nothing is wrong."""
    layout = loaded.card.weights
    assert layout is not None, "the card says that it is one"
    read = read_weights(content, shown, layout)
    names: dict[str, str] = {}
    problems = list(read.problems)
    if not any(one.severity == "error" for one in problems):
        names, wrong = _units_of(read, catalogue, shown)
        problems += wrong or _wrong_weights(read, names, shown)
    problems = [_at_its_line(one, loaded) for one in problems]
    is_refused = any(one.severity == "error" for one in problems)
    account = read.account.refusing() if is_refused else read.account
    found: UnitWeights | None = None
    notes: tuple[str, ...] = ()
    if not is_refused:
        found = _weights_of(layout.name, read, names)
        titles = dict(catalogue.regions.frame.select("region_code", "name").iter_rows())
        notes = (f"weights {layout.name}: {description(found, titles)}",)
        problems += _islands(found, titles, shown)
    empty = pl.DataFrame(schema=dict(CELL_SCHEMA)).select(
        pl.lit(None, pl.String).alias("series_id"),
        pl.lit(None, pl.String).alias("region_code"),
        pl.lit(None, pl.String).alias("region_level"),
        "period",
        "value",
        pl.lit(None, pl.String).alias("unit_measure"),
        "locator",
        "footnote",
        pl.col("text").alias("reported_text"),
        "series_label",
        "region_label",
    )
    return FileContent(empty, FORMAT, read.n_cells, account, notes, tuple(problems)), found


def _at_its_line(problem: Problem, loaded: LoadedCard) -> Problem:
    """A problem of the file with the line of the card that describes it."""
    key, *inside = problem.asked_at or ("weights",)
    said = f"{problem.remedy}: {loaded.where(str(key), *inside)}"
    return replace(problem, remedy=said, asked_at=())


def _units_of(
    read: WeightsRead, catalogue: Catalogue, file: str
) -> tuple[dict[str, str], list[Problem]]:
    """Label → code of its unit, and labels that are none, or the same one twice."""
    labels = list(read.units)
    years = pl.Series([NOW] * len(labels), dtype=pl.Int32)
    match = match_regions(pl.Series(labels, dtype=pl.String), years, catalogue.regions)
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
        )
        for row in match.unmatched.iter_rows(named=True)
    ]
    codes = {label: code for label, code in zip(labels, match.codes, strict=True) if code}
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


def _wrong_weights(read: WeightsRead, codes: dict[str, str], file: str) -> list[Problem]:
    """Units that are their own neighbours, pairs that stand twice, and weights that are all zero."""
    problems = []
    seen: dict[tuple[str, str], str] = {}
    for unit, neighbour, weight, place in read.cells:
        pair = (codes[unit], codes[neighbour])
        if pair in seen:
            found = f"{unit} and {neighbour} again, first at {seen[pair]}"
            remedy = (
                "keep one; weights that change from year to year are not taken: make a file for each "
                "of them, with a name of its own"
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
    if not problems and not any(weight > 0 for *_, weight, _ in read.cells):
        found, remedy = "zeros alone", "look into the file: no unit has a neighbour"
        problems.append(Problem(file, "", "weights", found, remedy, code="weights_file"))
    return problems


def _weights_of(name: str, read: WeightsRead, codes: dict[str, str]) -> UnitWeights:
    rows = [(codes[unit], codes[other], weight, at) for unit, other, weight, at in read.cells]
    links = pl.DataFrame(rows, schema=LINK, orient="row").filter(
        pl.col("weight").is_finite(), pl.col("weight") > 0
    )
    each = links.group_by("region_code").agg(
        pl.len().cast(pl.Int64).alias("n_neighbours"),
        pl.col("weight").min().alias("smallest_weight"),
        pl.col("weight").max().alias("largest_weight"),
        pl.col("weight").sum().alias("weight_sum"),
    )
    everyone = pl.DataFrame({"region_code": sorted({*codes.values()})})
    units = everyone.join(each, on="region_code", how="left").with_columns(
        pl.col("n_neighbours", "weight_sum").fill_null(0)
    )
    return UnitWeights(name, links.sort("region_code", "neighbour_code"), units.select(list(UNIT)))


def description(weights: UnitWeights, titles: dict[str, str]) -> str:
    """Units, links, neighbours and range of weights, and how far they are from being mutual."""
    n = weights.units["n_neighbours"]
    mutual = weights.links.join(
        weights.links.select(
            region_code="neighbour_code", neighbour_code="region_code", back="weight"
        ),
        on=["region_code", "neighbour_code"],
        how="left",
        maintain_order="left",
    ).filter(pl.col("back").is_null() | (pl.col("back") != pl.col("weight")))
    least, most, average = (n.to_numpy().min(), n.to_numpy().max(), n.to_numpy().mean())
    values = weights.links["weight"].to_numpy()
    words = (
        f"{counted(weights.units.height, 'units')}, {counted(weights.links.height, 'links')}, "
        f"{least} to {counted(int(most), 'neighbours')}, {average:.3g} on average; weights "
        f"{values.min():.6g} to {values.max():.6g}"
    )
    if mutual.is_empty():
        return f"{words}; symmetric"
    unit, other, weight, _, back = mutual.row(0)
    unit, other = titles.get(unit, unit), titles.get(other, other)
    return (
        f"{words}; not symmetric in {counted(mutual.height, 'links')}: {other} counts {weight:g} for {unit}, "
        f"{unit} {back or 0:g} for {other}"
    )


def _islands(weights: UnitWeights, titles: dict[str, str], file: str) -> Iterator[Problem]:
    alone = weights.units.filter(pl.col("n_neighbours") == 0)["region_code"].to_list()
    if alone:
        names = [titles.get(one, one) for one in alone]
        yield Problem(
            file,
            "",
            "a neighbour of every unit",
            f"none of {listed(names)}",
            "nothing, if they are islands: their spatial lag is zero",
            severity="warning",
            code="weights_islands",
        )
