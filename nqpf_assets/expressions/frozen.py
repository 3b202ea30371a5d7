"""Formulas with what they take from pooled rows held fast, so that a value moves by cells near it alone.

`standardize`, means, quantiles and bounds of clipping look at other units and years. Here each becomes
numbers that are read like a series of its own (a mean, a deviation, a bound), and the rows that they are
taken over become a variable; a regression is written out in means. Whoever differentiates a formula then
follows both ways: through the row's own cells, and through the numbers. What a condition says stays as it is
where a value moves by a little, and becomes a series that does not move.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nqpf_assets.expressions.aggregates import by_of
from nqpf_assets.expressions.compiled import CompiledExpression
from nqpf_assets.expressions.least_squares import FITTED, effect_of, written_out
from nqpf_assets.expressions.neighbours import CONTIGUITY, LAG, Links, links_of
from nqpf_assets.expressions.reads import reach
from nqpf_assets.expressions.terms import constant
from nqpf_assets.expressions.tree import (
    Binary,
    Call,
    Name,
    Node,
    Number,
    is_condition,
    names,
    rebuilt,
    rewritten,
)


@dataclass(frozen=True)
class Pooled:
    """Numbers that are taken from the rows of a variable.

    Attributes:
        kind: mean and standard deviation, lower and upper bound, a mean or quantile alone, or the values
            themselves, which stay.
        of: the variable whose rows are pooled.
        first, second: under which names the numbers are read; a mean or quantile is one, and of values that
            stay there is none.
        inside: of bounds: the name of a series that is 1 in rows that keep their value and 0 in others; of
            values that stay, that of the values.
        by: over which rows a mean or quantile is taken: ``period``, ``unit``, or all.
        share: of a quantile.
        below, above: of bounds: the names of series that are 1 in rows which are raised or lowered.
    """

    kind: Literal["standardized", "clipped", "mean", "quantile", "held"]
    of: str
    first: str = ""
    second: str = ""
    inside: str = ""
    below: str = ""
    above: str = ""
    by: str = ""
    share: float = 0.5

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(name for name in (self.first, self.second) if name)

    @property
    def sides(self) -> tuple[str, ...]:
        return tuple(name for name in (self.inside, self.below, self.above) if name)


@dataclass(frozen=True)
class Weighed:
    """A spatial lag by weights of a raw file, with a series added to it that is zero.

    Attributes:
        of: the variable whose values are lagged.
        added: the name of the series: how a value moves with it, it moves with the lag. Lags of the same by
            weights of several years have one, for each year reads its own.
    """

    links: Links
    of: str
    added: str


@dataclass(frozen=True)
class Frozen:
    """Variables in an order in which they can be computed, and pooled numbers in the order of their use.

    Attributes:
        weighed: spatial lags by weights of raw files, where these are asked for.
    """

    variables: Mapping[str, CompiledExpression]
    pooled: tuple[Pooled, ...]
    weighed: tuple[Weighed, ...] = ()


def frozen(
    compiled: Mapping[str, CompiledExpression],
    clipped: Collection[str],
    years: Sequence[int],
    *,
    of_weights: bool = False,
) -> Frozen:
    """The variables with pooled numbers as names.

    Args:
        compiled: in the order in which they can be computed.
        clipped: variables that are clipped before others read them.
        years: of the study.
        of_weights: whether spatial lags by weights of raw files are to be told apart.
    """
    found: dict[str, CompiledExpression] = {}
    pooled: list[Pooled] = []
    clips: dict[str, Pooled] = {}
    weighed: list[Weighed] = []

    def lagged(node: Call, links: Links) -> Node:
        of = next((one.of for one in weighed if found[one.of].tree == node.arguments[0]), None)
        if of is None:
            of = f"weights {len(weighed)}: of"
            found[of] = _as(node.arguments[0])
        same = [one for one in weighed if (one.of, one.links.asked_as) == (of, links.asked_as)]
        added = same[0].added if same else f"weights {len(weighed)}: added"
        if links.year not in [one.links.year for one in same]:
            weighed.append(Weighed(links, of, added))
        return Binary("+", replace(node, arguments=(Name(of),)), Name(added))

    def clipped_name(node: Node) -> Node:
        if isinstance(node, Name) and node.name in clips:
            return _clipped(node, clips[node.name])
        return node

    def change(node: Node) -> Node:
        node = clipped_name(node)
        if isinstance(node, Call) and node.function in ("mean", "quantile"):
            place = f"pool {len(pooled)}"
            found[f"{place}: of"] = _as(node.arguments[0])
            share = constant(node.arguments[1]) if node.function == "quantile" else 0.5
            kind: Literal["mean", "quantile"] = "mean" if node.function == "mean" else "quantile"
            one = Pooled(kind, f"{place}: of", f"{place}: number", by=by_of(node), share=share)
            pooled.append(one)
            return Name(one.first)
        if isinstance(node, Call) and node.function == "standardize":
            place = f"pool {len(pooled)}"
            inner, mean, deviation = (f"{place}: {what}" for what in ("of", "mean", "deviation"))
            found[inner] = _as(node.arguments[0])
            pooled.append(Pooled("standardized", inner, mean, deviation))
            return Binary("/", Binary("-", Name(inner), Name(mean)), Name(deviation))
        if of_weights and isinstance(node, Call) and node.function == LAG:
            links = links_of(node)
            is_raw = links is not None and links.rows and links.asked_as != CONTIGUITY
            return lagged(node, links) if links is not None and is_raw else node
        if isinstance(node, Call) and node.function in FITTED:
            fit = written_out(node, f"fit {len(found)}: ", years)
            found.update({name: _as(part) for name, part in fit.arguments.items()})
            for name, part in fit.needed().items():
                found[name] = _as(rebuilt(part, change))
            value = rebuilt(fit.value, change)
            if not effect_of(node):
                return value
            # Missing where the regression has no other row with the effect.
            there = held_fast(Call("not", (Call("is_missing", (node,)),)))
            return Binary("+", value, Binary("/", Number(0.0), there))
        return node

    def hold(node: Node) -> Node | None:
        return held_fast(node) if _is_held(node) else None

    def held_fast(node: Node) -> Name:
        inner = rebuilt(node, clipped_name)
        place = f"pool {len(pooled)}"
        held = Pooled("held", f"{place}: of", inside=f"{place}: held")
        found[held.of] = _as(inner)
        pooled.append(held)
        return Name(held.inside)

    for name, one in compiled.items():
        found[name] = _as(rebuilt(rewritten(one.tree, hold, options=True), change))
        if name in clipped:
            said = ("low", "high", "in", "below", "above")
            low, high, inside, below, above = (f"pool {len(pooled)}: {what}" for what in said)
            clips[name] = Pooled("clipped", name, low, high, inside, below, above)
            pooled.append(clips[name])
    return Frozen(found, tuple(pooled), tuple(weighed))


def _as(tree: Node) -> CompiledExpression:
    return CompiledExpression(tree, None, reach(tree))


def _is_held(node: Node) -> bool:
    """Whether a part is a rank or a condition on values: it says the same where these move by a little."""
    is_rank = isinstance(node, Call) and node.function == "rank"
    return is_rank or (is_condition(node) and any(True for _ in names(node)))


def _clipped(name: Name, bounds: Pooled) -> Node:
    """The value where it keeps it, a bound where it is moved to one."""

    def times(value: Name, where: str) -> Node:
        return Binary("*", value, Name(where))

    moved = Binary(
        "+", times(Name(bounds.first), bounds.below), times(Name(bounds.second), bounds.above)
    )
    return Binary("+", times(name, bounds.inside), moved)
