"""The groups and regions that an expression names: checked, and regions told by their codes.

An author writes the code or the name of a region; what is computed, and what rests on what, knows
codes only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.expressions.tree import Call, ExpressionError, Name, Node, nodes, rebuilt
from nqpf_assets.messages.problems import did_you_mean

Groups = Mapping[str, Mapping[str, Iterable[str]]]
"""Grouping → group → the units in it, as they stand in the column `unit`."""

LABELS = ("region", "weights")
"""Options that name no series."""

Codes = Mapping[str, str]
"""Code or name of a region → code under which its cells are kept, the column `unit`."""


def check_groups(tree: Node, groups: Groups) -> None:
    """Refuse a grouping or group that the study does not have.

    Raises:
        ExpressionError: with the nearest names that it has.
    """
    for call in nodes(tree):
        if not isinstance(call, Call) or call.function != "is_group":
            continue
        grouping, group = (label for label in call.arguments if isinstance(label, Name))
        _known(grouping, groups, "grouping", f"known: {', '.join(groups)}")
        inside = groups[grouping.name]
        _known(group, inside, "group", f"known: {', '.join(inside)}")


def in_codes(tree: Node, codes: Codes) -> Node:
    """The tree with every region of `of_region` named by its code.

    Raises:
        ExpressionError: when there is no such region, or several of one name.
    """

    def coded(node: Node) -> Node:
        if not isinstance(node, Call) or node.function != "of_region":
            return node
        region = node.option("region")
        assert isinstance(region, Name)
        _known(region, codes, "region", "write its code, as in catalog.region")
        return replace(node, options=(("region", Name(codes[region.name], region.column)),))

    return rebuilt(tree, coded)


def kept_names(tree: Node, known: Collection[str] = ()) -> Node:
    """The tree with every series named as it is kept: without the unit that is printed behind its name.

    Args:
        tree: the tree.
        known: names that are right as they are.
    """

    calls = [node for node in nodes(tree) if isinstance(node, Call)]
    labels = {id(one) for call in calls if call.function == "is_group" for one in call.arguments}
    labels |= {id(one) for call in calls for key in LABELS if (one := call.option(key))}

    def kept(node: Node) -> Node:
        if not isinstance(node, Name) or id(node) in labels or node.name in known:
            return node
        return replace(node, name=printed_series(node.name)[0])

    return rebuilt(tree, kept)


def _known(label: Name, known: Iterable[str], what: str, otherwise: str) -> None:
    if label.name not in known:
        raise ExpressionError(
            f"there is no {what} `{label.name}`",
            column=label.column,
            remedy=did_you_mean(label.name, known) or otherwise,
        )
