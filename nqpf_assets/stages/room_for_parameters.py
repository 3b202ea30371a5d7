"""Columns that ask for more coefficients than their sample can have rows for.

A panel has at most one row for each unit and year, whatever the files hold, so this is known before
anything is read. Missing values can only make it worse: that is told when the column is estimated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.stages.columns_with_groups import look_of, parts_of, whole_columns
from nqpf_assets.stages.room_for_tables import few_spatial_units
from nqpf_assets.studies.effects import own_effects
from nqpf_assets.studies.estimator_registry import ESTIMATORS, block_of
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import CompleteColumn


def room_problems(file: StudyFile, regions: Regions) -> Iterator[Problem]:
    """Each such column, at its sample or at itself."""
    look = look_of(file, regions)
    periods = file.study.periods
    for where, column in whole_columns(file):
        sample, n_slopes = column.sample, slopes_of(column)
        n_years = (sample.last or periods.last) - (sample.first or periods.first) + 1
        estimator = ESTIMATORS[column.estimator]
        effects = own_effects(column.effects) if estimator.has_effects else ()
        if estimator.fits_within:
            effects = tuple(dict.fromkeys(("unit", *effects)))
        if n_years == 1 and effects:
            continue  # told by the validation of columns
        n_years -= estimator.of_differences
        behind_first = " after the first" if estimator.of_differences else ""
        if few_spatial_units(column, parts_of(look, column)) is not None:
            continue  # told as too few units for a spatial model
        for units in parts_of(look, column):
            n_effects = effects_absorbed(effects, len(units), n_years)
            n_rows = len(units) if estimator.of_unit_means else len(units) * n_years
            if units and n_rows <= n_effects + n_slopes:
                yield file.problem(
                    where(("sample",)),
                    f"more rows than the {counted(n_effects + n_slopes, 'parameters')} of the column, "
                    "the effects included",
                    f"{counted(n_rows, 'rows')} at the most: {counted(len(units), 'units')} in "
                    f"{counted(n_years, 'years')}{behind_first}",
                    "take more units or years, or fewer regressors or effects",
                    "few_rows",
                )
                break


def slopes_of(column: CompleteColumn) -> int:
    """Coefficients of the column, and what its estimator needs beside them."""
    block = block_of(column.estimator)
    more = block.more_parameters(column) if block else 0
    return len({*column.regressors, *column.controls}) + more


def effects_absorbed(effects: Collection[str], n_units: int, n_years: int) -> int:
    """Parameters of the fixed effects; of the constant where there are none."""
    n = {"unit": n_units, "period": n_years}
    return max(1, sum(n[effect] for effect in effects) - len(effects) + 1)
