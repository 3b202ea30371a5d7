"""`replace` and `lag` of a column: the base model of its table with other variables, or of years before.

A variant is a column like others. What it reads in place of a variable is a variable of the study, with a
preparation of its own; a lagged one is a variable as well, made where no column of the study has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator_registry import block_of

OfColumn = TypeVar("OfColumn", bound=Equation)


def lagged_name(variable: str, years: int) -> str:
    """The variable so many years before."""
    return f"{variable}_lag_{years}"


def varied(column: OfColumn) -> OfColumn:
    """The column with the variables of `replace`, and regressors and controls of `lag` years before."""
    changed = _renamed(column, column.replace)
    if column.lag is None:
        return changed
    terms = (*changed.regressors, *changed.controls)
    past = _renamed(changed, {name: lagged_name(name, column.lag) for name in terms})
    return past.model_copy(update={"weights": changed.weights})  # they are the outcome's


def names_in_base(column: Equation) -> dict[str, str]:
    """Variable of a column that was varied → what the base model has in its place, where that is another."""
    back = {new: old for old, new in column.replace.items()}
    ending = f"_lag_{column.lag}"
    found = {}
    for name in (str(column.outcome), *column.regressors, *column.controls):
        now = name.removesuffix(ending) if column.lag is not None else name
        if back.get(now, now) != name:
            found[name] = back.get(now, now)
    return found


def _renamed(column: OfColumn, names: Mapping[str, str]) -> OfColumn:
    """The column with other names wherever it, or a block of its estimator's options, names a variable."""
    if not names:
        return column
    update: dict[str, Any] = {
        key: _other(getattr(column, key), names) for key in ("outcome", "regressors", "controls")
    }
    if column.by_year is not None:
        of = _other(column.by_year.of, names)
        update["by_year"] = column.by_year.model_copy(update={"of": of})
    if column.weights is not None:
        of_rows = _other(column.weights.variable, names)
        update["weights"] = column.weights.model_copy(update={"variable": of_rows})
    options = block_of(column.estimator)
    block = getattr(column, options.key) if options else None
    if options is not None and block is not None:
        said = {
            key: _other(getattr(block, key), names) for key in (*options.variables, *options.terms)
        }
        update[options.key] = block.model_copy(update=said)
    return column.model_copy(update=update)


def _other(said: Any, names: Mapping[str, str]) -> Any:
    """A name, or several, as they are called now."""
    if isinstance(said, str):
        return names.get(said, said)
    return tuple(names.get(one, one) for one in said) if isinstance(said, tuple) else said
