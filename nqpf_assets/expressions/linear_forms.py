"""Which sum each variable of a study is, so that variables that are made of each other are seen.

Two variables are exact linear functions of each other where their sums are alike but for a factor, however
they are written: ``2 * a + 2 * b`` and ``-(b + a)``, ``log(a / b)`` and ``log(a) - log(b)``. A shift in time
is carried to the names: ``lag(a + b)`` is ``lag(a) + lag(b)``. What is not seen to be alike counts as
different, so that nobody is refused for a likeness that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from nqpf_assets.expressions.functions import FUNCTIONS
from nqpf_assets.expressions.least_squares import FITTED
from nqpf_assets.expressions.neighbours import LAG
from nqpf_assets.expressions.sums import ONE, Atom, Atoms, Sum
from nqpf_assets.expressions.tree import Binary, Call, Name, Negative, Node, Number, Scaled

MOST_POWER = 8
"""Powers up to which a sum is multiplied out."""
EVERYWHERE = frozenset({"unit", "period"})


@dataclass
class LinearForms:
    """The sums of a study's variables.

    Attributes:
        trees: variable → its checked expression.
        opaque: variables that are read as something else than their expression gives: clipped ones.
        atoms: what the sums are made of.
    """

    trees: Mapping[str, Node]
    opaque: frozenset[str] = frozenset()
    atoms: Atoms = field(default_factory=Atoms)
    _known: dict[tuple[str, bool, int], Sum] = field(default_factory=dict)

    def of(self, name: str, owner: str | None = None, shift: int = 0) -> Sum:
        """The sum of a variable, `shift` years before; in its own formula its name is the series."""
        key = (name, owner == name, shift)
        if key not in self._known:
            tree = None if owner == name or name in self.opaque else self.trees.get(name)
            self._known[key] = (
                self.atoms.sum_of(Atom("name", key, varies=EVERYWHERE))
                if tree is None
                else self._sum(tree, name, shift)
            )
        return self._known[key]

    def is_made_of(self, name: str, others: frozenset[str]) -> bool:
        """Whether a variable follows from the values of others in the same row, and from nothing else."""
        targets = {key for one in others for key in self._alike(self.of(one))}
        return bool(self.of(name).terms) and self._follows(Name(name), None, targets, {})

    def _alike(self, of: Sum) -> Iterator[object]:
        """A sum without its factor and constant; and its logarithm, where it is one product."""
        if of.terms:
            yield of.times(1 / of.lead).key[0]
        if len(of.terms) == 1 and not of.constant:
            log = self.atoms.log(of.times(1 / of.lead))
            yield log.times(1 / log.lead).key[0]

    def _follows(
        self, node: Node, owner: str | None, targets: set[object], told: dict[str, bool]
    ) -> bool:
        """Whether a part of a formula does; `told` are names that were asked about."""
        found = self.of(node.name, owner) if isinstance(node, Name) else self._sum(node, owner, 0)
        if not found.terms or not targets.isdisjoint(self._alike(found)):
            return True
        if isinstance(node, Name):
            tree = self.trees.get(node.name)
            if tree is None or node.name == owner or node.name in self.opaque:
                return False
            if node.name not in told:
                told[node.name] = self._follows(tree, node.name, targets, told)
            return told[node.name]
        if isinstance(node, Negative | Scaled):
            return self._follows(node.operand, owner, targets, told)
        if isinstance(node, Binary):
            sides = (node.left, node.right)
            return all(self._follows(side, owner, targets, told) for side in sides)
        return (
            isinstance(node, Call)
            and FUNCTIONS[node.function].reads in ("row", "cases", "panel")
            and node.option("by") is None
            and node.option("effects") is None
            and all(self._follows(one, owner, targets, told) for one in node.arguments)
        )

    def _sum(self, node: Node, owner: str | None, shift: int) -> Sum:
        if isinstance(node, Number):
            return Sum(constant=Fraction(str(node.value)))
        if isinstance(node, Name):
            return self.of(node.name, owner, shift)
        if isinstance(node, Negative):
            return self._sum(node.operand, owner, shift).times(-ONE)
        if isinstance(node, Scaled):
            return self._sum(node.operand, owner, shift).times(node.factor)
        if isinstance(node, Binary):
            return self._binary(node, owner, shift)
        return self._call(node, owner, shift)

    def _binary(self, node: Binary, owner: str | None, shift: int) -> Sum:
        left = self._sum(node.left, owner, shift)
        right = self._sum(node.right, owner, shift)
        if node.operator == "+":
            return left.plus(right)
        if node.operator == "-":
            return left.plus(right.times(-ONE))
        if node.operator == "*":
            return self.atoms.product(left, right)
        if node.operator == "/":
            return self.atoms.product(left, self.atoms.power(right, -1))
        if node.operator != "**":
            return self.atoms.opaque(node.operator, (left, right))
        power = right.constant
        if right.terms or power.denominator != 1 or abs(power) > MOST_POWER:
            return self.atoms.opaque("**", (left, right))
        return self.atoms.power(left, int(power))

    def _call(self, node: Call, owner: str | None, shift: int) -> Sum:
        function = node.function
        if function in ("lag", "lead"):
            steps = node.arguments[1]
            by = int(steps.value) if isinstance(steps, Number) else 0
            return self._sum(node.arguments[0], owner, shift + (by if function == "lag" else -by))
        if function == "is_group":
            label = (function, *map(str, node.arguments))
            return self.atoms.sum_of(Atom(function, label, varies=frozenset({"unit"})))
        if function == "is_period":
            label = (function, *map(str, node.arguments), str(shift))
            return self.atoms.sum_of(Atom(function, label, varies=frozenset({"period"})))
        if function == "year":
            one = self.atoms.sum_of(Atom(function, function, varies=frozenset({"period"})))
            return one.plus(Sum(constant=Fraction(-shift)))
        if function == "at":
            return self._each(node, self._sum(node.arguments[0], owner, 0), "period")
        if function == "of_region":
            return self._each(node, self._sum(node.arguments[0], owner, shift), "unit")
        if function in ("mean", "quantile"):
            # The same in all rows, in all of a year, or in all of a unit.
            over = node.option("by")
            said = tuple(map(str, (*node.arguments[1:], over, shift)))
            varies = frozenset({over.name}) if isinstance(over, Name) else frozenset[str]()
            inner = self._sum(node.arguments[0], owner, 0)
            return self.atoms.sum_of(Atom(function, (inner.key, *said), varies=varies))
        if function == LAG:
            inner = self._sum(node.arguments[0], owner, shift)
            return self.atoms.opaque(
                function, [inner], frozenset({"unit"}), str(node.option("weights"))
            )
        # These look at other years or rows, so that they are shifted as a whole.
        is_whole = function in ("standardize", "rank", "accumulate", "deflate", *FITTED)
        of = [self._sum(one, owner, 0 if is_whole else shift) for one in node.arguments]
        if function in ("log", "log1p"):
            return self.atoms.log(of[0] if function == "log" else of[0].plus(Sum(constant=ONE)))
        label = (str(shift if is_whole else 0), *(f"{key}={value}" for key, value in node.options))
        grows = EVERYWHERE if function in ("accumulate", "deflate") else frozenset[str]()
        return self.atoms.opaque(function, of, grows, label)

    def _each(self, node: Call, inside: Sum, loses: str) -> Sum:
        """The same of every summand: its value in one year, in one region."""
        label = (*map(str, node.arguments[1:]), *(str(value) for _, value in node.options))
        found = Sum(constant=inside.constant)
        for atom, value in inside.terms.items():
            one = Atom(node.function, label, ((atom, 1),), loses=loses)
            found = found.plus(self.atoms.sum_of(one).times(value))
        return found
