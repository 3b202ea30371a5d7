"""Studies held against what the raw files hold, before anything is built.

A refresh refuses the same when it makes the tables of a study. Here it is told with lines of the study file,
from observations that were only collected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import named
from nqpf_assets.messages.problems import CheckFailed, Problem, one_per_cause
from nqpf_assets.projects.years_in_files import years_without_values
from nqpf_assets.stages.series_views import with_versions
from nqpf_assets.studies.refilled_series import published

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.catalog.series import Series
    from nqpf_assets.sources.collection import Collection
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.steps.step import Output
    from nqpf_assets.studies.reader import StudyFile

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class _Collected:
    """The source tables as they were collected."""

    found: Collection
    series: tuple[str, ...]

    def scan(self, schema: str, table: str) -> pl.LazyFrame:
        frames = {"observation": self.found.scan(), "file": self.found.files.lazy()}
        frame = frames[table]
        return with_versions(frame, self.series) if table == "observation" else frame


def problems_with_files(
    file: StudyFile,
    compiled: CompiledStudy,
    catalogue: Catalogue,
    found: Collection,
    observed: Mapping[str, str],
) -> list[Problem]:
    """What a sound study asks that sound raw files do not give.

    Args:
        observed: series in the raw files with the unit of their newest vintage.
    """
    from nqpf_assets.stages.asked_lines import at_its_line
    from nqpf_assets.stages.named_units_of_series import wrong_names
    from nqpf_assets.stages.parameters import parameter_tables

    absent = list(_absent(file, compiled, catalogue, observed))
    if absent:
        return absent
    of_tables = {name for table in file.study.tables.values() for name, _ in table.series()}
    units = {
        name: unit for name, unit in observed.items() if name in of_tables - {*compiled.series}
    }
    problems = list(wrong_names(compiled, units))
    problems += one_per_cause(years_without_values(file, compiled, found.scan()))
    try:
        made = parameter_tables(compiled, catalogue, _Collected(found, compiled.series))
        _require_published(compiled, catalogue, found, made)
    except CheckFailed as failed:
        files = {file.study.study: file}
        problems += [at_its_line(problem, files) for problem in failed.problems]
    return problems


def _require_published(
    compiled: CompiledStudy, catalogue: Catalogue, found: Collection, made: Output
) -> None:
    """Refuse series that are taken from a level for which no file has them."""
    import polars as pl

    from nqpf_assets.stages.named_levels import require_published

    member = made[compiled.name, "member"]
    assert isinstance(member, pl.DataFrame), "parameters are no queries"
    if member.is_empty():
        return
    unit = catalogue.regions.continuing.select("region_code", unit="unit_code")
    there = found.scan().filter(pl.col("value").is_not_null()).join(unit.lazy(), on="region_code")
    published = there.select("unit", variable="series_id").unique().collect()
    require_published(compiled, published, member)


def _absent(
    file: StudyFile, compiled: CompiledStudy, catalogue: Catalogue, held: Mapping[str, str]
) -> Iterator[Problem]:
    """Series that no file holds, each at the place that names it first."""
    places: dict[str, Path] = {}
    for name, formula in compiled.formulas.items():
        for read in compiled.direct[name]:
            if read == name or read not in compiled.direct:
                places.setdefault(published(read), (*formula.path, formula.key))
    for name, own in file.study.sources.series.items():
        if own.from_level is not None and own.from_level.weight is not None:
            below_it: Path = ("sources", "series", name, "from_level", "weight")
            places.setdefault(own.from_level.weight, below_it)
    for name, table in file.study.tables.items():
        for series, below in table.series():
            places.setdefault(series, ("tables", name, *below))
    for series, path in places.items():
        if series not in held:
            yield file.problem(
                path,
                f"a file under raw/ that holds `{series}`",
                "none",
                _to_add(catalogue.series.get(series), held, series),
                "absent_series",
            )


def _to_add(known: Series | None, held: Mapping[str, str], series: str) -> str:
    """What to do about a series without a file; where the catalogue knows it, its name is no mistake."""
    if known is None:
        return (
            f"add the file, or correct the name; the series that are there: {named(held, series)}"
        )
    printed = f" of {known.names[0]}"
    return f"add a file{printed}, or name another series: `nqpf series` lists those that are there"
