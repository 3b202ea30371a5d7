"""The groups that a study names, held against its groupings and the units that are in them.

A group that nobody is in would silently make another sample, and a grouping without some of the units
would take their rows away. Of groups that an expression makes the names alone are held: who is in them is
known when they are computed. Groupings themselves are checked by the validation of study files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.stages.named_clusters import clustered, too_few
from nqpf_assets.stages.study import members_among, study_units
from nqpf_assets.studies.effects import factors_of
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.estimator import Compared
from nqpf_assets.studies.estimator_registry import ESTIMATORS, block_of, covariance_of
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import CompleteColumn, RegressionTable
from nqpf_assets.studies.validation_columns import Path, Written

Members = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Grouping → group → codes of its units."""


def group_problems(file: StudyFile, regions: Regions) -> list[Problem]:
    """Groups that are not there, samples without units, and clusters that leave units out."""
    look = look_of(file, regions)
    if not look.units:
        return []  # told by the inspection of units
    found = (look.problems(where, column) for where, column in whole_columns(file))
    return list(dict.fromkeys(problem for problems in found for problem in problems))


def look_of(file: StudyFile, regions: Regions) -> Look:
    """A study's columns seen with its groups and units."""
    units = study_units(file.study, regions)
    names = {unit.code: unit.short or unit.name for unit in units}
    return Look(file, members_among(units, file.study, regions), names, regions.unit_codes)


def parts_of(look: Look, column: CompleteColumn) -> list[set[str]]:
    """Codes of the units that are estimated together: the sample, or each of its two groups.

    Nothing where a name means nothing, which is told by itself.
    """
    compared = _compared(column)
    named = (
        [*column.sample.within] if compared is None else [*column.sample.within, compared.grouping]
    )
    if not {*named} <= {*look.members}:
        return []
    if any(group not in look.members[one] for one, group in column.sample.within.items()):
        return []
    sample = look.sample(column)
    if compared is None:
        return [sample]
    members = look.members[compared.grouping]
    return [sample & {*members.get(group, ())} for group in compared.groups]


def whole_columns(file: StudyFile) -> Iterator[tuple[Written, CompleteColumn]]:
    """The columns that can be completed, each with where its keys stand."""
    for name, table in file.study.tables.items():
        if not isinstance(table, RegressionTable):
            continue
        for place, column in enumerate(table.columns):
            try:
                whole = table.completed(column, file.study.periods.years)
            except ValidationError:
                continue  # told by the validation of study files
            yield Written(file, ("tables", name, "columns", place)), whole


@dataclass(frozen=True)
class Look:
    """A study's columns seen with its groups and units.

    Attributes:
        members: of every grouping; units: code → name, of the study.
        codes: code or name of a region → code of its unit.
    """

    file: StudyFile
    members: Members
    units: Mapping[str, str]
    codes: Mapping[str, str]

    def problems(self, where: Written, column: CompleteColumn) -> Iterator[Problem]:
        unknown = list(self._unknown(where, column))
        yield from unknown
        computed = self.file.study.computed_groups.keys()
        if unknown or not {*self._named(column)} <= {*self.members, *computed}:
            return
        sample = self.sample(column)
        if not sample:
            yield self.file.problem(
                where(("sample",)),
                "units in the sample",
                "none",
                "correct the `sample`",
                "empty_sample",
            )
            return
        parts = [sample]
        compared = _compared(column)
        if compared is not None and compared.grouping not in computed:
            members = self.members[compared.grouping]
            parts = [sample & {*members[group]} for group in compared.groups]
            yield from self._not_compared(where, compared, parts)
        yield from self._without_level(where, column, sample)
        if all(parts):
            yield from self._alone(where, column, parts)
            told = list(clustered(self, where, column, parts))
            yield from told or too_few(self, where, column, sample)

    def _named(self, column: CompleteColumn) -> list[str]:
        """Groupings of which a column names a group or by which it clusters."""
        keys = [*column.sample.within, *self.clusters(column), *factors_of(column.effects)]
        compared = _compared(column)
        return keys if compared is None else [*keys, compared.grouping]

    def clusters(self, column: CompleteColumn) -> list[str]:
        """Groupings that a column clusters by, or whose members a bootstrap draws."""
        errors = covariance_of(column.estimator, column.vcov.type)
        keys = list(column.vcov.by) if errors is not None and errors.most_keys else []
        options = block_of(column.estimator)
        drawn = options.resampled(column) if options else None
        if drawn is not None:
            keys.append(drawn)
        return [key for key in dict.fromkeys(keys) if key not in OWN_KEYS]

    def of_units(self, groupings: Iterable[str]) -> Iterator[str]:
        """Those whose units are known."""
        return (one for one in groupings if one in self.members)

    def _unknown(self, where: Written, column: CompleteColumn) -> Iterator[Problem]:
        """Groups that their grouping does not have, or that no unit of the study is in."""
        named: list[tuple[str, str, Path]] = [
            (grouping, group, where(("sample", "within", grouping)))
            for grouping, group in column.sample.within.items()
        ]
        compared, options = _compared(column), block_of(column.estimator)
        if compared is not None and options is not None:
            named += [
                (compared.grouping, group, where((options.key, "groups", place)))
                for place, group in enumerate(compared.groups)
            ]
        for grouping, group, place in named:
            there = self.there(grouping)
            if there is not None and group not in there:
                yield self.file.problem(
                    place,
                    self.expected_group(grouping),
                    f"`{group}`",
                    did_you_mean(group, _not_named(there, grouping, named)) or "name another group",
                    "unknown_group",
                )

    def there(self, grouping: str) -> list[str] | None:
        """The groups of a grouping that can be named; None of one that is told elsewhere."""
        computed = self.file.study.computed_groups.get(grouping)
        if computed is not None:
            return [*computed.names]
        known = self.members.get(grouping)
        return None if known is None else [one for one, codes in known.items() if codes]

    def expected_group(self, grouping: str) -> str:
        """A group of a grouping, in words."""
        with_units = " with units of the study" if grouping in self.members else ""
        return f"a group of `{grouping}`{with_units}: {', '.join(self.there(grouping) or ())}"

    def sample(self, column: CompleteColumn) -> set[str]:
        """Codes of the units that the column asks for."""
        sample = column.sample
        codes = {*self.units}
        if sample.only:
            codes &= {self.codes.get(one, one) for one in sample.only}
        codes -= {self.codes.get(one, one) for one in sample.exclude}
        for grouping, group in sample.within.items():
            codes &= {*self.members[grouping][group]}
        return codes

    def _not_compared(
        self, where: Written, compared: Compared, parts: list[set[str]]
    ) -> Iterator[Problem]:
        """Both groups that are compared must have units in the sample."""
        for group, part in zip(compared.groups, parts, strict=True):
            if not part:
                yield self.file.problem(
                    where(("sample",)),
                    f"units of both groups, also of `{group}`",
                    f"a sample without any of `{group}`",
                    "widen the sample, or compare other groups",
                    "unknown_group",
                )

    def _alone(
        self, where: Written, column: CompleteColumn, parts: list[set[str]]
    ) -> Iterator[Problem]:
        """A sample, or a compared group, of a single unit, whose years are alone."""
        errors = covariance_of(column.estimator, column.vcov.type)
        is_clustered = errors is not None and errors.most_keys > 0 and "unit" in column.vcov.by
        is_enough = ESTIMATORS[column.estimator].takes_one_unit
        if is_enough and "period" not in column.effects and not is_clustered:
            return
        for part in parts:
            if len(part) == 1:
                compared = _compared(column)
                which = " of each group" if compared else ""
                yield self.file.problem(
                    where(("sample",)),
                    f"two or more units{which} in the sample",
                    f"`{self.units[next(iter(part))]}` alone",
                    "widen the sample" + (", or compare other groups" if compared else ""),
                    "one_unit",
                )

    def _without_level(
        self, where: Written, column: CompleteColumn, sample: set[str]
    ) -> Iterator[Problem]:
        """Units of the sample that are in no group of which there are effects."""
        for grouping in self.of_units(factors_of(column.effects)):
            inside = {code for codes in self.members[grouping].values() for code in codes}
            outside = [name for code, name in self.units.items() if code in sample - inside]
            if outside:
                yield self.file.problem(
                    where(("effects",)),
                    f"a group of `{grouping}` for each of the "
                    f"{counted(len(sample), 'units')} of the sample",
                    f"{counted(len(outside), 'units')} without: {listed(outside)}",
                    "put them into groups, or leave them out with `sample`",
                    "units_without_group",
                )


def _compared(column: CompleteColumn) -> Compared | None:
    """The groups that the column's estimator compares."""
    options = block_of(column.estimator)
    return options.compared(column) if options else None


def _not_named(there: list[str], grouping: str, named: list[tuple[str, str, Path]]) -> list[str]:
    """Groups that the column does not name already."""
    return [one for one in there if all((grouping, one) != other[:2] for other in named)]
