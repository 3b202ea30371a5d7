"""What a study file says, as tables: units, groups, series, variables, and what rests on what.

SQL and the later stages read the study from these tables, so that a parameter is data like any
other. What formulas give is computed in `panel`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from nqpf_assets.studies.estimator_registry import BLOCKS
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.refilled_series import published
from nqpf_assets.studies.spec import (
    Model,
    RegressionTable,
    Study,
    Table,
)
from nqpf_assets.user_input.strict import Strict

if TYPE_CHECKING:
    from nqpf_assets.catalog.regions import Regions

M = TypeVar("M", bound=Model)
Pairs = tuple[tuple[str, str], ...]


def series_named(file: StudyFile) -> frozenset[str]:
    """Series that a study file names anywhere, as far as its formulas can be read."""
    rules = file.study.sources.series
    weights = (one.from_level and one.from_level.weight for one in rules.values())
    named: set[str] = {*rules, *(one for one in weights if one)}
    for table in file.study.tables.values():
        named |= {one for one, _ in table.series()}
    return frozenset(named) | series_of_formulas(file)


def series_of_formulas(file: StudyFile) -> frozenset[str]:
    """Series that formulas of a study file read, as far as they can be read."""
    from nqpf_assets.expressions.compile import ExpressionError, inputs

    computed = {one.name for one in file.formulas} | file.study.indices.keys()
    named: set[str] = set()
    for one in file.formulas:
        try:
            read = inputs(one.definition.tree)
        except ExpressionError:
            continue  # told by the validation of the study, with its line
        named |= {published(other) for other in read if other not in computed or other == one.name}
    return frozenset(named)


@dataclass(frozen=True)
class UnitNames:
    """A unit of the study and what it is called."""

    code: str
    name: str
    short: str | None
    english: str | None

    def is_in(self, named: Iterable[str]) -> bool:
        """Whether a list of codes or names means this unit."""
        return not {self.code, self.name, self.short}.isdisjoint(named)


def year_of_units(study: Study) -> int:
    """The year whose regions are the units: that of the borders it fixes, else its last."""
    borders = study.units.borders
    return study.periods.last if borders is None else borders


def study_units(study: Study, regions: Regions) -> tuple[UnitNames, ...]:
    """The units of the study, as they exist at the end of a year, in the order of their codes."""
    asked = study.units
    rows = regions.units(asked.level, parent=asked.parent, year=year_of_units(study))
    # Whole columns: a query for each of the many checks that ask takes longer than they do.
    columns = (
        rows.get_column(name).to_list() for name in ("region_code", "name", "short", "english")
    )
    units = (UnitNames(*row) for row in zip(*columns, strict=True))
    return tuple(
        u for u in units if (not asked.only or u.is_in(asked.only)) and not u.is_in(asked.exclude)
    )


def samples_in_codes(study: Study, regions: Regions) -> Study:
    """The study with the units of samples, joins and growth named by their codes, however the file does.

    Left as it is: a name that is no unit of the study, which the inspection of study files refuses.
    """
    codes = {
        name: unit.code
        for unit in study_units(study, regions)
        for name in (unit.short, unit.name, unit.code)
        if name is not None
    }

    def coded(model: M) -> M:
        named = {key: getattr(model.sample, key) for key in ("only", "exclude")}
        update = {key: tuple(codes.get(one, one) for one in v) for key, v in named.items() if v}
        changed: dict[str, Strict] = {}
        if update:
            changed["sample"] = model.sample.model_copy(update=update)
        for key, field, pairs in unit_pairs(model):
            block = changed.get(key, getattr(model, key))
            changed[key] = block.model_copy(update={field: in_codes(pairs)})
        return model.model_copy(update=changed) if changed else model

    def in_codes(pairs: Pairs) -> Pairs:
        return tuple((codes.get(a, a), codes.get(b, b)) for a, b in pairs)

    def told(table: Table) -> Table:
        if isinstance(table, RegressionTable):
            columns = tuple(map(coded, table.columns))
            return table.model_copy(update={"model": coded(table.model), "columns": columns})
        return table.in_codes(codes, regions.unit_codes)

    tables = {name: told(table) for name, table in study.tables.items()}
    return study.model_copy(update={"tables": tables})


def unit_pairs(model: Model) -> Iterator[tuple[str, str, Pairs]]:
    """Block of options, key and pairs of units, wherever a column or a table's model writes some."""
    for key, block in BLOCKS.items():
        written = getattr(model, key)
        for field in block.unit_pairs if written is not None else ():
            if pairs := getattr(written, field):
                yield key, field, pairs


def members(study: Study, regions: Regions) -> dict[str, dict[str, tuple[str, ...]]]:
    """Grouping → group → codes of the units in it, names and catalogue schemes resolved."""
    return members_among(study_units(study, regions), study, regions)


def members_among(
    units: tuple[UnitNames, ...], study: Study, regions: Regions
) -> dict[str, dict[str, tuple[str, ...]]]:
    """The same among units that are known already."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for grouping, asked in study.unit_groups.items():
        groups = _scheme(regions, asked) if isinstance(asked, str) else asked
        found[grouping] = {
            group: tuple(unit.code for unit in units if unit.is_in(named))
            for group, named in groups.items()
        }
    return found


def _scheme(regions: Regions, scheme: str) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for code, group in regions.group(scheme).items():
        groups[group] = (*groups.get(group, ()), code)
    return groups
