"""Units without a neighbour in the weights of a spatial lag: what is made of it has no value there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.expressions.neighbours import Links, weights_named

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy


def isolated_units(
    compiled: CompiledStudy, variables: Iterable[str]
) -> dict[str, dict[str, frozenset[str]]]:
    """Variable with a spatial lag in it or under it → weights → codes of units without a neighbour.

    Variables and weights of which all units have neighbours are left out.
    """
    own = {name: isolated for name in compiled.formulas if (isolated := _own(compiled, name))}
    found: dict[str, dict[str, frozenset[str]]] = {}
    for variable in variables if own else ():
        for under in compiled.under([variable]):
            if under in own:
                found.setdefault(variable, {}).update(own[under])
    return found


def said_of_isolated(isolated: Mapping[str, Mapping[str, Iterable[str]]]) -> dict[str, str]:
    """These units as text, for who tells of them and is out of date when they change."""
    return {
        f"units without a neighbour under {variable}": repr(
            {weights: sorted(units) for weights, units in sorted(by_weights.items())}
        )
        for variable, by_weights in isolated.items()
    }


def _own(compiled: CompiledStudy, formula: str) -> dict[str, frozenset[str]]:
    definition = compiled.formulas[formula].definition
    if not definition.links:
        return {}
    units = frozenset(unit.code for unit in compiled.units)
    # Of weights by year a unit may lack a neighbour in some; in years that they lack everyone does.
    by_year = {one.asked_as for one in definition.links if one.year is not None}
    isolated: dict[str, frozenset[str]] = {}
    for links in weights_named(definition.tree):
        if isinstance(links, Links) and (links.rows or links.name not in by_year):
            alone = units - links.of_units.keys()
            isolated[links.asked_as] = isolated.get(links.asked_as, frozenset()) | alone
    return {name: alone for name, alone in isolated.items() if alone}
