"""Everything that is wrong in a project's files, found in one go, so that it can be told together.

Reading and checking is done by `sources`, `catalog` and `studies`; here it is put together for the
commands. Nothing is built.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.messages.problems import InputError, Problem, one_per_cause
from nqpf_assets.projects.printed_for_id import with_id
from nqpf_assets.projects.user_files import read_root_files, read_study_files, taken_schemas
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.sources.collection import Collection
    from nqpf_assets.stages.named_neighbours import Given
    from nqpf_assets.studies.reader import StudyFile


def study_problems(
    file: StudyFile,
    catalogue: Catalogue,
    observed: Mapping[str, str] | None,
    refused: Iterable[str] = (),
    weights: Given | None = None,
) -> list[Problem]:
    """What is wrong with a study as a whole.

    Args:
        observed: series in the raw files with their units; None where that is not known, and no
            series is then called unknown.
        weights: spatial weights of the raw files; None where they are not known.
        refused: series of raw files that could not be taken, which is told, and not what follows from it.
    """
    from nqpf_assets.stages.formula_neighbours import formula_neighbour_problems
    from nqpf_assets.stages.named_groups import group_problems
    from nqpf_assets.stages.named_groups_of_tables import table_group_problems
    from nqpf_assets.stages.named_levels import from_level_problems
    from nqpf_assets.stages.named_neighbours import neighbour_problems
    from nqpf_assets.stages.named_units import unit_problems
    from nqpf_assets.stages.promised_rows import promise_problems
    from nqpf_assets.stages.room_for_parameters import room_problems
    from nqpf_assets.stages.room_for_tables import table_room_problems
    from nqpf_assets.stages.study import series_named
    from nqpf_assets.studies import validation

    series: dict[str, str | None] = {}
    series |= dict.fromkeys(refused)
    if observed is None:
        series |= dict.fromkeys(series_named(file))
    series |= observed or {}
    series |= {key: one.unit for key, one in catalogue.series.series.items()}
    names = catalogue.regions.written
    schemes = catalogue.regions.schemes
    codes = catalogue.regions.unit_codes
    problems = [
        with_id(one, catalogue.series)
        for one in validation.study_problems(
            file, series=series, regions=names, codes=codes, schemes=schemes
        )
    ]
    # Labels of a file that could not be taken need not be series: the card may give them another name.
    unsure = {*refused} - {*(observed or {}), *catalogue.series.series}
    problems = [
        one for one in problems if one.code != "own_name" or one.found.split("`")[1] not in unsure
    ]
    problems += _taken_names(file)
    problems += unit_problems(file, catalogue.regions)
    problems += from_level_problems(file, catalogue.regions, series)
    problems += group_problems(file, catalogue.regions)
    problems += table_group_problems(file, catalogue.regions)
    problems += neighbour_problems(file, catalogue, weights)
    problems += formula_neighbour_problems(file, catalogue, weights)
    problems += room_problems(file, catalogue.regions)
    problems += table_room_problems(file, catalogue.regions)
    problems += promise_problems(file, catalogue.regions)
    for grouping, groups in file.study.unit_groups.items():
        if isinstance(groups, str) and groups not in schemes:
            problems.append(
                file.problem(
                    ("groups", grouping),
                    f"a scheme of the region catalogue: {', '.join(sorted(schemes))}",
                    f"`{groups}`",
                    "correct it, or list the groups with their members",
                    "unknown_scheme",
                )
            )
    return one_per_cause(problems)


def _taken_names(file: StudyFile) -> Iterator[Problem]:
    """Names of the study and its tables that stand for something else in the warehouse."""
    name = file.study.study
    if name in taken_schemas():
        yield file.problem(
            ("study",),
            "a name of its own",
            f"`{name}`, a schema of the warehouse",
            "rename the study",
            "reserved_name",
        )
    for table in file.study.tables:
        if (STUDY_SCHEMA, table) in registry():
            yield file.problem(
                ("tables", table),
                "a name of its own",
                f"`{table}`, a table that every study has",
                "rename the table",
                "reserved_name",
            )


def without_own_study(
    project: Project, files: Iterable[StudyFile], observed: Container[str]
) -> Problem | None:
    """The one thing that is wrong where the studies that ship with the package are not about these files.

    A project without a study of its own gets those. Where more than half of their series are missing, that is
    not one mistake for each series.
    """
    from nqpf_assets.stages.study import series_named

    if project.own_study_paths():
        return None
    read = {name for file in files for name in series_named(file)}
    n_absent = sum(name not in observed for name in read)
    if 2 * n_absent <= len(read):
        return None
    return Problem(
        file="studies/",
        where="",
        expected="a study of the project's own",
        found=f"none, and {n_absent} of the {len(read)} series of the studies that ship with nqpf-assets "
        "are not in raw/",
        remedy="write a study: `nqpf new-study NAME` begins one",
        code="no_study",
    )


def observed_units(observations: pl.LazyFrame, files: pl.LazyFrame) -> dict[str, str]:
    """Series of `source.observation` with the unit of the newest vintage."""
    import polars as pl

    newest = (
        observations.filter(pl.col("unit_measure").is_not_null())
        .select("series_id", "file_id", "unit_measure")
        .unique()  # before anything is sorted: there may be millions of them
        .join(files.select("file_id", "vintage_order"), on="file_id")
        .sort("series_id", "vintage_order", "unit_measure")
        .group_by("series_id", maintain_order=True)
        .agg(pl.col("unit_measure").last())
    )
    return dict(newest.collect().iter_rows())


@dataclass(frozen=True)
class Inspection:
    """What was found in a project's files.

    Attributes:
        problems: everything that is wrong.
        n_files: how many raw files are sound.
        remarks: what a refresh would do that an author should know.
    """

    problems: list[Problem]
    n_files: int
    remarks: tuple[str, ...] = ()


def everything_wrong(project: Project) -> Inspection:
    """All problems of a project's files, building nothing."""
    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.projects.fetching.declared import load_sources
    from nqpf_assets.projects.held_against_files import problems_with_files
    from nqpf_assets.sources.collector import collect
    from nqpf_assets.sources.raw_state import RawState
    from nqpf_assets.sources.weights_under import with_weights_of
    from nqpf_assets.stages.compiled_study import compile_study
    from nqpf_assets.stages.filling_rules import line_problems
    from nqpf_assets.stages.matched_corrections import applied

    studies = read_study_files(project)
    files, problems = studies.sound, studies.problems
    _, corrections, wrong = read_root_files(project)
    problems += wrong
    try:
        load_sources(project)
    except InputError as error:
        problems += error.problems
    try:
        catalogue = load_catalogue(project.catalog)
    except InputError as error:
        return Inspection([*problems, *error.problems], 0)
    state = RawState.of(project, known={})
    found = collect(project.raw, catalogue, state=state)
    catalogue = with_weights_of(found, catalogue)
    problems += [*found.problems, *(found.state or state).warnings]
    problems += applied(corrections, found.scan(), found.files, catalogue)[1]
    observed = observed_units(found.scan(), found.files.lazy())
    is_read = all(one.severity == "warning" for one in found.problems)
    weights = weights_given(found.weights, found.weight_units) if is_read else None
    for part in studies.in_part:
        further = study_problems(part.file, catalogue, observed, found.refused, weights)
        problems += part.certain(further)
    sound = []
    borrowed = without_own_study(project, files.values(), observed)
    if (
        borrowed is not None
    ):  # told, and no mistake yet: who checks files first writes the study next
        # What is missing may stand in a file that could not be read: that is told, and nothing after it.
        told = [replace(borrowed, severity="warning")] if is_read else []
        return Inspection([*problems, *told], len(found.files))
    for file in files.values():
        wrong_here = study_problems(file, catalogue, observed, found.refused, weights)
        problems += wrong_here
        if all(one.severity == "warning" for one in wrong_here):
            sound.append(file)
            # What is missing may stand in a file that could not be read.
            if is_read:
                problems += problems_with_files(
                    file, compile_study(file, catalogue), catalogue, found, observed
                )
    problems += line_problems(files.values(), found.scan())
    # Of a file that could not be read nobody knows what it published.
    counted_in = sound if is_read else []
    return Inspection(problems, len(found.files), tuple(_remarks(counted_in, catalogue, found)))


def weights_given(links: pl.DataFrame, units: pl.DataFrame) -> Given:
    """The spatial weights of raw files, `source.weight` and `source.weight_unit`: neighbours by unit.

    Of weights that differ by year a neighbour is one of every year.
    """
    import polars as pl

    given: dict[str, dict[str, frozenset[str]]] = {}
    by = ["weights_name", "region_code"]
    n_years = units.group_by(by).len("n_years")
    of_unit = (
        links.group_by(*by, "neighbour_code")
        .len("n_links")
        .join(n_years, on=by)
        .filter(pl.col("n_links") == pl.col("n_years"))
        .group_by(by)
        .agg("neighbour_code")
    )
    for name, unit, others in (
        n_years.join(of_unit, on=by, how="left").select(*by, "neighbour_code").iter_rows()
    ):
        given.setdefault(name, {})[unit] = frozenset(others or ())
    return given


def _remarks(files: list[StudyFile], catalogue: Catalogue, found: Collection) -> Iterator[str]:
    """How much of each study would be filled in."""
    from nqpf_assets.stages.compiled_study import compile_study
    from nqpf_assets.stages.filling_share import filling_words

    for file in files:
        words = filling_words(compile_study(file, catalogue), catalogue, found.scan())
        if words:
            yield words
