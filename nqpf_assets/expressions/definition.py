"""What an author writes of one variable: an expression, and the unit of its values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from nqpf_assets.expressions.parser import parse_expression
from nqpf_assets.expressions.tree import Node


@dataclass(frozen=True)
class Definition:
    """One variable as the author wrote it."""

    expression: str
    unit: str | None = None

    @cached_property
    def tree(self) -> Node:
        """The expression as it was read.

        Raises:
            ExpressionError: it cannot be read.
        """
        return parse_expression(self.expression)
