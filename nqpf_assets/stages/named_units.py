"""The units that a study names, held against the region catalogue.

A name that matches nothing would silently make another sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nqpf_assets.catalog.region_match import find_region
from nqpf_assets.catalog.region_members import known_years
from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.stages.study import UnitNames, study_units, unit_pairs, year_of_units
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import RegressionTable, Sample, Units

Path = tuple[str | int, ...]


def unit_problems(file: StudyFile, regions: Regions) -> list[Problem]:
    """Levels and units of a study file that the catalogue does not have, each with its line.

    Names that are no region at all are told by the validation of study files.
    """
    asked = file.study.units
    levels = regions.levels
    if asked.level not in levels:
        return [
            file.problem(
                ("units", "level"),
                f"a level of the region catalogue: {', '.join(levels)}",
                f"`{asked.level}`",
                did_you_mean(asked.level, levels) or "correct it",
                "unknown_level",
            )
        ]
    first, last = known_years(regions)
    if asked.borders is not None and not first <= asked.borders <= last:
        return [
            file.problem(
                ("units", "borders"),
                f"a year of the region catalogue: {first} to {last}",
                f"{asked.borders}",
                "write one of these; without `borders` earlier years are taken as the first",
                "borders",
            )
        ]
    if asked.parent is not None and asked.parent not in regions.parents:
        code, _ = find_region(asked.parent, regions, year_of_units(file.study))
        return [
            file.problem(
                ("units", "parent"),
                "the code of a region",
                f"`{asked.parent}`",
                f"write its code: '{code}'" if code else "correct it",
                "no_units",
            )
        ]
    units = study_units(file.study, regions)
    problems = [*_unknown_units(file, regions, units), *_unknown_pairs(file, units)]
    if not units and not problems:
        of = f" of `{asked.parent}`" if asked.parent else ""
        problems.append(
            file.problem(
                ("units",),
                f"regions of the level `{asked.level}`{of} in {year_of_units(file.study)}",
                "none",
                "correct level, parent, only or exclude",
                "no_units",
            )
        )
    if units and not problems and asked.expect not in (None, len(units)):
        problems.append(
            file.problem(
                ("units", "expect"),
                f"{counted(asked.expect, 'units')}",
                f"{len(units)}",
                f"the catalogue has these at the end of {year_of_units(file.study)}: "
                + ", ".join(unit.name for unit in units),
                "units",
            )
        )
    return problems


def _unknown_units(
    file: StudyFile, regions: Regions, units: tuple[UnitNames, ...]
) -> Iterator[Problem]:
    """Names in `units` that are no region of the level, and in samples that are no unit of the study."""
    asked = file.study.units
    everyone = asked.model_copy(update={"only": (), "exclude": ()})
    level = study_units(file.study.model_copy(update={"units": everyone}), regions)
    of_level = f"a region of the level `{asked.level}` in {year_of_units(file.study)}"
    named: list[tuple[Path, Units | Sample, tuple[UnitNames, ...], str]] = [
        (("units",), asked, level, of_level)
    ]
    named += [
        (path, sample, units, "a unit of the study, by code or name")
        for path, sample in _samples(file)
    ]
    for path, sample, there, expected in named:
        known, written = _names(there), {*sample.only, *sample.exclude}
        offered = sorted(_names(one for one in there if not one.is_in(written)))
        for key in ("only", "exclude"):
            for place, name in enumerate(getattr(sample, key)):
                if name not in known and (name in regions.written or path != ("units",)):
                    yield file.problem(
                        (*path, key, place),
                        expected,
                        f"`{name}`",
                        did_you_mean(name, offered) or "correct it, or remove it",
                        "unknown_unit",
                    )


def _unknown_pairs(file: StudyFile, units: tuple[UnitNames, ...]) -> Iterator[Problem]:
    """Names in joined pairs that are no unit of the study."""
    known = _names(units)
    for path, pair in _joins(file):
        offered = sorted(_names(one for one in units if not one.is_in(pair)))
        for name in pair:
            if name not in known:
                yield file.problem(
                    path,
                    "units of the study, by code or name",
                    f"`{name}`",
                    did_you_mean(name, offered) or "correct it, or remove the pair",
                    "unknown_unit",
                )


def _samples(file: StudyFile) -> Iterator[tuple[Path, Sample]]:
    """Every sample of the study with its place."""
    for name, table in file.study.tables.items():
        if isinstance(table, RegressionTable):
            yield ("tables", name, "model", "sample"), table.model.sample
            for place, column in enumerate(table.columns):
                yield ("tables", name, "columns", place, "sample"), column.sample


def _joins(file: StudyFile) -> Iterator[tuple[Path, tuple[str, str]]]:
    """Every pair of units that spatial weights join, with its place."""
    for name, table in file.study.tables.items():
        for key, weights in table.neighbours().items():
            for place, pair in enumerate(weights.join):
                yield ("tables", name, key, "join", place), pair
        if not isinstance(table, RegressionTable):
            continue
        models = [
            (("model",), table.model),
            *((("columns", k), one) for k, one in enumerate(table.columns)),
        ]
        for where, model in models:
            for key, field, pairs in unit_pairs(model):
                for place, pair in enumerate(pairs):
                    yield ("tables", name, *where, key, field, place), pair


def _names(units: Iterable[UnitNames]) -> set[str]:
    return {name for unit in units for name in (unit.code, unit.name, unit.short) if name}
