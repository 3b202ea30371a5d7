"""Spatial autocorrelation of a study's variable: Moran's I and Geary's C by year, and clusters.

The statistics are those of `nqpf_assets.estimators.spatial`; neighbours are made as for a spatial model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, number
from nqpf_assets.stages.provenance.numbers_read import ANY_SCALE, IN_PRINT, Read
from nqpf_assets.studies.table_kinds.spatial_autocorrelation import CLUSTERS, AutocorrelationTable

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.estimators.spatial.period_weights import AnyWeights
    from nqpf_assets.estimators.spatial.weights import SpatialWeights


def describe_autocorrelation(table: AutocorrelationTable, given: PanelRows) -> Described:
    """Statistics of one variable, year by year; units without a value are left out and told.

    Raises:
        EstimationError: no neighbours, or a year whose values cannot be mapped.
    """
    from nqpf_assets.estimators.spatial.period_weights import weights_in

    assert given.geography is not None, "it is read where a table of this kind is asked for"
    rows = mapped_rows(table, given.rows)
    weights = weights_of_map(table, rows, given.geography)
    seed = int.from_bytes(hashlib.sha256(given.name.encode()).digest()[:16], "little")
    printed, maps = [], []
    for (period,), year in rows.group_by("period", maintain_order=True):
        try:
            row, units = _one_year(table, year, weights_in(weights, period), seed)
        except EstimationError as error:
            raise EstimationError(f"{table.variable} in {period}: {error}") from error
        printed.append(row | {"row_label": str(period)})
        maps += [units] if units is not None else []
    return Described(
        {"local_moran": _stacked(maps)} if maps else {},
        "period",
        table.numbers(),
        printed,
        rows.select("unit", "period"),
        list(_reads(table, rows)),
        list(_notes(table, given, rows, weights, maps)),
    )


def _reads(table: AutocorrelationTable, rows: pl.DataFrame) -> Iterator[Read]:
    """A map rests on all units of its year, and its economic weights on those of all years, or of its own.

    What is drawn by lot follows from the order of draws, so that a small change seldom moves it.
    """
    first, last = rows.item(0, "period"), rows.item(-1, "period")
    printed, drawn = ("moran", "moran_z", "geary"), ("p_value",)
    told = ("p_value", "p_adjusted")
    groups = [(IN_PRINT, printed, ANY_SCALE), (IN_PRINT, drawn, "threshold_side")]
    if table.local:
        side = ("quadrant", "is_significant", *told)
        groups += [("local_moran", ("local_moran",), ANY_SCALE)]
        groups += [
            ("local_moran", ("spatial_lag",), "value"),
            ("local_moran", side, "threshold_side"),
        ]
        groups += [(IN_PRINT, tuple(CLUSTERS.values()), "threshold_side")]
    own = (table.space.weights, table.space.standardize) if table.space.is_own else (None, None)
    for year in rows["period"].unique(maintain_order=True):
        if table.local:
            of_unit = ("local_moran", ("value",), table.variable, year, year)
            yield Read(*of_unit, period=year, is_own_unit=True)
        for name, numbers, role in groups:
            of_year = (name, numbers, table.variable, year, year, year)
            yield Read(*of_year, role=role, weights=own[0], standardize=own[1])
            if weighed := table.space.economic_variable:
                how = role if role == "threshold_side" else "weights"
                ends = (year, year) if table.space.by_period else (first, last)
                yield Read(name, numbers, weighed, *ends, period=year, role=how)


def mapped_rows(table: AutocorrelationTable, panel: pl.DataFrame) -> pl.DataFrame:
    """Rows that can be mapped, in the order of years and units."""
    from polars import selectors

    needed = [table.variable, *filter(None, [table.space.economic_variable])]
    rows = panel.with_columns(selectors.float().fill_nan(None)).drop_nulls(needed)
    if rows.is_empty():
        raise EstimationError(f"no row has a value of {' and '.join(needed)}")
    return rows.sort("period", "unit")


def weights_of_map(
    table: AutocorrelationTable, rows: pl.DataFrame, geography: Geography
) -> AnyWeights:
    """Weights among the units of all years, from which each year's are cut; or those of each year."""
    from nqpf_assets.estimation.weights import weights_of

    return weights_of(
        rows.get_column("unit").to_numpy().astype(str),
        rows.get_column("period").to_numpy(),
        geography,
        table.space,
        lambda variable: rows.get_column(variable).to_numpy().astype(np.float64),
    )


def _one_year(
    table: AutocorrelationTable, year: pl.DataFrame, weights: SpatialWeights, seed: int
) -> tuple[dict[str, Any], pl.DataFrame | None]:
    """The printed row of a year, and its units with their local statistics where asked for."""
    from nqpf_assets.estimators.spatial.moran import gearys_c, morans_i

    units = year.get_column("unit").to_list()
    values = year.get_column(table.variable).to_numpy().astype(np.float64)
    moran = morans_i(
        values,
        units,
        weights,
        permutations=table.permutations,
        seed=seed,
        islands=table.islands,
    )
    row: dict[str, Any] = {
        "n_units": len(units),
        "moran": moran.statistic,
        "moran_z": number(moran.z_randomization),
        "p_value": moran.p_permutation,
        "geary": gearys_c(values, units, weights),
    }
    if not table.local:
        return row, None
    found = _local(table, year, values, weights, seed)
    significant = found.filter("is_significant").get_column("quadrant").to_list()
    return row | {name: significant.count(key) for key, name in CLUSTERS.items()}, found


def _local(
    table: AutocorrelationTable, year: pl.DataFrame, values: Any, weights: SpatialWeights, seed: int
) -> pl.DataFrame:
    """Rows of `local_moran` of a year; a unit without neighbours has a value and nothing else."""
    import polars as pl

    from nqpf_assets.estimators.spatial.local_moran import (
        false_discovery_adjusted,
        is_discovery,
        local_morans_i,
    )

    local = local_morans_i(
        values,
        year.get_column("unit").to_list(),
        weights,
        permutations=table.permutations,
        seed=seed,
    )
    # The rows are sorted by unit, as the statistics are.
    assert list(local.units) == year.get_column("unit").to_list()
    has_neighbours = np.array([quadrant is not None for quadrant in local.quadrants])
    adjusted = false_discovery_adjusted(local.p_values)
    numbers = {
        "local_moran": local.statistics,
        "spatial_lag": local.lags,
        "p_value": local.p_values,
        "p_adjusted": adjusted,
    }
    return year.select(
        pl.lit(table.variable).alias("variable"),
        "unit",
        "unit_name",
        "period",
        pl.col(table.variable).cast(pl.Float64).alias("value"),
    ).with_columns(
        pl.Series("quadrant", local.quadrants, dtype=pl.String),
        pl.Series("is_significant", is_discovery(adjusted, table.false_discovery_rate)),
        *(
            pl.Series(key, np.where(has_neighbours, column, np.nan)).fill_nan(None)
            for key, column in numbers.items()
        ),
    )


def _stacked(maps: list[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    return pl.concat(maps)


def _notes(
    table: AutocorrelationTable,
    given: PanelRows,
    rows: pl.DataFrame,
    weights: AnyWeights,
    maps: list[pl.DataFrame],
) -> Iterator[str]:
    """Which neighbours and p-values, who is left out, and the clusters of each year."""
    from nqpf_assets.estimation.weights import of_some_year, words_of, words_of_own

    assert given.geography is not None, "weights were made of it"
    panel, geography = given.rows, given.geography
    names = dict(rows.select("unit", "unit_name").unique().iter_rows())
    yield (
        f"Neighbours of {table.variable}: {words_of(weights)}. "
        f"p: {counted(table.permutations, 'random maps', ',')}, two-sided; z under randomisation."
    )
    own = words_of_own(weights, geography, table.space)
    yield from (f"Weights {words}." for words in own)
    if weights.islands:
        alone = ", ".join(names[unit] for unit in weights.islands)
        how = {
            "counted": "counted in Moran's I, as esda does (spdep does not: `islands: not_counted`)",
            "not_counted": "not counted in Moran's I, as spdep does (esda does: `islands: counted`)",
        }[table.islands]
        when = of_some_year(weights)
        yield f"Without neighbours{when}, and so without a local statistic: {alone}; {how}."
    if len(rows) < len(panel):
        yield f"Left out, for want of a value: {len(panel) - len(rows)} of {counted(len(panel), 'rows')}."
    if not maps:
        return
    yield (
        "HH, LL: units among their like, high or low; HL, LH: units that stand out. Counted at a "
        f"false discovery rate of {table.false_discovery_rate:g} a year (Benjamini and Hochberg); "
        "every unit: result.local_moran."
    )
    clusters = [words for one in maps if (words := _cluster_words(one))]
    yield from clusters or ["No unit is significant in any year."]


def _cluster_words(year: pl.DataFrame) -> str:
    """The significant units of a year by quadrant, or nothing."""
    found = year.filter("is_significant")
    listed = [
        f"{key} {', '.join(names)}"
        for key in CLUSTERS
        if (names := found.filter(quadrant=key).get_column("unit_name").to_list())
    ]
    return f"{year.item(0, 'period')}: {'; '.join(listed)}." if listed else ""
