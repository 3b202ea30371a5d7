"""Moran's I and Geary's C of a variable year by year, and local Moran's I of every unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field

from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.studies.table_kind import PanelTable, TableKind, Wrong
from nqpf_assets.user_input.strict import Name

CLUSTERS = {"HH": "high_high", "LL": "low_low", "HL": "high_low", "LH": "low_high"}
"""Quadrant of local Moran's I → column that counts its significant units."""
COLUMNS = {"n_units": True, "moran": False, "moran_z": False, "p_value": False, "geary": False}
"""Columns of the printed table, with or without clusters."""


class AutocorrelationTable(PanelTable):
    """Moran's I and Geary's C of a variable year by year, and local Moran's I of every unit."""

    variable_keys: ClassVar[frozenset[str]] = frozenset({"variable", "economic_variable"})
    reads_geography: ClassVar[bool] = True

    kind: Literal["spatial_autocorrelation"] = Field(
        description="Moran's I, Geary's C and, with `local`, clusters by year"
    )
    variable: Name = Field(description="variable or index that is mapped")
    space: WeightOptions = Field(WeightOptions(), description="how units are neighbours")
    local: bool = Field(False, description="local Moran's I of every unit too")
    islands: Literal["counted", "not_counted"] = Field(
        "counted",
        description="whether units without a neighbour are among the N of Moran's I, as in PySAL's esda, "
        "or not, as in R's spdep (`adjust.n`)",
    )
    permutations: int = Field(9999, ge=99, le=99999, description="random maps behind the p-values")
    false_discovery_rate: float = Field(
        0.05, gt=0, lt=1, description="share of false ones among the units called significant"
    )

    def variables(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.variable, self.space.economic_variable)))

    def numbers(self) -> Mapping[str, bool]:
        return COLUMNS | (dict.fromkeys(CLUSTERS.values(), True) if self.local else {})

    def neighbours(self) -> dict[str, WeightOptions]:
        return {"space": self.space}

    def wrong(self) -> Iterator[Wrong]:
        if "false_discovery_rate" in self.model_fields_set and not self.local:
            yield Wrong(
                ("false_discovery_rate",),
                "`local: true`: units are called significant by local Moran's I",
                "`false_discovery_rate` in a table without it",
                "write `local: true`, or remove `false_discovery_rate`",
                "idle_rate",
            )

    def in_codes(self, units: Mapping[str, str], regions: Mapping[str, str]) -> Self:
        # Left as it is where nothing is joined: what is set is what may be asked about.
        if not self.space.join:
            return self
        joined = tuple((units.get(a, a), units.get(b, b)) for a, b in self.space.join)
        return self.model_copy(update={"space": self.space.model_copy(update={"join": joined})})


KIND = TableKind(
    "spatial_autocorrelation",
    AutocorrelationTable,
    "nqpf_assets.stages.spatial_autocorrelation:describe_autocorrelation",
    long=("local_moran",),
)
