"""The variables that `by_year` of columns asks for, as formulas of the study."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.tree import quoted
from nqpf_assets.studies.completed_columns import completed_columns
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.year_terms import terms_by_year

if TYPE_CHECKING:
    from nqpf_assets.studies.spec import Study


def year_formulas(study: Study, known: Collection[str]) -> Iterator[Formula]:
    """The formula of each year of each such variable, once, at the first column that asks for it.

    Args:
        known: variables, indicators and levels of the study; what is neither of these nor an index is told
            where columns are held against the study.
    """
    seen: set[str] = set()
    for path, written, column in completed_columns(study):
        asked = column.by_year
        if asked is None or asked.of not in {*known, *study.indices}:
            continue
        is_own = "by_year" in written.model_fields_set
        at = path if is_own else (*path[:2], "model")
        entry = study.variables.get(asked.of) or study.indices.get(asked.of)
        title = (entry.title if entry else None) or asked.of
        for year, name in terms_by_year(column, study.periods.years).items():
            if name in seen:
                continue
            seen.add(name)
            said = Definition(f"{quoted(asked.of)} * is_period({year})")
            yield Formula(name, "year", at, "by_year", said, f"{title} × {year}")
