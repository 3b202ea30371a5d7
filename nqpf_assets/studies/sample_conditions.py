"""Conditions on the rows of a column: `where` and `reported_only` of its sample, as formulas of the study.

Each is a variable of its own, named after what it says, computed, checked and traced as all are. `where`
is a condition as it is written; `reported_only` asks of each variable of the column whether its value was
filled in, of an index whether one of its indicators was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.tree import quoted
from nqpf_assets.studies.completed_columns import completed_columns
from nqpf_assets.studies.equation import Equation, Sample
from nqpf_assets.studies.estimator import Role
from nqpf_assets.studies.estimator_registry import block_of
from nqpf_assets.studies.formula import Formula, Path

if TYPE_CHECKING:
    from nqpf_assets.studies.spec import Study

CONDITION = Role("sample condition", is_yielding=True)


def where_name(sample: Sample) -> str | None:
    """The variable that is 1 in rows which `where` takes; None where it is not said."""
    said = where_words(sample)
    return None if said is None else f"where_{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def where_words(sample: Sample) -> str | None:
    """`where` on one line."""
    return None if sample.where is None else " ".join(sample.where.split())


def told_name(sample: Sample, name: str) -> str:
    """A name that a column reads, for people: a condition as it is written."""
    return f"`{where_words(sample)}`" if name == where_name(sample) else name


def filled_name(variable: str) -> str:
    """The variable that is 1 in rows in which a value of a variable was filled in."""
    return f"is_filled_{variable}"


def variables_in(column: Equation) -> tuple[str, ...]:
    """Variables of a column, those that its estimator's options name among them."""
    found = [str(column.outcome), *column.regressors, *column.controls]
    options = block_of(column.estimator)
    block = getattr(column, options.key) if options else None
    for key in options.variables if options and block is not None else ():
        said = getattr(block, key)
        found += (said,) if isinstance(said, str) else said or ()
    if column.weights is not None:
        found.append(column.weights.variable)
    return tuple(dict.fromkeys(found))


def conditions_of(column: Equation) -> tuple[str, ...]:
    """The conditions that a column reads in its rows."""
    where = where_name(column.sample)
    filled = variables_in(column) if column.sample.reported_only else ()
    return (*((where,) if where else ()), *map(filled_name, filled))


def condition_formulas(study: Study, known: tuple[Formula, ...]) -> Iterator[Formula]:
    """The formulas of all conditions of a study, each once, at the first column that asks for it.

    Args:
        known: the other formulas. A column that makes no model, or names what there is not, is told
            elsewhere.
    """
    members: dict[str, list[str]] = {one.name: [one.name] for one in known}
    for one in known:
        if one.index:
            members.setdefault(one.index, []).append(one.name)
    seen: set[str] = set()
    for path, written, column in completed_columns(study):
        here: Path = (*path, "sample")
        above: Path = (*path[:2], "model", "sample")
        for formula in _of_column(column, members):
            is_own = formula.key in written.sample.model_fields_set
            if formula.name not in seen:
                seen.add(formula.name)
                yield replace(formula, path=here if is_own else above)


def _of_column(column: Equation, members: dict[str, list[str]]) -> Iterator[Formula]:
    where = where_name(column.sample)
    if where is not None:
        said = Definition(str(column.sample.where))
        yield Formula(where, "condition", (), "where", said, where_words(column.sample))
    for name in variables_in(column) if column.sample.reported_only else ():
        if name in members:
            listed = ", ".join(map(quoted, members[name]))
            asked = Definition(f"is_filled({listed})")
            title = f"whether {name} was filled in"
            yield Formula(filled_name(name), "condition", (), "reported_only", asked, title)
