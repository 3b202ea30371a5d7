"""`residual` and `fitted`: least squares over pooled rows, written out in means of products.

Everything is centred first, by group or effect. Then each regressor in turn is taken out of those after it
and of the outcome, so that what is left of the outcome is the residual (Frisch and Waugh 1933, Econometrica
1; the steps are the modified Gram-Schmidt of Björck 1967, BIT 7, which keeps the digits that products of
regressors would lose).

A regression so written is one more formula to all that look at formulas: SQL computes it in `fits`, and
`frozen` follows it through its means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from nqpf_assets.expressions.tree import Binary, Call, Name, Node, Number, names

FITTED = ("residual", "fitted")


@dataclass
class Fit:
    """A regression in steps.

    Attributes:
        arguments: name → outcome or regressor, the outcome first.
        parts: name → what is computed of these and of earlier parts, in order.
        value: the residual or fitted value of a row.
        left: of each regressor, the name of its mean square after all before it are taken out.
        whole: of each, that of its deviations from its mean before anything else is.
        raw: of each, that of itself.
    """

    arguments: dict[str, Node] = field(default_factory=dict)
    parts: dict[str, Node] = field(default_factory=dict)
    value: Node = field(default_factory=lambda: Number(0.0))
    left: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    def needed(self) -> dict[str, Node]:
        """The parts that the value is computed of, without those that only judge it."""
        found: dict[str, Node] = {}
        asked = {one.name for one in names(self.value)}
        for name, part in reversed(self.parts.items()):
            if name in asked:
                found[name] = part
                asked |= {one.name for one in names(part)}
        return dict(reversed(found.items()))

    def add(self, name: str, node: Node) -> Name:
        self.parts[name] = node
        return Name(name)


def effect_of(call: Call) -> str:
    """The effect that a regression has, `unit` or `period`; nothing where it has a constant alone."""
    effect = call.option("effects")
    return effect.name if isinstance(effect, Name) else ""


def rows_of(call: Call) -> Node:
    """A part that has a value in the rows of the regression: where outcome and regressors all have one.

    With an effect, the residual itself, which the only row of a unit or year does not have: such a row says
    nothing of the coefficients.
    """
    return replace(call, function="residual") if effect_of(call) else known_together(call)


def known_together(call: Call) -> Node:
    """A part that has a value where outcome and regressors all have one."""
    return reduce(lambda left, right: Binary("+", left, right), call.arguments)


def written_out(call: Call, prefix: str, years: Sequence[int]) -> Fit:
    """A regression in steps, each a formula.

    Args:
        call: `residual` or `fitted`, checked.
        prefix: of the names of its parts, which no other name begins with.
        years: of the study; those that there are where none are said.
    """
    fit, by = Fit(), call.option("by")
    centre = call.option("effects") or by
    short = ["y", *(f"x{place}" for place in range(1, len(call.arguments)))]
    for name, argument in zip(short, call.arguments, strict=True):
        fit.arguments[f"{prefix}{name}"] = argument
    # Nothing, in rows of the regression; missing in others.
    together = known_together(replace(call, arguments=tuple(map(Name, fit.arguments))))
    nothing: Node = _times(Number(0.0), together)
    if effect_of(call) == "period" and years:
        # A year before the study has no effect; the mean of such a year would be that of other rows.
        in_study = Call("is_period", tuple(Number(float(year)) for year in years))
        nothing = Binary("+", nothing, Binary("/", Number(0.0), in_study))
    inside = fit.add(f"{prefix}rows", nothing)

    def mean(node: Node, over: Node | None = by) -> Call:
        return Call("mean", (Binary("+", node, inside),), (("by", over),) if over else ())

    y, *taken = (
        fit.add(f"{name} centred", Binary("-", Name(name), mean(Name(name), centre)))
        for name in fit.arguments
    )
    explained: Node = mean(Name(f"{prefix}y"), centre)
    for place, name in enumerate(short[1:]):
        own, x = Name(f"{prefix}{name}"), taken[place]
        off = fit.add(f"{own.name} from its mean", Binary("-", own, mean(own)))
        left = fit.add(f"{own.name} left", mean(_times(x, x)))
        fit.left.append(left.name)
        fit.whole.append(fit.add(f"{own.name} varies", mean(_times(off, off))).name)
        fit.raw.append(fit.add(f"{own.name} squared", mean(_times(own, own))).name)
        for later in range(place + 1, len(taken)):
            of = f"{prefix}{short[later + 1]}"
            slope = fit.add(f"{of} on {name}", Binary("/", mean(_times(x, taken[later])), left))
            rest = Binary("-", taken[later], _times(slope, x))
            taken[later] = fit.add(f"{of} without {name}", rest)
        slope = fit.add(f"{prefix}y on {name}", Binary("/", mean(_times(x, y)), left))
        explained = Binary("+", explained, _times(slope, x))
        y = fit.add(f"{prefix}y without {name}", Binary("-", y, _times(slope, x)))
    fit.value = y if call.function == "residual" else explained
    return fit


def _times(left: Node, right: Node) -> Binary:
    return Binary("*", left, right)
