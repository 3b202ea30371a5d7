"""What each variable of the panel is in a column, and without which a row cannot be used."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.studies.estimator import CONTROL, OUTCOME, REGRESSOR, WEIGHTS, Role
from nqpf_assets.studies.estimator_registry import block_of, compared_of
from nqpf_assets.studies.sample_conditions import CONDITION, where_name
from nqpf_assets.studies.spec import CompleteColumn


def roles_of(column: CompleteColumn) -> dict[str, Role]:
    """What each variable of the panel is in a column."""
    roles = dict.fromkeys(column.controls, CONTROL) | dict.fromkeys(column.regressors, REGRESSOR)
    for name, role in _named_in_options(column):
        roles[name] = roles.get(name, role) if role.is_yielding else role
    outcome = {str(column.outcome): OUTCOME}
    found = outcome | roles | outcome
    where = where_name(column.sample)
    return found if where is None else found | {where: CONDITION}


def further_roles_of(column: CompleteColumn) -> dict[str, Role]:
    """What variables are beside their role: a regressor that gives economic distances as well."""
    roles = roles_of(column)
    return {
        name: role
        for name, role in _named_in_options(column)
        if role.is_yielding and roles[name] != role
    }


def _named_in_options(column: CompleteColumn) -> Iterator[tuple[str, Role]]:
    """Variables that weigh rows or that the options of the estimator name, with what they are there."""
    if column.weights is not None:
        yield column.weights.variable, WEIGHTS
    options = block_of(column.estimator)
    for key, role in options.variables.items() if options else ():
        said = getattr(getattr(column, options.key), key) if options else None
        yield from ((name, role) for name in ((said,) if isinstance(said, str) else said or ()))


def needed(column: CompleteColumn) -> list[str]:
    """Variables without which a row cannot be used, and the grouping whose groups are compared."""
    compared = compared_of(column)
    return list(dict.fromkeys([*roles_of(column), *([compared.grouping] if compared else [])]))
