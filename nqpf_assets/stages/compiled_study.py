"""A study with what its formulas and tables ask for, worked out once when a project is opened.

Every stage asks the same questions: which series, which units, which columns. They are answered here, and the
answers are carried. What a formula gives in which unit is known only where its series are read, and is
`derivation`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.expressions.compile import Sign, Zeros
from nqpf_assets.expressions.tree import Node
from nqpf_assets.stages.dependencies import Reads, direct_inputs
from nqpf_assets.stages.formula_neighbours import with_neighbours
from nqpf_assets.stages.requested_columns import Request, requests
from nqpf_assets.stages.study import UnitNames, members_among, samples_in_codes, study_units
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.from_level import FromLevel
from nqpf_assets.studies.index_rounds import Round, rounds
from nqpf_assets.studies.named_with_unit import NamedWithUnit, named_with_unit
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.refilled_series import published
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue


@dataclass(frozen=True)
class CompiledStudy:
    """One study, and what follows from it and the catalogue.

    Attributes:
        study: with the units of its samples named by their codes.
        formulas: by name.
        units: in the order of their codes.
        members: grouping → group → codes of the units in it.
        direct: variable or index → what it is computed from directly.
        requests: its regression columns, each complete.
        named_with_unit: names of series with a unit behind them, outside of formulas, each with its place.
    """

    study: Study
    formulas: Mapping[str, Formula]
    units: tuple[UnitNames, ...]
    members: Mapping[str, Mapping[str, tuple[str, ...]]]
    direct: Mapping[str, Reads]
    requests: tuple[Request, ...]
    named_with_unit: tuple[NamedWithUnit, ...] = ()

    @property
    def name(self) -> str:
        return self.study.study

    @cached_property
    def series(self) -> tuple[str, ...]:
        """Series that formulas name, and those that others are weighed by on the way to them; sorted."""
        # A formula that reads its own name reads the series of that name; scores of indices are no series.
        read = {
            read
            for name in self.formulas
            for read in self.direct[name]
            if read == name or read not in self.direct
        }
        rules = filter(None, map(self.from_level, read))
        return tuple(sorted(read | {one.weight for one in rules if one.weight is not None}))

    def from_level(self, series: str) -> FromLevel | None:
        """How a series is put together from a lower level; None of one that is as it was published."""
        own = self.study.sources.series.get(published(series))
        return None if own is None else own.from_level

    @cached_property
    def scores_read(self) -> frozenset[str]:
        """Indices whose scores formulas read."""
        read = {one for name in self.formulas for one in self.direct[name]}
        return frozenset(read & self.study.indices.keys())

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """Variables and indices in the order in which they can be computed; one where no score is read."""
        indices = {name: self.direct[name] for name in self.study.indices}
        return rounds({name: self.direct[name] for name in self.formulas}, indices)

    @cached_property
    def named_series(self) -> frozenset[str]:
        """Those, and the ones that tables and the rules in `sources` name."""
        tables = {name for table in self.study.tables.values() for name, _ in table.series()}
        read = map(published, self.series)
        return frozenset({*read, *self.study.sources.series, *tables})

    @cached_property
    def formulas_read(self) -> frozenset[str]:
        """Variables, indicators and levels that another formula reads."""
        read = ((name, one) for name in self.formulas for one in self.direct[name])
        return frozenset(one for name, one in read if one in self.formulas and one != name)

    @cached_property
    def groupings_read(self) -> tuple[str, ...]:
        """Groupings that formulas may name: those whose name stands anywhere in one."""
        texts = [one.definition.expression for one in self.formulas.values()]
        return tuple(name for name in self.members if any(name in text for text in texts))

    @cached_property
    def titles(self) -> dict[str, str]:
        """Variables and indices that have a title."""
        titles = {name: formula.title for name, formula in self.formulas.items()}
        titles |= {name: index.title for name, index in self.study.indices.items()}
        return {name: title for name, title in titles.items() if title}

    def zeros(self, trees: Mapping[str, Node], signs: Mapping[str, Sign]) -> Zeros:
        """What is known of zeros in formulas.

        Args:
            trees: the formulas, in the units of their series where these are known.
            signs: series → sign of its numbers; of others any of them may be zero.
        """
        return Zeros(signs, trees, {one: tuple(self.direct[one]) for one in self.study.indices})

    def under(self, names: Iterable[str]) -> tuple[str, ...]:
        """These variables and indices, and all that they are computed from, down to series; sorted."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.direct.get(name, ())
                rule = self.from_level(name)
                waiting += [rule.weight] if rule is not None and rule.weight is not None else []
        return tuple(sorted(found))


def compile_study(file: StudyFile, catalogue: Catalogue) -> CompiledStudy:
    """What follows from a study that was found to be sound.

    Raises:
        ExpressionError: a formula cannot be read, which the inspection of study files tells with its line.
    """
    regions = catalogue.regions
    units = study_units(file.study, regions)
    formulas = {one.name: one for one in with_neighbours(file.formulas, units, catalogue)}
    study = samples_in_codes(file.study, regions)
    return CompiledStudy(
        study,
        formulas,
        units,
        members_among(units, study, regions),
        direct_inputs(study, formulas.values(), regions.unit_codes),
        tuple(requests(study)),
        tuple(named_with_unit(file)),
    )
