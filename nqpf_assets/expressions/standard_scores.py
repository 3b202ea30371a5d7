"""Variables that are one standard score, shifted and scaled: its mean and deviation move no more than that.

What is the same on any scale, as R² or Moran's I, does not rest on the cells that such a variable is
standardised by; where it is joined with anything else, it does.
"""

from __future__ import annotations

from collections.abc import Mapping

from nqpf_assets.expressions.neighbours import LAG
from nqpf_assets.expressions.tree import Call, Name, Negative, Node, Number, Scaled, nodes

KEEPS_SHAPE = frozenset(("lag", "lead", "at", "of_region", LAG))
"""Functions that give values of their argument, or means of them with weights that add up to one."""


def one_standard_score(node: Node, trees: Mapping[str, Node]) -> Call | None:
    """The `standardize` of which all rows of a tree are sums and differences, times and plus constants.

    Args:
        node: the tree.
        trees: variables that it may name, by name; a variable that names itself reads a series.
    """
    found = _shape(node, trees)
    return found if isinstance(found, Call) else None


def _shape(node: Node, trees: Mapping[str, Node]) -> Call | Number | None:
    """The one score, a number where it is constant, or None where other values enter."""
    if isinstance(node, Number):
        return node
    if isinstance(node, Name):
        others = {name: tree for name, tree in trees.items() if name != node.name}
        return _shape(trees[node.name], others) if node.name in trees else None
    if isinstance(node, (Negative, Scaled)):
        return _shape(node.operand, trees)
    if isinstance(node, Call):
        if node.function == "standardize":
            # A score within it standardises in the same role, and moves what is read of it.
            return None if _has_score(node.arguments[0], trees) else node
        return _shape(node.arguments[0], trees) if node.function in KEEPS_SHAPE else None
    left, right = _shape(node.left, trees), _shape(node.right, trees)
    if left is None or right is None or node.operator not in ("+", "-", "*", "/"):
        return None
    scores = {one for one in (left, right) if isinstance(one, Call)}
    if not scores:
        return Number(0.0)  # any: what it is plays no part
    is_sum = node.operator in ("+", "-")
    is_scaled = isinstance(right, Number) or (node.operator == "*" and isinstance(left, Number))
    return next(iter(scores)) if len(scores) == 1 and (is_sum or is_scaled) else None


def _has_score(node: Node, trees: Mapping[str, Node]) -> bool:
    """Whether anything under a tree is standardised."""
    others = {name: tree for name, tree in trees.items() if Name(name) not in nodes(node)}
    return any(
        (isinstance(one, Call) and one.function == "standardize")
        or (isinstance(one, Name) and one.name in trees and _has_score(trees[one.name], others))
        for one in nodes(node)
    )
