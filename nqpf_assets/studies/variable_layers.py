"""Variables in layers: first those made of series alone, then those that read what was finished before.

A formula gives a value; what its variable declares beside (clipping) is done to all its values at once,
after the formula and before anybody reads them. Such a variable is *finished* between two layers, and the
next layer reads its finished cells as it reads a series'. Whatever else is computed from whole columns of
values and shall be read by formulas belongs here in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nqpf_assets.expressions.compile import CompiledExpression


@dataclass(frozen=True)
class Layer:
    """Variables that are computed in one query.

    Attributes:
        variables: in the order in which they can be computed.
        read_later: those whose finished cells a later layer reads.
    """

    variables: Mapping[str, CompiledExpression]
    read_later: tuple[str, ...]


def layers(
    compiled: Mapping[str, CompiledExpression], finished: Collection[str]
) -> tuple[Layer, ...]:
    """The layers of a study's variables, one where nothing that is finished is read by a formula.

    Args:
        compiled: variables in the order in which they can be computed.
        finished: those whose values are not their formula's alone.
    """
    depth: dict[str, int] = {}
    for name, one in compiled.items():
        # A name that is not computed yet, one's own included, is a series.
        read = [other for other in one.inputs if other in depth]
        depth[name] = max((depth[other] + (other in finished) for other in read), default=0)
    last = {name: depth[name] for name in compiled}
    for name, one in compiled.items():
        for other in one.inputs:
            if other in depth and other != name:
                last[other] = max(last[other], depth[name])
    return tuple(
        Layer(
            {name: one for name, one in compiled.items() if depth[name] == place},
            tuple(name for name in compiled if depth[name] == place < last[name]),
        )
        for place in range(max(depth.values(), default=-1) + 1)
    )
