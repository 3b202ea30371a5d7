"""From a file of spatial weights to weights between units of the catalogue, with words that describe them.

What the file prints is read in `formats.weights_file`, and held against the catalogue in `wrong_weights`.
Nothing is standardised here: that is for the column that uses the weights, among the units of its sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from nqpf_assets.formats.reading import CELL_SCHEMA
from nqpf_assets.formats.weights_file import WeightsRead, read_weights
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.sources.cache import FileContent
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.wrong_weights import units_of, wrong_weights

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue

FORMAT = "weights"
LINK = {
    "region_code": pl.String,
    "neighbour_code": pl.String,
    "weight": pl.Float64,
    "weight_year": pl.Int32,
    "locator": pl.String,
}
UNIT = {
    "region_code": pl.String,
    "weight_year": pl.Int32,
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
        links: a row for each unit and neighbour, and year where weights differ by it, columns `LINK`; zeros
            are none.
        units: a row for each unit, and year, those without a neighbour too, columns `UNIT`.
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
        names, wrong = units_of(read, catalogue, shown)
        problems += wrong or wrong_weights(read, names, shown)
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


def _weights_of(name: str, read: WeightsRead, codes: dict[str, str]) -> UnitWeights:
    rows = [
        (codes[one], codes[other], weight, year, at) for one, other, weight, at, year in read.cells
    ]
    links = pl.DataFrame(rows, schema=LINK, orient="row").filter(
        pl.col("weight").is_finite(), pl.col("weight") > 0
    )
    by = ["region_code", "weight_year"]
    each = links.group_by(by).agg(
        pl.len().cast(pl.Int64).alias("n_neighbours"),
        pl.col("weight").min().alias("smallest_weight"),
        pl.col("weight").max().alias("largest_weight"),
        pl.col("weight").sum().alias("weight_sum"),
    )
    everyone = pl.DataFrame({"region_code": sorted({*codes.values()})})
    years = sorted({year for *_, year in read.cells}, key=lambda year: year or 0)
    of_years = pl.DataFrame({"weight_year": pl.Series(years, dtype=pl.Int32)})
    units = (
        everyone.join(of_years, how="cross")
        .join(each, on=by, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("n_neighbours", "weight_sum").fill_null(0))
    )
    return UnitWeights(name, links.sort(*by, "neighbour_code"), units.select(list(UNIT)))


def description(weights: UnitWeights, titles: dict[str, str]) -> str:
    """Units, links, neighbours and range of weights, and how far they are from being mutual."""
    n = weights.units["n_neighbours"]
    mutual = weights.links.join(
        weights.links.select(
            "weight_year", region_code="neighbour_code", neighbour_code="region_code", back="weight"
        ),
        on=["region_code", "neighbour_code", "weight_year"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).filter(pl.col("back").is_null() | (pl.col("back") != pl.col("weight")))
    least, most, average = (n.to_numpy().min(), n.to_numpy().max(), n.to_numpy().mean())
    values = weights.links["weight"].to_numpy()
    n_units = weights.units["region_code"].n_unique()
    years = weights.units["weight_year"].drop_nulls().unique().sort().to_list()
    when = f" in {counted(len(years), 'years')} from {years[0]} to {years[-1]}" if years else ""
    words = (
        f"{counted(n_units, 'units')}{when}, {counted(weights.links.height, 'links')}, "
        f"{least} to {counted(int(most), 'neighbours')}, {average:.3g} on average; weights "
        f"{values.min():.6g} to {values.max():.6g}"
    )
    if mutual.is_empty():
        return f"{words}; symmetric"
    unit, other, weight, back = mutual.select(
        "region_code", "neighbour_code", "weight", "back"
    ).row(0)
    unit, other = titles.get(unit, unit), titles.get(other, other)
    return (
        f"{words}; not symmetric in {counted(mutual.height, 'links')}: {other} counts {weight:g} for {unit}, "
        f"{unit} {back or 0:g} for {other}"
    )


def _islands(weights: UnitWeights, titles: dict[str, str], file: str) -> Iterator[Problem]:
    alone = weights.units.filter(pl.col("n_neighbours") == 0)
    if not alone.is_empty():
        names = [
            titles.get(one, one) + (f" in {year}" if year else "")
            for one, year in alone.select("region_code", "weight_year").iter_rows()
        ]
        yield Problem(
            file,
            "",
            "a neighbour of every unit",
            f"none of {listed(names)}",
            "nothing, if they are islands: their spatial lag is zero",
            severity="warning",
            code="weights_islands",
        )
