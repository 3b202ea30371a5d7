"""What a study must hold together: checks that need more than one field, or the catalogue.

Every check yields problems with the line of the entry that is wrong; none stops at the first.
Expressions are in `validation_formulas`, tables in `validation_tables`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from nqpf_assets.catalog.declared_breaks import undeclared_rescaling
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.formula import Formula, Path
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.validation_formulas import (
    compiled_formulas,
    formula_problems,
    linear_forms,
    versions_of,
)
from nqpf_assets.studies.validation_tables import table_problems

RESERVED = frozenset(
    {"unit", "unit_name", "period", "study", "constant", "intercept"}
    | {"sigma", "sigma2", "sigma_u", "sigma_e"}
    | {term for one in ESTIMATORS.values() for term in one.printing.terms}
)
"""Names of columns that a panel has anyway, and of terms that estimators add to a result."""


def study_problems(
    file: StudyFile,
    *,
    series: Collection[str] | Mapping[str, str | None],
    regions: Collection[str] | None = None,
    codes: Mapping[str, str] | None = None,
    schemes: Mapping[str, Collection[str]] | None = None,
) -> tuple[Problem, ...]:
    """Why a study cannot be computed: every problem, each with its line.

    Args:
        file: the study and its lines.
        series: ids of the series that the catalogue or the raw files know; with their units where
            they are known.
        regions: codes and names of the regions that may be named; unchecked where left out.
        codes: code or name → code of the regions that expressions may read; unchecked where left
            out.
        schemes: groupings of the catalogue → their groups; what a study names of one is unchecked
            where left out.
    """
    units = dict(series) if isinstance(series, Mapping) else dict.fromkeys(series)
    written = file.formulas
    units = units | versions_of(written, units)
    compiled = compiled_formulas(file, written, units, codes, schemes)
    return (
        *_names(file, written),
        *formula_problems(file, written, units, compiled),
        *_series(file, units),
        *table_problems(file, written, linear_forms(written, compiled)),
        *(_regions(file, regions, codes) if regions is not None else ()),
    )


def _names(file: StudyFile, written: tuple[Formula, ...]) -> Iterator[Problem]:
    """One name, one thing: variables, indicators, levels, indices and groupings share a table."""
    study = file.study
    entries = [_entry(one) for one in written]
    entries += [(name, "index", ("indices", name)) for name in study.indices]
    entries += [(name, "grouping", ("groups", name)) for name in study.unit_groups]
    first: dict[str, tuple[str, Path]] = {}
    for name, kind, path in entries:
        if name in RESERVED:
            yield file.problem(
                path,
                f"a name other than {', '.join(sorted(RESERVED))}",
                f"the {kind} `{name}`",
                "rename it: results have a column or a term of this name",
                "reserved_name",
            )
        if name in first:
            other, place = first[name]
            yield file.problem(
                path,
                "names that are used once",
                f"the {kind} `{name}`, and the {other} `{name}` in line {file.place(*place).line}",
                "rename one of the two",
                "name_clash",
            )
        first.setdefault(name, (kind, path))


def _entry(written: Formula) -> tuple[str, str, Path]:
    """A formula's name, what it is called, and where it stands; a column has no line for what it makes."""
    if written.role in ("year", "past"):
        return written.name, f"term of `{written.key}`,", (*written.path, written.key)
    return written.name, written.role, written.path


def _series(file: StudyFile, series: Mapping[str, str | None]) -> Iterator[Problem]:
    """Series that are named outside of expressions."""
    study = file.study
    named: list[tuple[str, Path]] = [
        (name, ("sources", "series", name)) for name in study.sources.series
    ]
    for table_name, table in study.tables.items():
        named += [(one, ("tables", table_name, *below)) for one, below in table.series()]
    for name, own in study.sources.series.items():
        yield from undeclared_rescaling(
            file.problem, ("sources", "series", name), own.breaks, own.rescaled
        )
    for name, path in named:
        if name not in series:
            yield file.problem(
                path,
                "a series of the catalogue or of the raw files",
                f"`{name}`",
                did_you_mean(name, series)
                or f"add `{name}` to catalog/series.yaml, or a file that holds it to raw/",
                "unknown_series",
            )


def _regions(
    file: StudyFile, regions: Collection[str], codes: Mapping[str, str] | None
) -> Iterator[Problem]:
    """Regions that the study names; two groups of one grouping must not share a region."""
    study = file.study
    named: list[tuple[str, Path]] = [
        (region, ("tables", name, *below))
        for name, table in study.tables.items()
        for region, below in table.regions()
    ]
    for region, at in named:
        if codes is not None and region in regions and region not in codes:
            yield file.problem(
                at,
                "one region",
                f"`{region}`, a name of several",
                "write its code, as in catalog.region",
                "ambiguous_region",
            )
    for key in ("only", "exclude"):
        named += [
            (name, ("units", key, place)) for place, name in enumerate(getattr(study.units, key))
        ]
    for grouping, groups in study.unit_groups.items():
        if isinstance(groups, str):
            continue
        seen: dict[str, str] = {}
        for group, members in groups.items():
            for place, name in enumerate(members):
                path: Path = ("groups", grouping, group, place)
                named.append((name, path))
                if name in seen:
                    yield file.problem(
                        path,
                        f"`{name}` in one group of `{grouping}`",
                        f"`{name}` in `{seen[name]}` and in `{group}`",
                        "keep one of the two",
                        "region_twice",
                    )
                seen[name] = group
    for name, path in named:
        if name not in regions:
            yield file.problem(
                path,
                "the code or name of a region",
                f"`{name}`",
                did_you_mean(name, _offered(file, path, named, regions, codes or {}))
                or "look it up in catalog.region",
                "unknown_region",
            )


def _offered(
    file: StudyFile,
    path: Path,
    named: list[tuple[str, Path]],
    regions: Collection[str],
    codes: Mapping[str, str],
) -> set[str]:
    """Regions that may be meant: none that the same sample or grouping names, or that the study leaves out.

    A region that is named by its code, name or short name is not offered by another of these either.
    """
    taken: set[str] = set()
    if path[0] == "groups" or {*path[-2:]} & {"only", "exclude"}:
        taken |= {name for name, other in named if other[:-2] == path[:-2]}
    if path[0] == "groups":
        taken |= {*file.study.units.exclude}
    gone = {codes[name] for name in taken if name in codes}
    return {one for one in regions if one not in taken and codes.get(one) not in gone}
