"""What an expression is once it is compiled: what is computed, in which unit, from which inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nqpf_assets.catalog.unit import Unit
from nqpf_assets.expressions.reach import Reach
from nqpf_assets.expressions.tree import Node


@dataclass(frozen=True)
class CompiledExpression:
    """An expression with its conversions written in.

    Attributes:
        tree: what is computed, conversions included; ``str(tree)`` says it in words.
        unit: unit of the value; None where the unit of an input is not known.
        inputs: names read, with the years and regions that they are read in.
    """

    tree: Node
    unit: Unit | None
    inputs: Mapping[str, tuple[Reach, ...]]
