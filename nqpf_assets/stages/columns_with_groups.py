"""A study's columns seen with its groupings and the units that are in them.

Of groups that an expression makes the names alone are known: who is in them is known when they are computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from nqpf_assets.catalog.regions import Regions
from nqpf_assets.stages.study import members_among, study_units
from nqpf_assets.studies.estimator import Compared
from nqpf_assets.studies.estimator_registry import block_of
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import CompleteColumn, RegressionTable
from nqpf_assets.studies.validation_columns import Written

Members = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Grouping → group → codes of its units."""


def look_of(file: StudyFile, regions: Regions) -> Look:
    """A study's columns seen with its groups and units."""
    units = study_units(file.study, regions)
    names = {unit.code: unit.short or unit.name for unit in units}
    return Look(file, members_among(units, file.study, regions), names, regions.unit_codes)


def parts_of(look: Look, column: CompleteColumn) -> list[set[str]]:
    """Codes of the units that are estimated together: the sample, or each of its two groups.

    Nothing where a name means nothing, which is told by itself.
    """
    compared = compared_by(column)
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

    def of_units(self, groupings: Iterable[str]) -> Iterator[str]:
        """Those whose units are known."""
        return (one for one in groupings if one in self.members)

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


def compared_by(column: CompleteColumn) -> Compared | None:
    """The groups that the column's estimator compares."""
    options = block_of(column.estimator)
    return options.compared(column) if options else None
