"""What an estimator that is registered must have, before anything is read or estimated with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import (
    ANY_EFFECTS,
    EQUATION,
    Covariance,
    Estimator,
    OptionBlock,
    Role,
)
from nqpf_assets.studies.printing import Printing
from nqpf_assets.studies.vcov import Vcov
from nqpf_assets.user_input.strict import Strict

SWITCHES = frozenset({"standardize", "hausman", "drop_singletons"})
"""Keys of `Equation` that only some estimators know."""
VCOVS = get_args(Vcov.model_fields["type"].annotation)


def lacks(estimator: Estimator) -> tuple[str, str] | None:
    """What an estimator has not that a study could not do without, as expected and found."""
    for holds, expected, found in _rules(estimator):
        if not holds:
            return expected, str(found)
    return None


def _rules(one: Estimator) -> Iterator[tuple[bool, str, object]]:
    module, _, name = one.function.partition(":")
    yield bool(module) and name.isidentifier(), "a function as `module:function`", one.function
    module, _, name = one.linear_model.partition(":")
    is_one = not one.linear_model or (bool(module) and name.isidentifier())
    yield is_one, "a linear model as `module:function`, or none", one.linear_model
    module, _, name = one.influence.partition(":")
    is_one = not one.influence or (bool(module) and name.isidentifier() and not one.linear_model)
    yield (
        is_one,
        "influence as `module:function` in place of a linear model, or none",
        one.influence,
    )
    kinds = list(one.covariances)
    yield (
        0 < len(kinds) == len({*kinds} & {*VCOVS}),
        f"covariances out of {', '.join(VCOVS)}",
        kinds,
    )
    are_told = all(isinstance(each, Covariance) for each in one.covariances.values())
    yield are_told, "a Covariance for each", one.covariances
    effects = sorted(one.effects)
    yield (
        bool(effects) and one.effects <= ANY_EFFECTS,
        f"effects out of {sorted(ANY_EFFECTS)}",
        effects,
    )
    roles = sorted({*one.within} - {*EQUATION})
    yield not roles, f"roles out of {', '.join(EQUATION)}", roles
    switches = sorted(one.switches)
    yield one.switches <= SWITCHES, f"switches out of {', '.join(sorted(SWITCHES))}", switches
    yield isinstance(one.printing, Printing), "a Printing", one.printing
    if one.options is not None:
        is_block = isinstance(one.options, OptionBlock)
        yield is_block, "options as an OptionBlock", one.options
        yield from _of_block(one.options)


def _of_block(block: OptionBlock) -> Iterator[tuple[bool, str, object]]:
    is_free = block.key.isidentifier() and block.key not in Equation.model_fields
    yield is_free, "a key of options that no column has anyway", block.key
    is_strict = isinstance(block.model, type) and issubclass(block.model, Strict)
    yield is_strict, "options whose model is a class of `user_input.strict.Strict`", block.model
    named = {*block.variables, *block.terms, *block.groupings, *block.unit_pairs}
    strange = sorted(named - {*block.model.model_fields})
    yield (
        not strange,
        "variables, terms, groupings and unit_pairs that are keys of the options",
        strange,
    )
    are_roles = all(isinstance(role, Role) for role in block.variables.values())
    yield are_roles, "a Role for each of its variables", block.variables
