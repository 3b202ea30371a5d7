"""The variables that columns ask for by `by_year` and `lag`, as formulas of the study."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.tree import quoted
from nqpf_assets.studies.completed_columns import completed_columns
from nqpf_assets.studies.formula import Formula, Path
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.variants import lagged_name
from nqpf_assets.studies.year_terms import terms_by_year

if TYPE_CHECKING:
    from nqpf_assets.studies.spec import Study


def column_formulas(study: Study, known: Collection[str]) -> Iterator[Formula]:
    """The formula of each such variable, once, at the first column that asks for it.

    Args:
        known: variables, indicators and levels of the study; what is neither of these nor an index is told
            where columns are held against the study.
    """
    there = {*known, *study.indices}
    seen: set[str] = set()
    for path, written, column in completed_columns(study):
        for formula in (*_years(study, column, there), *_past(study, column, there)):
            if formula.name not in seen:
                seen.add(formula.name)
                is_own = formula.key in written.model_fields_set
                at: Path = path if is_own else (*path[:2], "model")
                yield replace(formula, path=at)


def _years(study: Study, column: CompleteColumn, there: Collection[str]) -> Iterator[Formula]:
    """A variable in each year."""
    asked = column.by_year
    if asked is None or asked.of not in there:
        return
    title = _title(study, asked.of)
    for year, name in terms_by_year(column, study.periods.years).items():
        said = Definition(f"{quoted(asked.of)} * is_period({year})")
        yield Formula(name, "year", (), "by_year", said, f"{title} × {year}")


def _past(study: Study, column: CompleteColumn, there: Collection[str]) -> Iterator[Formula]:
    """Variables of years before."""
    if column.lag is None:
        return
    terms = {*column.regressors, *column.controls}
    for name in sorted(there):  # in an order that is the same every time
        past = lagged_name(name, column.lag)
        if past in terms:
            said = Definition(f"lag({quoted(name)}, {column.lag})")
            yield Formula(
                past, "past", (), "lag", said, f"{_title(study, name)} (t − {column.lag})"
            )


def _title(study: Study, name: str) -> str:
    entry = study.variables.get(name) or study.indices.get(name)
    return (entry.title if entry else None) or name
