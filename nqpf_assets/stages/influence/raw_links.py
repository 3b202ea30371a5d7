"""The entries of weights files, and what they do to a number: by way of its model, and of its formulas.

One entry may do both: `space: {weights: trade}` of a column whose regressor is `W(x, trade)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.expressions.neighbours import CONTIGUITY
from nqpf_assets.stages.influence.rows import ONE_PERCENT

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.estimators.influence.raw_weights import OfRawWeights
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.stages.influence.lagged_formulas import LaggedFormula

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


def weights_in_formulas(compiled: CompiledStudy) -> list[str]:
    """Names of the weights of raw files by which formulas of a study lag."""
    links = (one for formula in compiled.formulas.values() for one in formula.definition.links)
    return sorted({one.asked_as for one in links} - {CONTIGUITY})


@dataclass(frozen=True)
class RawLinks:
    """The M entries of the weights that a study reads.

    Attributes:
        entries: weights_name, region_code, neighbour_code, weight, weight_year, as `source.weight` has them.
    """

    entries: pl.DataFrame

    @cached_property
    def names(self) -> pl.DataFrame:
        """What an entry is called in `influence`."""
        return self.entries.select(
            "weights_name",
            unit="region_code",
            other_unit="neighbour_code",
            period="weight_year",
            value="weight",
        )

    def by_model(self, weights: str, told: OfRawWeights, number: int) -> Floats:
        """(M,) change of a number per 1 % of each entry, by the weights of its model."""
        found, changes = self._nothing(), told.changes(number)
        years: Sequence[int | None] = told.periods or [None]
        for year, of_year in zip(years, changes, strict=True):
            self._add(found, weights, year, told.units, of_year)
        return found

    def by_formulas(self, lags: Sequence[LaggedFormula], every: Floats) -> Floats:
        """(M,) the same by way of formulas.

        Args:
            every: (C,) change per change of each cell, those that are added to lags among them.
        """
        found = self._nothing()
        for one in lags:
            self._add(found, one.weights, one.year, one.units, one.per_entry(every))
        return found

    def but(self, weights: str, found: Floats) -> Floats:
        """(M,) the changes, those by entries of some weights left out."""
        import numpy as np

        is_other = self.entries.get_column("weights_name").to_numpy() != weights
        return np.where(is_other, found, 0.0)

    def _nothing(self) -> Floats:
        import numpy as np

        return np.zeros(len(self.entries))

    def _add(
        self, found: Floats, weights: str, year: int | None, units: Sequence[str], per_entry: Floats
    ) -> None:
        key = weights, year, tuple(units)
        if key not in self._places:
            self._places[key] = self._places_of(*key)
        at, row, column = self._places[key]
        found[at] += ONE_PERCENT * per_entry[row, column]

    @cached_property
    def _places(self) -> dict[tuple[str, int | None, tuple[str, ...]], tuple[Places, ...]]:
        """Weights, year and units → places of the entries between these, and of both ends among the units."""
        return {}

    def _places_of(
        self, weights: str, year: int | None, units: tuple[str, ...]
    ) -> tuple[Places, ...]:
        import numpy as np
        import polars as pl

        place = pl.DataFrame({"code": units}).with_row_index("at")
        is_of = (pl.col("weights_name") == weights) & pl.col("weight_year").eq_missing(year)
        inside = (
            self.entries.with_row_index("entry")
            .filter(is_of)
            .join(place.rename({"at": "row"}), left_on="region_code", right_on="code")
            .join(place.rename({"at": "column"}), left_on="neighbour_code", right_on="code")
        )
        names = ("entry", "row", "column")
        return tuple(inside.get_column(name).to_numpy().astype(np.intp) for name in names)


def raw_links(entries: pl.DataFrame) -> RawLinks:
    """The entries, in an order that hangs on nothing else."""
    keys = ("weights_name", "region_code", "neighbour_code", "weight_year")
    return RawLinks(entries.select(*keys, "weight").sort(keys))
