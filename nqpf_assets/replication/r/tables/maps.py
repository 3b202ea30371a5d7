"""A table of spatial autocorrelation as a call of R: weights are handed over, p-values by lot left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.r.call import Call, Handed, Value
from nqpf_assets.replication.r.tables.parts import panel_of
from nqpf_assets.replication.r.weight_pairs import weight_pairs
from nqpf_assets.studies.table_kinds.spatial_autocorrelation import AutocorrelationTable

if TYPE_CHECKING:
    import polars as pl

DRAWN = "a p-value by random maps is that of one run of random numbers"


def autocorrelation(table: DescribedTable) -> Call:
    """Statistics of every year; what follows from p-values is made of the published ones."""
    asked = table.asked
    assert isinstance(asked, AutocorrelationTable), "the table is of this kind"
    said: dict[str, Value] = {
        **panel_of(table),
        "variable": asked.variable,
        "needed": asked.variables(),
        "weights": Handed("weights_of_map", lambda: _weights(table, asked)),
        "scaling": asked.space.standardize,
        "islands": asked.islands,
    }
    if asked.local:
        said["local_p"] = Handed("local_p_values", lambda: _p_values(table))
        said["rate"] = asked.false_discovery_rate
    # A value that is the mean of its map has no size of its own to be measured by.
    ratios = frozenset({"moran", "moran_z", "local_moran"})
    return Call("spatial_autocorrelation", said, without_unit=ratios, lacks={"p_value": DRAWN})


def _weights(table: DescribedTable, asked: AutocorrelationTable) -> pl.DataFrame:
    """Pair by pair, among the units of all years."""
    from nqpf_assets.stages.places import geography_of
    from nqpf_assets.stages.spatial_autocorrelation import mapped_rows, weights_of_map

    panel = table.study.frame(
        "FROM {study}.panel WHERE period BETWEEN ? AND ?", [table.first, table.last]
    )
    geography = geography_of(
        lambda schema, name: table.study.frame(f"FROM {schema}.{name}"), [asked.space]
    )
    return weight_pairs(weights_of_map(asked, mapped_rows(asked, panel), geography))


def _p_values(table: DescribedTable) -> pl.DataFrame:
    return table.study.frame(
        "SELECT unit, period, p_value FROM {study}.local_moran WHERE table_name = ?"
        " ORDER BY period, unit",
        [table.name],
    )


CALLS = {"spatial_autocorrelation": autocorrelation}
