"""What a study says of series that it takes from a lower level, held against catalogue, formulas and units.

Which keys go together is `studies.from_level`'s. Whether a series is published for the level, cells tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.region_members import is_below
from nqpf_assets.catalog.regions import AREA, OUTSIDE
from nqpf_assets.catalog.units import UnitError, parse_unit
from nqpf_assets.messages.problems import CheckFailed, Problem, did_you_mean
from nqpf_assets.stages.study import series_of_formulas
from nqpf_assets.studies.refilled_series import VERSION, published

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.catalog.regions import Regions
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.studies.from_level import FromLevel
    from nqpf_assets.studies.reader import StudyFile

Path = tuple[str | int, ...]


def from_level_problems(
    file: StudyFile, regions: Regions, known: Collection[str]
) -> Iterator[Problem]:
    """Levels, weights and series of such rules that cannot be, each with its line.

    Args:
        known: series of the catalogue and of raw files.
    """
    rules = {key for key, own in file.study.sources.series.items() if own.from_level is not None}
    if not rules:
        return
    read = series_of_formulas(file)
    units = file.study.units.level
    below = [one for one in regions.levels if can_be_below(one, units)]
    for name, own in file.study.sources.series.items():
        rule, at = own.from_level, ("sources", "series", name, "from_level")
        if rule is None:
            continue
        if rule.level not in below:
            yield file.problem(
                (*at, "level"),
                f"a level below `{units}`, that of the study: {', '.join(below) or 'there is none'}",
                f"`{rule.level}`",
                did_you_mean(rule.level, below)
                or "write one of these; a series that is published for the units needs no `from_level`",
                "from_level",
            )
        yield from _weight_problems(file, name, rule, at, known)
        if name not in read:
            yield file.problem(
                at,
                "a series that a formula of the study reads",
                f"`{name}`, which none reads",
                "name it in a variable or an indicator, or leave `from_level` out",
                "from_level",
            )
    yield from _levels_as_published(file, rules)


def _weight_problems(
    file: StudyFile, name: str, rule: FromLevel, at: Path, known: Collection[str]
) -> Iterator[Problem]:
    if rule.weight is None:
        return
    if rule.weight == name:
        yield file.problem(
            (*at, "weight"),
            "another series than the one that is weighed",
            f"`{name}` weighed by itself",
            "write the series by which its values count, e.g. population",
            "from_level",
        )
    elif rule.weight not in known:
        yield file.problem(
            (*at, "weight"),
            "a series of the catalogue or of the raw files",
            f"`{rule.weight}`",
            did_you_mean(rule.weight, known) or "correct it, or add a file that holds it to raw/",
            "unknown_series",
        )


def _levels_as_published(file: StudyFile, rules: Collection[str]) -> Iterator[Problem]:
    """Tables that print what a region publishes, of series that the study puts together."""
    for table, written in file.study.tables.items():
        for name, below in written.series():
            if name in rules:
                yield file.problem(
                    ("tables", table, *below),
                    "a series that the study takes as it is published, for this table prints such values",
                    f"`{name}`, which `sources.series` puts together from a lower level",
                    "leave this row out, or print the table in a study without that `from_level`",
                    "from_level",
                )


def can_be_below(level: str, units: str) -> bool:
    return level not in (AREA, OUTSIDE) and is_below(level, units)


def require_additive(
    compiled: CompiledStudy, catalogue: Catalogue, series: Collection[Mapping[str, Any]]
) -> None:
    """Refuse sums of what does not add up: shares, indices, amounts per head.

    Args:
        series: rows of `study.series`.

    Raises:
        CheckFailed: with every such series.
    """
    problems = []
    for row in series:
        name = published(row["series_id"])
        known = catalogue.series.get(name)
        kind = known.kind if known is not None else None
        if row.get("aggregation") != "sum" or name != row["series_id"]:
            continue
        unit = row["unit_measure"]
        if kind not in ("ratio", "index") and _adds_up(unit):
            continue
        what = f"{kind} in {unit}" if kind in ("ratio", "index") else unit
        problems.append(
            Problem(
                file=f"study {compiled.name}",
                where=f"series {name}",
                expected="a rule that gives a number of the same kind",
                found=f"`rule: sum` of `{name}`, which is {what} and does not add up",
                remedy="write `rule: weighted_mean` with what it is measured against as `weight`, or sum "
                "what stands above and below and divide in the formula",
                code="from_level",
                asked_at=("sources", "series", name, "from_level", "rule"),
            )
        )
    if problems:
        raise CheckFailed(problems)


def _adds_up(unit: str | None) -> bool:
    """Whether numbers in a unit are amounts; of a unit that nobody knows nothing is said against it."""
    if unit is None:
        return True
    try:
        found = parse_unit(unit)
    except UnitError:
        return True
    powers = [power for _, power in found.dimensions]
    return (
        bool(powers) and min(powers) > 0 and not found.reference and "index" not in found.dimension
    )


def require_published(compiled: CompiledStudy, cells: pl.DataFrame, member: pl.DataFrame) -> None:
    """Refuse series, and weights, that no file has for any region of the level that is asked for.

    Args:
        cells: variable (the series) and unit of what the study takes.
        member: the rows of `study.member`.

    Raises:
        CheckFailed: with every such series.
    """
    import polars as pl

    parts = member.filter("is_of_level")
    problems = []
    for name, own in compiled.study.sources.series.items():
        rule = own.from_level
        if rule is None:
            continue
        asked = parts.filter(pl.col("level") == rule.level).select(unit="member")
        for series, key in ((name, "level"), (rule.weight, "weight")):
            if series is None:
                continue
            is_it = pl.col("variable").str.replace(VERSION, "") == series
            if len(cells.filter(is_it).join(asked, on="unit", how="semi")):
                continue
            problems.append(
                Problem(
                    file=f"study {compiled.name}",
                    where=f"series {series}",
                    expected=f"values of regions of the level `{rule.level}` in the study's units",
                    found="none in the files that the study takes",
                    remedy="add a file that has them, or write the level for which it is published",
                    code="from_level",
                    asked_at=("sources", "series", name, "from_level", key),
                )
            )
    if problems:
        raise CheckFailed(problems)
