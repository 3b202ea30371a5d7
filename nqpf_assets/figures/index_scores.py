"""Scores of an index as figures need them: units by years, and the groups of the units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.warehouse.duckdb_engine import literal

NAN = float("nan")


@dataclass(frozen=True)
class Scores:
    """Scores.

    Attributes:
        years: in their order.
        by_unit: unit → a score for each year, NaN where it has none.
    """

    years: list[int]
    by_unit: dict[str, list[float]]

    def means(self, units: Sequence[str]) -> list[float]:
        """The mean of these units in each year, of those that have a score."""
        found = []
        for place in range(len(self.years)):
            known = [self.by_unit[unit][place] for unit in units if unit in self.by_unit]
            known = [value for value in known if not math.isnan(value)]
            found.append(sum(known) / len(known) if known else NAN)
        return found

    @property
    def n(self) -> int:
        """How many scores there are."""
        return sum(not math.isnan(one) for values in self.by_unit.values() for one in values)


def scores_of(study: StudyTables, index: str) -> Scores:
    """The scores of an index, read once for all figures of it."""
    if index not in study.memory:
        study.memory[index] = _read(study, index)
    return cast("Scores", study.memory[index])


def _read(study: StudyTables, index: str) -> Scores:
    rows = study.of("index_score", f"index_name = {literal(index)}", "unit, period")
    years = sorted({row["period"] for row in rows})
    place = {year: number for number, year in enumerate(years)}
    found: dict[str, list[float]] = {}
    for row in rows:
        values = found.setdefault(row["unit"], [NAN] * len(years))
        if row["score"] is not None:
            values[place[row["period"]]] = row["score"]
    return Scores(years, found)


def groups_of(study: StudyTables) -> dict[str, list[str]]:
    """Name of each group of the study's first grouping → its units; all units where there is none."""
    if not study.groups:
        return {study.say("all units", "全部单元"): list(study.units)}
    grouping, groups = next(iter(study.groups.items()))
    return {study.group(grouping, name): units for name, units in groups.items()}


def described(study: StudyTables, index: str) -> str:
    """How many units, years and scores there are."""
    scores = scores_of(study, index)
    units, first, last = len(scores.by_unit), scores.years[0], scores.years[-1]
    return study.say(
        f"n = {scores.n}: {units} units, {first}–{last}.",
        f"n = {scores.n}：{units} 个单元，{first}–{last} 年。",
    )
