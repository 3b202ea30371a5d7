"""One column of a table: its rows, its estimator, and the promises the study makes about it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from numpy.linalg import LinAlgError

from nqpf_assets.estimation.contract import require_fitted
from nqpf_assets.estimation.design import Design, design_of
from nqpf_assets.estimation.result_rows import Fitted, errors_told
from nqpf_assets.estimation.roles import further_roles_of, roles_of
from nqpf_assets.estimation.sample_rows import (
    NONE_ISOLATED,
    Isolated,
    isolated_told,
    n_filled,
    n_weightless,
    sample_words,
)
from nqpf_assets.estimation.winsor_cuts import bound_rows_of, cuts_of, untouched_words
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.studies.estimator_registry import ESTIMATORS, REGISTRY
from nqpf_assets.studies.sample_conditions import told_name, where_name
from nqpf_assets.studies.spec import CompleteColumn, Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography


MOST_FITS = 5
"""Fits until bounds of clipping and rows that are dropped agree; two are enough but for contrived data."""


@dataclass(frozen=True)
class FittedColumn:
    """A column with the rows it rests on.

    Attributes:
        fitted: what the estimator reports.
        sample: units and periods that were used, sorted.
        sample_id: hash of `sample`; columns with the same rows share it.
        sample_words: the sample as the study asks for it.
        n_asked: rows of the asked sample.
        n_missing_rows: rows of the asked sample that a missing value kept out.
        lacking: variable → rows of the asked sample without a value of it.
        roles: what each variable was in the column: outcome, regressor, control, mediator …
        further_roles: what it was beside, as the economic distance of a spatial model.
        bound_rows: variable, unit and period of every row on which a bound of its clipping rests.
    """

    fitted: Fitted
    sample: pl.DataFrame
    sample_id: str
    sample_words: str
    n_asked: int
    n_missing_rows: int
    lacking: Mapping[str, int]
    roles: dict[str, str]
    further_roles: dict[str, str]
    bound_rows: pl.DataFrame


def fit_column(
    study: Study,
    table: str,
    column: CompleteColumn,
    panel: pl.DataFrame,
    geography: Geography,
    isolated: Isolated = NONE_ISOLATED,
) -> FittedColumn:
    """Estimate one column on the analysis panel.

    Args:
        isolated: variable and weights of a spatial lag under it → units without a neighbour in these.

    Raises:
        CheckFailed: the model cannot be estimated.
        InputError: the package that brings the estimator cannot.
    """
    import polars as pl

    design, fitted = _settled(study, _place(table, column), column, panel, geography)
    sample = design.rows.select("unit", "period").filter(pl.Series(fitted.is_in_sample))
    lost = isolated_told(study, column, panel, isolated)
    left_out = tuple(_left_out_told(design, lost, n_filled(study, column, panel)))
    if n := n_weightless(study, column, panel):
        left_out += (f"{counted(n, 'rows')} left out whose weight is zero",)
    return FittedColumn(
        replace(fitted, notes=(*fitted.notes, *left_out)),
        sample,
        sample_id_of(sample),
        sample_words(study, column),
        design.n_asked,
        design.n_asked - len(design.rows),
        design.lacking,
        {name: role.name for name, role in roles_of(column).items()},
        {name: role.name for name, role in further_roles_of(column).items()},
        bound_rows_of(design),
    )


def _settled(
    study: Study, place: str, column: CompleteColumn, panel: pl.DataFrame, geography: Geography
) -> tuple[Design, Fitted]:
    """A fit whose quantiles are those of the rows that it takes.

    Some rows are dropped for what stands in them, as units that are censored throughout are by Tobit: bounds
    are then taken again without them.
    """
    design = design_of(study, place, column, panel, geography)
    fitted = _fitted(study, design)
    for _ in range(MOST_FITS):
        if not design.clip.cuts or (fitted.is_in_sample == design.taken).all():
            return design, fitted
        design = design_of(study, place, column, panel, geography, fitted.is_in_sample)
        fitted = _fitted(study, design)
    raise _failed(
        study,
        place,
        "bounds of `winsorize` from the rows that are estimated",
        "rows that are dropped or not as the bounds are, without an end",
        "clip the variables where they are declared, or leave out rows with `sample`",
        at=("winsorize",),
    )


def _left_out_told(
    design: Design, lost: Mapping[str, Mapping[str, str]], filled: Mapping[str, int]
) -> Iterator[str]:
    """How many rows were left out that a reader would look for: by conditions, and of islands."""
    sample = design.column.sample
    where = where_name(sample) or ""
    words = told_name(sample, where)
    if n := design.lacking.get(words):
        alone = "".join(f", {rows}: {names}" for rows, names in lost.get(where, {}).items())
        yield f"{counted(n, 'rows')} left out in which {words} cannot be told{alone}"
    for variable, islands in lost.items():
        for rows, names in islands.items() if variable != where else ():
            yield f"{variable} has no value in {rows}, which are left out: {names}"
    if filled:
        by = [f"{name} in {n}" for name, n in filled.items() if name]
        words = f"{counted(filled[''], 'rows')} left out in which a value was filled in"
        yield f"{words}: {listed(by)}" if by else words


def check_expected(study: Study, table: str, column: CompleteColumn, fit: FittedColumn) -> None:
    """Hold n against what the study expects of this column.

    Raises:
        CheckFailed: it is another number.
    """
    expected, found = column.expect.n, fit.fitted.model.n_obs
    if expected is None or found == expected:
        return
    why = f"{counted(fit.n_asked, 'rows')} in the sample, {fit.n_missing_rows} with a missing value"
    why += f": {_lacking_words(fit.lacking)}" if fit.lacking else ""
    why += "".join(f"; {words}" for words in fit.fitted.dropped)
    raise _failed(
        study,
        _place(table, column),
        f"n = {expected}",
        f"n = {found} ({why})",
        "mend the data, or state the new number and its reason in `expect`",
        at=("expect", "n"),
    )


def _fitted(study: Study, design: Design) -> Fitted:
    """What the estimator reports, or the reason why it cannot be estimated."""
    column = design.column
    _require_rows(study, design)
    try:
        with REGISTRY.answerable(column.estimator, told=(EstimationError, LinAlgError)):
            fitted = ESTIMATORS[column.estimator].fit(design)
            require_fitted(design, fitted)
        fitted = errors_told(fitted)
        return replace(
            fitted,
            tests=(*fitted.tests, *cuts_of(design)),
            notes=(*fitted.notes, *untouched_words(design)),
        )
    except (EstimationError, LinAlgError) as error:
        remedy = "change the variables or the sample of the column"
        if column.effects and design.rows.get_column("period").n_unique() == 1:
            remedy = "write `effects: []`: one year is a cross-section, which has no effects"
        if isinstance(error, EstimationError):
            found, remedy = error.named(design.unit_names), error.remedy or remedy
        else:
            found = f"equations without a single solution ({error})"
        raise _failed(
            study,
            design.place,
            "a model that can be estimated",
            found,
            remedy,
        ) from error


def _require_rows(study: Study, design: Design) -> None:
    """Refuse a sample of which nothing is left."""
    place = design.place
    if not design.n_asked:
        words = sample_words(study, design.column)
        raise _failed(
            study,
            place,
            f"rows in the sample: {words}",
            "none",
            "correct the `sample` of the column",
            at=("sample",),
        )
    if design.rows.is_empty():
        raise _failed(
            study,
            place,
            "rows with a value for every variable",
            f"none of {counted(design.n_asked, 'rows')}; without a value: "
            f"{_lacking_words(design.lacking)}",
            "add files that hold them, fill them (`interpolation`), put them together from a lower level "
            "(`from_level`), or leave the variable or years out; panel.cell says why a cell is missing, "
            "`nqpf check` which year that a formula names no file has",
        )
    if design.clip.flat:
        raise _failed(
            study,
            place,
            "variables that still vary once `winsorize` has clipped them",
            f"one number left of {', '.join(design.clip.flat)}",
            "take a smaller `share`, or clip single variables where they are declared",
            at=("winsorize",),
        )


def _lacking_words(lacking: Mapping[str, int]) -> str:
    """``out in 3 rows, people in 1``."""
    return listed([f"{name} in {n}" for name, n in lacking.items()])


def sample_id_of(sample: pl.DataFrame) -> str:
    """Short hash of units and periods in their order."""
    units = sample.get_column("unit").str.join("\n").item()
    digest = hashlib.sha256(units.encode())
    digest.update(sample.get_column("period").to_numpy().astype("<i4").tobytes())
    return digest.hexdigest()[:12]


def _place(table: str, column: CompleteColumn) -> str:
    return f"{table} {column.label}"


def _failed(
    study: Study,
    place: str,
    expected: str,
    found: str,
    remedy: str,
    *,
    at: tuple[str, ...] = (),
) -> CheckFailed:
    """A refusal of a column.

    Args:
        at: keys of the column that ask for it.
    """
    return CheckFailed(
        [
            Problem(
                file=f"study {study.study}",
                where=place,
                expected=expected,
                found=found,
                remedy=remedy,
                code="column",
                asked_at=(*_path(study, place), *at),
            )
        ]
    )


def _path(study: Study, place: str) -> tuple[str | int, ...]:
    """The keys of the study file that lead to a column."""
    for name, table in study.tables.items():
        for number, column in enumerate(getattr(table, "columns", ())):
            if f"{name} {column.label}" == place:
                return ("tables", name, "columns", number)
    return ()
