"""A whole column against the years and groups of its study.

What a column says for itself is refused by `column_rules`; here stands what needs the rest of the file.
Groups of the region catalogue are known to `nqpf_assets.stages.named_groups`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.studies.estimator_registry import ESTIMATORS, covariance_of
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import CompleteColumn

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Written:
    """Where a key of a whole column stands: in the column, or else in the `model` of its table.

    Attributes:
        column: path of the column.
    """

    file: StudyFile
    column: Path

    def __call__(self, keys: Path) -> Path:
        own = self._depth((*self.column, *keys))
        table = (*self.column[:2], "model")
        inherited = self._depth((*table, *keys))
        if inherited - len(table) > own - len(self.column):
            return (*table, *keys)
        return (*self.column, *keys)

    def _depth(self, path: Path) -> int:
        """How much of a path is written."""
        places = self.file.document.places
        while path and path not in places:
            path = path[:-1]
        return len(path)


def column_problems(file: StudyFile, where: Written, column: CompleteColumn) -> Iterator[Problem]:
    """What the years of the study do not let a column be."""
    periods, sample = file.study.periods, column.sample
    first, last = sample.first or periods.first, sample.last or periods.last
    n_years = last - first + 1
    if n_years == 1 and column.effects and ESTIMATORS[column.estimator].has_effects:
        yield file.problem(
            where(("effects" if "effects" in column.model_fields_set else "sample",)),
            "`effects: []`: one year is a cross-section, which has no effects",
            f"`effects: [{', '.join(column.effects)}]` in the sample of {first}",
            "write `effects: []`, or take more years",
            "cross_section",
        )
    errors = covariance_of(column.estimator, column.vcov.type)
    has_lags = errors is not None and errors.has_lags
    if has_lags and not 1 <= (column.vcov.lags or 0) + 1 <= n_years:
        yield file.problem(
            where(("vcov", "lags")),
            f"fewer lags than the {counted(n_years, 'years')} of the sample",
            f"`lags: {column.vcov.lags}`",
            "take fewer lags",
            "lags",
        )
    if column.by_year is not None and column.by_year.base not in range(first, last + 1):
        yield file.problem(
            where(("by_year", "base")),
            f"a year of the sample: {first} to {last}",
            f"{column.by_year.base}",
            "name the year that the others are compared with",
            "sample_years",
        )
    if n_years == 1 and errors and errors.most_keys and "period" in column.vcov.by:
        yield file.problem(
            where(("vcov", "by")),
            "two or more years, to cluster by them",
            f"`by: [{', '.join(column.vcov.by)}]` in the sample of {first}",
            "cluster by units, or take more years",
            "one_cluster",
        )
    if has_lags and n_years == 1:
        yield file.problem(
            where(("vcov", "type")),
            "two or more years, for errors with lags",
            f"`type: {column.vcov.type}` in the sample of {first}",
            "take another covariance",
            "lags",
        )
