"""What is printed: one series over regions and years, as a publisher would have it.

A `Page` knows labels, units and numbers, not formats; those are in the `write_…` modules. Years
beyond the sample are added here, for files cover more than a study uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sample.paths import Floats

FIRST_FILE_YEAR, LAST_FILE_YEAR = 2010, 2024


@dataclass(frozen=True)
class Page:
    """One series as printed.

    Attributes:
        series: id in the catalogue.
        label: printed name without unit.
        unit: printed unit.
        units: region codes, in the order of printing.
        years: ascending.
        values: (units, years); NaN where nothing is printed.
        decimals: how many are printed.
    """

    series: str
    label: str
    unit: str
    units: tuple[str, ...]
    years: tuple[int, ...]
    values: Floats
    decimals: int

    def text(self, row: int, column: int) -> str:
        """The cell as text, empty where nothing is printed."""
        value = self.values[row, column]
        return "" if np.isnan(value) else f"{value:.{self.decimals}f}"

    def number(self, row: int, column: int) -> float | None:
        """The cell as a number, or None."""
        value = float(self.values[row, column])
        return None if np.isnan(value) else value


@lru_cache(maxsize=1)
def _catalogue() -> tuple[Mapping[str, tuple[tuple[str, ...], str]], Mapping[str, tuple[str, str]]]:
    from nqpf_assets.catalog.catalogue import load_catalogue

    catalogue = load_catalogue()
    series = {key: (one.names, one.unit) for key, one in catalogue.series.series.items()}
    frame = catalogue.regions.frame.select("region_code", "name", "short")
    return series, {code: (name, short) for code, name, short in frame.iter_rows()}


def region_name(code: str, *, is_short: bool = False) -> str:
    """Official or short name of a region."""
    return _catalogue()[1][code][1 if is_short else 0]


def page(
    series: str,
    values: Floats,
    units: tuple[str, ...],
    years: tuple[int, ...],
    *,
    spelling: int = 0,
) -> Page:
    """A page of catalogue unit and printed name; `spelling` chooses among the names."""
    names, unit = _catalogue()[0][series]
    return Page(series, names[spelling % len(names)], unit, units, years, values, _decimals(values))


def extended(
    values: Floats, years: tuple[int, ...], first: int, last: int, *, highest: float = np.inf
) -> Floats:
    """The same series from `first` to `last`; years it lacks continue its last pace, subdued."""
    decimals = _decimals(values)
    columns = list(values.T)[max(0, first - years[0]) : last - years[0] + 1]
    for _ in range(years[0] - first):
        columns.insert(0, columns[0] * np.clip(columns[0] / columns[1], 0.93, 1.07))
    for _ in range(last - years[-1]):
        columns.append(columns[-1] * np.clip(columns[-1] / columns[-2], 0.93, 1.07))
    continued = np.minimum(np.stack(columns, axis=1), highest)
    return np.asarray(np.round(continued, decimals))


def _decimals(values: Floats) -> int:
    known = values[~np.isnan(values)]
    for decimals in range(5):
        if np.abs(np.round(known, decimals) - known).max() < 1e-9:
            return decimals
    return 5
