"""Series that a study file names with a unit of measurement, outside of formulas.

Whether it is the unit in which the study has the series is asked in `stages.named_units_of_series`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.printed_series import printed_series

if TYPE_CHECKING:
    from nqpf_assets.studies.reader import StudyFile

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class NamedWithUnit:
    """A series that a study file names with a unit, outside of formulas."""

    label: str
    series: str
    unit: str
    where: str


def named_with_unit(file: StudyFile) -> Iterator[NamedWithUnit]:
    """Names in `sources.series` and of rows of tables behind which a unit is written."""
    named: list[tuple[str, Path]] = [
        (str(written), ("sources", "series", written))
        for written in _written(file, ("sources", "series")) or ()
    ]
    for name, table in file.study.tables.items():
        for _, below in table.series():
            path: Path = ("tables", name, *below)
            named.append((str(_written(file, path)), path))
    for label, path in named:
        series, unit = printed_series(label)
        if unit is not None:
            line = file.place(*path).line
            yield NamedWithUnit(label, series, unit, f"line {line}: {'.'.join(map(str, path))}")


def _written(file: StudyFile, path: Path) -> Any:
    """What the file has at a path; None where it has nothing there."""
    data = file.document.data
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data
