"""The neighbours that a study's spatial weights give its units, before anything is estimated.

What would stop a column is told here at its line: units without a border or a place, islands where a model
cannot have them, pairs that join nothing. Weights themselves are made in `estimation.weights`: a look at what
is out of date comes by here, and brings no libraries that compute. Names of units are checked in
`named_units`, samples in `named_groups`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import asin, cos, degrees, radians, sin, sqrt
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.stages.columns_with_groups import Look, look_of, whole_columns
from nqpf_assets.studies.estimator_registry import block_of
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spatial_options import WITH_RANDOM_UNITS, WITHOUT_PARAMETER, SpaceOptions
from nqpf_assets.studies.spatial_refusals import by_period_refusals
from nqpf_assets.studies.spatial_weights import MADE, WeightOptions
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.table_kind import PanelTable
from nqpf_assets.studies.validation_columns import Path, Written

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue


def neighbour_problems(
    file: StudyFile, catalogue: Catalogue, given: Given | None = None
) -> list[Problem]:
    """Weights that cannot be made, islands that a model cannot have, and pairs that join nothing.

    Args:
        given: weights of raw files; None where that is not known, and no name is then called unknown.
    """
    look = look_of(file, catalogue.regions)
    if not look.units:
        return []  # told by the inspection of units
    spaces = _Spaces(look, catalogue, given)
    problems: list[Problem] = []
    for name, table in file.study.tables.items():
        for key, options in table.neighbours().items():
            path: Path = ("tables", name, key)
            problems += spaces.weights(path, options, {*look.units})[1]
            years = (table.first, table.last) if isinstance(table, PanelTable) else (None, None)
            problems += spaces.years((*path, "weights"), options, *years)
            spaces.join(path, options, {*look.units})
    for where, column in whole_columns(file):
        block = block_of(column.estimator)
        if block is None or not issubclass(block.model, WeightOptions):
            continue
        if {*column.sample.within} <= {*look.members} and (sample := look.sample(column)):
            problems += spaces.column(where, column, block.key, sample)
    return list(dict.fromkeys([*problems, *spaces.idle()]))


Given = Mapping[str, Mapping[str, frozenset[str]]]
"""Weights of a raw file → unit that they know → its neighbours."""
RADIUS_KM = 6371.0
Place = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True)
class _Spaces:
    """The weights of a study's columns and tables.

    Attributes:
        joined: place of a pair → why it joins nothing; empty once some column joins units by it.
    """

    look: Look
    catalogue: Catalogue
    given: Given | None
    joined: dict[Path, str] = field(default_factory=dict)

    def column(
        self, where: Written, column: CompleteColumn, key: str, sample: set[str]
    ) -> Iterator[Problem]:
        space = column.options(WeightOptions)
        self.join(where((key,)), space, sample, where((key, "join")))
        at = where((key, "weights"))
        alone, problems = self.weights(where((key,)), space, sample, at)
        yield from problems
        yield from self.years(at, space, column.sample.first, column.sample.last)
        if space.is_own and self.catalogue.geography.years_of(space.weights):
            for refusal in by_period_refusals(column, "weights"):
                yield self.look.file.problem(
                    at, refusal.expected, refusal.found, refusal.remedy, "weights"
                )
        is_bound = (
            isinstance(space, SpaceOptions)
            and space.lee_yu == "transformation"
            and "period" in column.effects
            and column.estimator not in WITHOUT_PARAMETER
        )
        if alone and is_bound:
            names = [self.look.units[unit] for unit in alone]
            how = "`join`" if space.weights == "contiguity" else "a longer `cutoff_km`"
            how = "the file of weights" if space.is_own else how
            other = "none" if column.estimator in WITH_RANDOM_UNITS else "bias_correction"
            yield self.look.file.problem(
                at,
                "neighbours for every unit, with period effects and `lee_yu: transformation`",
                f"none for {listed(names)}",
                f"give them neighbours by {how}, leave them out with `sample`, or write `lee_yu: {other}`",
                "islands",
            )

    def weights(
        self, path: Path, space: WeightOptions, sample: set[str], at: Path | None = None
    ) -> tuple[list[str], list[Problem]]:
        """Units without a neighbour, where no values decide it; or why there are no weights at all."""
        ties: list[tuple[str, str]] = []
        why = ""
        units = sorted(sample)
        if len(units) < 2:
            why = f"a spatial model needs neighbours; the sample has {self.look.units[units[0]]} alone"
        elif space.weights == "contiguity":
            ties, why = self._borders(space, sample)
        elif space.weights in ("inverse_distance", "nested"):
            ties, why = self._distances(space, units)
        elif space.is_own and self.given is not None:
            ties, why = self._links(space, sample)
        if why:
            problem = self.look.file.problem(
                at or (*path, "weights"),
                f"{space.weights} weights among the {counted(len(units), 'units')} of the sample",
                why,
                "change weights or sample, or add to the catalogue what is missing",
                "weights",
            )
            return [], [problem]
        if space.weights in ("economic", "nested") or not ties:
            return [], []
        tied = {end for pair in ties for end in pair}
        return [unit for unit in units if unit not in tied], []

    def years(
        self, at: Path, space: WeightOptions, first: int | None, last: int | None
    ) -> Iterator[Problem]:
        """Years of the sample of which weights that differ by year have nothing."""
        periods = self.look.file.study.periods
        first, last = first or periods.first, last or periods.last
        without = self.catalogue.geography.years_without(space.weights, first, last)
        if space.is_own and without:
            yield self.look.file.problem(
                at,
                f"weights of every year from {first} to {last}",
                f"nothing of {listed([*map(str, without)])} in {space.weights}",
                "add these years to its file, or leave them out of the sample",
                "weights",
            )

    def _borders(self, space: WeightOptions, sample: set[str]) -> tuple[list[tuple[str, str]], str]:
        """Pairs of the sample that touch or are joined."""
        pairs = [(a, b) for a, b in self.catalogue.geography.neighbours.iter_rows()]
        inside = [pair for pair in pairs if {*pair} <= sample]
        if not inside:
            return [], (
                "the catalogue knows no neighbours among these units: give their common borders in "
                "catalog/neighbours.csv (region_code, neighbour_code)"
            )
        codes = self.look.codes
        joins = [(codes.get(a, a), codes.get(b, b)) for a, b in space.join]
        for a, b in joins:
            if a == b:
                return [], f"a unit cannot be its own neighbour: {self.look.units.get(a, a)}"
        return [*inside, *(pair for pair in joins if {*pair} <= sample)], ""

    def _links(self, space: WeightOptions, sample: set[str]) -> tuple[list[tuple[str, str]], str]:
        """Pairs of the sample, one with a neighbour twice, or why a file gives it no weights."""
        assert self.given is not None, "it is looked at where it is known"
        known = self.given.get(space.weights)
        if known is None:
            names = [*MADE, *sorted(self.given)]
            hint = did_you_mean(space.weights, names)
            return [], (
                f"no file under raw/ whose card gives weights of this name; there are {', '.join(names)}"
                + (f": {hint}" if hint else "")
            )
        missing = [self.look.units[unit] for unit in sorted(sample - known.keys())]
        if missing:
            return [], f"their file does not know {listed(missing)}"
        ties = [(unit, unit) for unit in sorted(sample) if known[unit] & sample]
        return ties, "" if ties else "no unit has a neighbour among them"

    def _distances(
        self, space: WeightOptions, units: list[str]
    ) -> tuple[list[tuple[str, str]], str]:
        """Of each unit a pair within the cut-off; none where there is no cut-off."""
        places = {
            code: (lon, lat) for code, lon, lat in self.catalogue.geography.coordinates.iter_rows()
        }
        missing = [self.look.units[unit] for unit in units if unit not in places]
        if missing:
            return [], (
                f"no coordinates for {listed(missing)}: give them in catalog/coordinates.csv "
                "(region_code, longitude, latitude)"
            )
        if space.cutoff_km is None:
            return [], ""
        far = space.cutoff_km
        ties = list(nearby({unit: places[unit] for unit in units}, far))
        return ties, "" if ties else f"no unit has a neighbour within {far:g} km"

    def join(
        self, path: Path, space: WeightOptions, sample: set[str], at: Path | None = None
    ) -> None:
        """Note of each pair whether it joins two units of this sample."""
        touching = {frozenset(pair) for pair in self.catalogue.geography.neighbours.iter_rows()}
        codes = self.look.codes
        for place, pair in enumerate(space.join):
            ends = {codes.get(one, one) for one in pair}
            if not ends <= {*self.look.units}:
                continue  # a name that is no unit is told by the inspection of units
            why = ""
            if not ends <= sample:
                outside = [one for one in pair if codes.get(one, one) not in sample]
                why = f"{' and '.join(outside)} not in the sample"
            elif ends in touching:
                why = "units that touch anyway"
            where = (*(at or (*path, "join")), place)
            self.joined[where] = why and self.joined.get(where, why)

    def idle(self) -> Iterator[Problem]:
        """Pairs that join nothing wherever they are read."""
        for path, why in self.joined.items():
            if why:
                yield self.look.file.problem(
                    path,
                    "two units of the sample that do not touch",
                    why,
                    "remove the pair, or change the sample",
                    "idle_join",
                )


def nearby(places: Mapping[str, Place], far: float) -> Iterator[tuple[str, str]]:
    """Of each unit that has one a pair with a unit within so many kilometres.

    Units are gone through by latitude, away from each: beyond that reach none is near, so that thousands
    of units are quickly told.
    """
    units = sorted(places, key=lambda unit: places[unit][1])
    reach = degrees(far / RADIUS_KM) + 1e-9
    tied: set[str] = set()
    for at, unit in enumerate(units):
        if unit in tied:
            continue
        for step in (1, -1):
            other = at + step
            while 0 <= other < len(units) and _apart(places, unit, units[other]) <= reach:
                if _kilometres(places[unit], places[units[other]]) <= far:
                    tied |= {unit, units[other]}
                    yield unit, units[other]
                    break
                other += step
            if unit in tied:
                break


def _apart(places: Mapping[str, Place], one: str, other: str) -> float:
    return abs(places[one][1] - places[other][1])


def _kilometres(one: Place, other: Place) -> float:
    """The distance of two places (longitude, latitude) on the sphere, as the estimators take it."""
    (lon, lat), (lon2, lat2) = (map(radians, place) for place in (one, other))
    half = sin((lat - lat2) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon - lon2) / 2) ** 2
    return 2 * RADIUS_KM * asin(sqrt(min(half, 1.0)))
