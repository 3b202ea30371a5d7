"""The neighbours that a study's spatial weights give its units, before anything is estimated.

The weights of the units that a column asks for are made as the column makes them; so what stops there is told
here at its line: units without a border or a place, islands where a model cannot have them, pairs that join
nothing. Names of units are checked in `named_units`, samples in `named_groups`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.stages.named_groups import Look, look_of, whole_columns
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.registered import block_of
from nqpf_assets.studies.spatial_options import WITHOUT_PARAMETER, SpaceOptions
from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.validation_columns import Path, Written

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.estimators.spatial.weights import SpatialWeights


def neighbour_problems(file: StudyFile, catalogue: Catalogue) -> list[Problem]:
    """Weights that cannot be made, islands that a model cannot have, and pairs that join nothing."""
    look = look_of(file, catalogue.regions)
    if not look.units:
        return []  # told by the inspection of units
    spaces = _Spaces(look, catalogue)
    problems: list[Problem] = []
    for name, table in file.study.tables.items():
        for key, options in table.neighbours().items():
            path: Path = ("tables", name, key)
            problems += spaces.weights(path, options, {*look.units})[1]
            spaces.join(path, options, {*look.units})
    for where, column in whole_columns(file):
        block = block_of(column.estimator)
        if block is None or not issubclass(block.model, WeightOptions):
            continue
        if {*column.sample.within} <= {*look.members} and (sample := look.sample(column)):
            problems += spaces.column(where, column, block.key, sample)
    return list(dict.fromkeys([*problems, *spaces.idle()]))


@dataclass(frozen=True)
class _Spaces:
    """The weights of a study's columns and tables.

    Attributes:
        joined: place of a pair → why it joins nothing; empty once some column joins units by it.
    """

    look: Look
    catalogue: Catalogue
    joined: dict[Path, str] = field(default_factory=dict)

    def column(
        self, where: Written, column: CompleteColumn, key: str, sample: set[str]
    ) -> Iterator[Problem]:
        space = column.options(WeightOptions)
        self.join(where((key,)), space, sample, where((key, "join")))
        at = where((key, "weights"))
        made, problems = self.weights(where((key,)), space, sample, at)
        yield from problems
        is_bound = (
            isinstance(space, SpaceOptions)
            and space.lee_yu == "transformation"
            and "period" in column.effects
            and column.estimator not in WITHOUT_PARAMETER
        )
        if made is not None and made.islands and is_bound:
            names = [self.look.units[str(unit)] for unit in made.islands]
            how = "`join`" if space.weights == "contiguity" else "a longer `cutoff_km`"
            yield self.look.file.problem(
                at,
                "neighbours for every unit, with period effects and `lee_yu: transformation`",
                f"none for {listed(names)}",
                f"give them neighbours by {how}, leave them out with `sample`, or write "
                "`lee_yu: bias_correction`",
                "islands",
            )

    def weights(
        self, path: Path, space: WeightOptions, sample: set[str], at: Path | None = None
    ) -> tuple[SpatialWeights | None, list[Problem]]:
        """The weights among these units, as far as they do not hang on values, or why there are none."""
        import numpy as np

        from nqpf_assets.estimation.weights import weights_of
        from nqpf_assets.estimators.linear.errors import EstimationError

        if space.weights == "economic":
            return None, []
        plain = {"weights": "inverse_distance"} if space.weights == "nested" else {}
        codes = self.look.codes
        joins = tuple((codes.get(a, a), codes.get(b, b)) for a, b in space.join)
        options = space.model_copy(update={"join": joins} | plain)
        try:
            made = weights_of(
                np.array(sorted(sample)), self.catalogue.geography, options, lambda _: np.zeros(0)
            )
        except EstimationError as error:
            problem = self.look.file.problem(
                at or (*path, "weights"),
                f"{space.weights} weights among the {len(sample)} units of the sample",
                str(error),
                "change weights or sample, or add to the catalogue what is missing",
                "weights",
            )
            return None, [problem]
        return (None if plain else made), []

    def join(
        self, path: Path, space: WeightOptions, sample: set[str], at: Path | None = None
    ) -> None:
        """Note of each pair whether it joins two units of this sample."""
        touching = {frozenset(pair) for pair in self.catalogue.geography.neighbours.iter_rows()}
        codes = self.look.codes
        for place, pair in enumerate(space.join):
            ends = {codes.get(one, one) for one in pair}
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
