"""What an author writes of one variable: an expression, and the unit of its values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from nqpf_assets.expressions.neighbours import Links, with_links
from nqpf_assets.expressions.parser import parse_expression
from nqpf_assets.expressions.tree import Node


@dataclass(frozen=True)
class Definition:
    """One variable as the author wrote it.

    Attributes:
        links: weights that spatial lags in it may ask for, where they are known.
    """

    expression: str
    unit: str | None = None
    links: tuple[Links, ...] = ()

    @cached_property
    def tree(self) -> Node:
        """The expression as it was read.

        Raises:
            ExpressionError: it cannot be read.
        """
        return with_links(parse_expression(self.expression), self.links)
