"""A study drawn at random, with an evaluator of its own: vintages, corrections, gaps, formulas that clip.

Nothing of the package computes here. Numbers are drawn; what the study asks for is written down as an author
would, and computed cell by cell from the text of docs/studies.md.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import yaml

NAMES = {
    "110000": "北京", "120000": "天津", "130000": "河北", "140000": "山西", "150000": "内蒙古",
    "210000": "辽宁", "220000": "吉林", "230000": "黑龙江", "310000": "上海",
    "320000": "江苏", "330000": "浙江",
}  # fmt: skip
STATUSES = (
    "reported",
    "winsorized_low",
    "winsorized_high",
    "corrected",
    "interpolated",
    "extrapolated",
    "missing",
)
MISSING = len(STATUSES) - 1
SERIES = ("甲", "乙", "丙", "丁")
"""Plain numbers, so that any formula over them has a unit; 丁 has both signs."""
PRICES = "价"
DECIDED = dt.date(2026, 10, 1)
"""Day of all corrections."""

Cell = tuple[float, int]
"""Value, and place of its status in `STATUSES`."""
NOTHING: Cell = (math.nan, MISSING)


@dataclass(frozen=True)
class Printed:
    """One published value."""

    series: str
    unit: str
    year: int
    vintage: str
    day: dt.date
    value: float


@dataclass(frozen=True)
class Formula:
    """A variable: its text, its cells before clipping, and how it is clipped."""

    text: str
    of: Callable[[str, int], Cell]
    winsorize: Mapping[str, Any] | None = None


@dataclass
class RandomStudy:
    """What is drawn, and what it means.

    Attributes:
        units, years: of the study.
        printed: all published values.
        corrections: printed value → the right one.
        rules: series → how gaps and ends are filled.
        as_of: day that the study is of, if any.
        formulas: variables by name.
    """

    seed: int
    units: tuple[str, ...]
    years: range
    printed: list[Printed] = field(default_factory=list)
    corrections: dict[Printed, float] = field(default_factory=dict)
    rules: dict[str, tuple[str, str]] = field(default_factory=dict)
    as_of: dt.date | None = None
    formulas: dict[str, Formula] = field(default_factory=dict)

    @cached_property
    def groups(self) -> dict[str, dict[str, list[str]]]:
        half = len(self.units) // 2
        return {
            "side": {"west": list(self.units[:half]), "east": list(self.units[half:])},
            "shore": {"dry": list(self.units[::2]), "wet": list(self.units[1::2])},
        }

    # What the study says.

    def files(self) -> dict[str, str]:
        """Raw files and corrections, by path in the project."""
        found: dict[str, list[str]] = {}
        cards: dict[str, str] = {}
        for one in self.printed:
            path = f"raw/bureau_{SERIES_IDS[one.series]}/{one.vintage}/cells.csv"
            found.setdefault(path, []).append(f"{NAMES[one.unit]},{one.year},{one.value!r}")
            unit = '"上年=100"' if one.series == PRICES else "比例"
            cards[f"{path}.card.yaml"] = (
                f"publisher: Bureau {one.series}\ntitle: Drawn\nstatus: synthetic\n"
                f"published: {one.day}\nunit: {unit}\nseries: {{值: {one.series}}}\n"
                "columns: {region: 地区, period: 年份, values: [值]}\n"
            )
        files = {path: "\n".join(["地区,年份,值", *rows]) + "\n" for path, rows in found.items()}
        entries = [
            {"name": f"c{place}", "series": one.series, "region": one.unit, "period": one.year,
             "expect": one.value, "value": value, "vintage": one.vintage, "reason": "drawn",
             "source": "drawn", "date": str(DECIDED)}
            for place, (one, value) in enumerate(self.corrections.items())
        ]  # fmt: skip
        if entries:
            files["corrections.yaml"] = yaml.safe_dump({"corrections": entries}, allow_unicode=True)
        return files | cards

    def said(self) -> dict[str, Any]:
        """The study file but for its tables."""
        sources: dict[str, Any] = {"vintage": "latest"}
        if self.as_of:
            sources = {"vintage": "as_of", "as_of": str(self.as_of)}
        sources["series"] = {
            series: {"interpolate": gaps == "linear", "ends": ends}
            for series, (gaps, ends) in self.rules.items()
        }
        return {
            "study": "mini",
            "title": "Drawn",
            "units": {"level": "province", "only": [NAMES[code] for code in self.units]},
            "periods": {"first": self.years[0], "last": self.years[-1]},
            "sources": sources,
            "groups": self.groups,
            "variables": {
                name: {"expression": one.text}
                | ({"winsorize": dict(one.winsorize)} if one.winsorize else {})
                for name, one in self.formulas.items()
            },
        }

    # What it means.

    @cached_property
    def known(self) -> dict[tuple[str, str, int], Cell]:
        """Series, unit and year → the newest value that the study knows, corrected."""
        found: dict[tuple[str, str, int], Cell] = {}
        corrects = self.as_of is None or self.as_of >= DECIDED
        for one in sorted(self.printed, key=lambda one: one.day):
            if self.as_of is None or one.day <= self.as_of:
                right = self.corrections.get(one) if corrects else None
                cell = (one.value, 0) if right is None else (right, STATUSES.index("corrected"))
                found[one.series, one.unit, one.year] = cell
        return found

    @cached_property
    def _years(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for series, unit, year in sorted(self.known):
            found.setdefault((series, unit), []).append(year)
        return found

    @cached_property
    def _least(self) -> dict[str, float]:
        return {
            series: min(value for (name, _, _), (value, _) in self.known.items() if name == series)
            for series in (*SERIES, PRICES)
        }

    def cell(self, series: str, unit: str, year: int) -> Cell:
        """A series after filling."""
        if (series, unit, year) in self.known:
            return self.known[series, unit, year]
        published = [at for (name, _, at) in self.known if name == series]
        is_looked_at = year in self.years or min(published) <= year <= max(published)
        years = self._years.get((series, unit), [])
        if not is_looked_at or len(years) < 2:
            return NOTHING
        gaps, ends = self.rules[series]

        def of(at: int) -> float:
            return self.known[series, unit, at][0]

        if years[0] < year < years[-1]:
            before, after = (
                max(at for at in years if at < year),
                min(at for at in years if at > year),
            )
            way = (year - before) / (after - before)
            line = of(before) + (of(after) - of(before)) * way
            return (line, STATUSES.index("interpolated")) if gaps == "linear" else NOTHING
        near, span = min(years, key=lambda at: abs(at - year)), years[-1] - years[0]
        first, last = of(years[0]), of(years[-1])
        if ends == "nearest":
            value = of(near)
        elif ends == "trend":
            value = of(near) + (last - first) / span * (year - near)
            value = math.nan if value < 0 <= self._least[series] else value
        elif ends == "growth" and first > 0 and last > 0:
            value = of(near) * (last / first) ** ((year - near) / span)
        else:
            value = math.nan
        return NOTHING if math.isnan(value) else (value, STATUSES.index("extrapolated"))

    def read(self, name: str, unit: str, year: int) -> Cell:
        """A series, or a variable as everyone reads it: clipped."""
        if name not in self.formulas:
            return self.cell(name, unit, year)
        value, status = self._unclipped(name, unit, year)
        if self.formulas[name].winsorize is None or status == MISSING:
            return value, status
        low, high = self._bounds(name, year)
        if status < STATUSES.index("corrected") and not low <= value <= high:
            status = STATUSES.index("winsorized_low" if value < low else "winsorized_high")
        return min(max(value, low), high), status

    def value(self, name: str, unit: str, year: int) -> float:
        return self.read(name, unit, year)[0]

    def _unclipped(self, name: str, unit: str, year: int) -> Cell:
        key = (name, unit, year)
        if key not in self._cells:
            value, status = self.formulas[name].of(unit, year)
            self._cells[key] = (value, status) if math.isfinite(value) else NOTHING
        return self._cells[key]

    @cached_property
    def _cells(self) -> dict[tuple[str, str, int], Cell]:
        return {}

    @cached_property
    def _clips(self) -> dict[tuple[str, int | None], tuple[float, float]]:
        return {}

    def _bounds(self, name: str, year: int) -> tuple[float, float]:
        """Quantiles over the units in the study's years, or in the year that is read."""
        rule = self.formulas[name].winsorize or {}
        own = year if rule.get("by") == "period" else None
        if (name, own) not in self._clips:
            every = self._values(name, self.years)
            pooled = every if own is None else self._values(name, (year,))
            bounds = quantiles(pooled, rule)
            if len(set(every)) <= 2:
                bounds = (min(every), max(every))
            self._clips[name, own] = bounds
        return self._clips[name, own]

    def _values(self, name: str, years: Any) -> list[float]:
        cells = [self._unclipped(name, unit, year)[0] for unit in self.units for year in years]
        return [value for value in cells if not math.isnan(value)]


SERIES_IDS = {"甲": "a", "乙": "b", "丙": "c", "丁": "d", "价": "p"}


def quantiles(values: Any, rule: Mapping[str, Any]) -> tuple[float, float]:
    """Both bounds of clipping, by R's type 7 or, as Stata, type 2."""
    method = "averaged_inverted_cdf" if rule.get("quantile") == "stata" else "linear"
    low, high = np.quantile(values, [rule["share"], 1 - rule["share"]], method=method)
    return float(low), float(high)


def drawn(seed: int, *, n_units: int = 6, n_years: int = 5) -> RandomStudy:
    """A study of so many units and years, with what was published of four series and a price index."""
    choose, draw = random.Random(seed), np.random.default_rng(seed)
    units = tuple(sorted(choose.sample(sorted(NAMES), n_units)))
    study = RandomStudy(seed, units, range(2014, 2014 + n_years))
    share_missing = choose.choice([0.0, 0.05, 0.15])
    for series in (*SERIES, PRICES):
        study.rules[series] = (
            choose.choice(["linear", "linear", "none"]),
            choose.choice(["none", "nearest", "trend", "growth"]),
        )
        days = choose.sample(range(600), choose.choice([1, 2, 3]))
        for number, days_later in enumerate(days):
            day = dt.date(2025, 1, 1) + dt.timedelta(days=days_later)
            vintage = f"{choose.choice('xyz')}{number}"
            first = 2010 if number == 0 else choose.randint(2010, 2014)
            for unit in units:
                level = float(np.exp(draw.normal(1, 0.4)))
                for year in range(first, 2014 + n_years + 1):
                    level *= float(np.exp(draw.normal(0.03, 0.05)))
                    value = {
                        PRICES: 100 * float(np.exp(draw.normal(0.02, 0.01))),
                        "丁": float(draw.normal(0, 2)),
                    }.get(series, level)
                    if choose.random() >= share_missing:
                        one = Printed(series, unit, year, vintage, day, round(value, 3))
                        study.printed.append(one)
    for one in choose.sample(study.printed, choose.choice([0, 3])):
        study.corrections[one] = round(one.value * 1.1 + 0.01, 3)
    if choose.random() < 0.3:
        begun = max(
            min(one.day for one in study.printed if one.series == series)
            for series in (*SERIES, PRICES)
        )
        study.as_of = begun + dt.timedelta(days=choose.randint(0, 200))
    return study
