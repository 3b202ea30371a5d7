"""Groupings that an expression makes: a variable of the study whose values have names.

A row belongs to the group of its own unit and year. Who is in a group is not known before there are numbers,
so a sample takes one as a condition on the variable, and what reads labels asks for rows that have one
(`samples_of_groups`). What takes whole units refuses a unit that changes its group once it is estimated.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from pydantic import Field, model_validator

from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.tree import Binary, ExpressionError, Number, is_condition, quoted
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Refusal, Refused
from nqpf_assets.user_input.strict import Name, Strict


class ComputedGroups(Strict):
    """A grouping of units and years by the values of an expression."""

    expression: str = Field(
        min_length=1,
        description="a condition, `cut(x, 3)`, or a variable of whole numbers; each row is in the group "
        "of its own unit and year",
    )
    names: tuple[Name, ...] = Field(
        min_length=2,
        description="names of the groups, in the order of the values: of a condition first where it does not "
        "hold, then where it does",
    )
    values: tuple[int, ...] = Field(
        (),
        description="the values that the names stand for, in the same order; may be left out of a condition "
        "(0, 1) and of `cut` (1, 2, …)",
    )

    @model_validator(mode="after")
    def _each_name_has_a_value(self) -> ComputedGroups:
        if found := tuple(self._refusals()):
            raise Refused(found)
        return self

    def _refusals(self) -> Iterator[Refusal]:
        for key in ("names", "values"):
            said = getattr(self, key)
            twice = next((one for place, one in enumerate(said) if one in said[:place]), None)
            if twice is not None:
                yield Refusal(
                    (key,), f"{key} that differ", f"`{twice}` twice", "change one of the two"
                )
        known = self._known_values()
        if known is None and not self.values:
            yield Refusal(
                ("expression",),
                "a condition, `cut`, or `values` beside the names: which number each stands for",
                f"`{self.expression}` without `values`",
                "write the whole numbers in the order of the names, e.g. `values: [0, 1]`",
            )
        n = len(self.values or known or self.names)
        if n != len(self.names):
            yield Refusal(
                ("names",),
                f"{counted(n, 'names')}, one for each value",
                f"{len(self.names)}: {', '.join(self.names)}",
                "name every value once, in their order",
            )

    def _known_values(self) -> tuple[int, ...] | None:
        """The values that the expression has as it is written; none for one that cannot be read."""
        try:
            tree = Definition(self.expression).tree
        except ExpressionError:  # told by the validation of formulas, with its place
            return tuple(range(len(self.names)))
        if is_condition(tree):
            return (0, 1)
        n = 0
        while isinstance(tree, Binary) and tree.operator == "+" and is_condition(tree.right):
            tree, n = tree.left, n + 1
        return tuple(range(1, n + 2)) if n and tree == Number(1.0) else None  # as `cut` is read

    @cached_property
    def value_of(self) -> dict[str, int]:
        """Name of a group → the value that it stands for."""
        return dict(zip(self.names, self.values or self._known_values() or (), strict=True))


def in_group(name: str, value: int) -> str:
    """The condition that a row is in the group of a value."""
    return f"{quoted(name)} == {value}"


def in_a_group(name: str, groups: ComputedGroups) -> str:
    """The condition that a row is in one of them; it cannot be told where the grouping has no value."""
    return " or ".join(in_group(name, value) for value in groups.value_of.values())
