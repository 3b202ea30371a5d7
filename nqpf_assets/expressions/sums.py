"""Sums of atoms with exact coefficients, and how they are added, multiplied and taken the logarithm of.

An atom is whatever cannot be taken apart: a name, a product of others, a function of them. Which sum an
expression is, is told in `linear_forms`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MOST_TERMS = 40
"""Terms up to which a product of two sums is written out."""
MOST_SHARES = 4
"""Factors above a line of division up to which shares are written as one less the others."""
ONE = Fraction(1)

Powers = Mapping[int, int]
"""Atom, by its number → exponent."""


@dataclass(frozen=True)
class Sum:
    """Coefficients of atoms, by their numbers, and a constant."""

    terms: Mapping[int, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    def times(self, factor: Fraction) -> Sum:
        return Sum({k: v * factor for k, v in self.terms.items() if factor}, self.constant * factor)

    def plus(self, other: Sum) -> Sum:
        terms = dict(self.terms)
        for atom, value in other.terms.items():
            terms[atom] = terms.get(atom, Fraction(0)) + value
        return Sum({k: v for k, v in terms.items() if v}, self.constant + other.constant)

    @property
    def lead(self) -> Fraction:
        """The coefficient of the first atom, by which a sum is divided to be compared."""
        return self.terms[min(self.terms)] if self.terms else ONE

    @property
    def key(self) -> tuple[tuple[tuple[int, Fraction], ...], Fraction]:
        return tuple(sorted(self.terms.items())), self.constant


@dataclass(frozen=True)
class Atom:
    """What a sum is made of.

    Attributes:
        kind: ``name``, ``product``, ``sum`` below a line of division, or a function.
        label: what tells it from others of its kind.
        parts: atoms that it is made of, with their exponents where it is a product.
        varies: over what it may differ (``unit``, ``period``), beside what its parts do.
        loses: over what it is the same whatever its parts are.
    """

    kind: str
    label: object = None
    parts: tuple[tuple[int, int], ...] = ()
    varies: frozenset[str] = frozenset()
    loses: str = ""


@dataclass
class Atoms:
    """All atoms of a study, numbered; sums of them."""

    known: list[Atom] = field(default_factory=list)
    _numbers: dict[Atom, int] = field(default_factory=dict)

    def sum_of(self, atom: Atom) -> Sum:
        """One of this atom."""
        if atom not in self._numbers:
            self._numbers[atom] = len(self.known)
            self.known.append(atom)
        return Sum({self._numbers[atom]: ONE})

    def opaque(
        self,
        kind: str,
        of: Iterable[Sum],
        varies: frozenset[str] = frozenset(),
        label: object = None,
    ) -> Sum:
        """A function of sums of which nothing more is known."""
        arguments = tuple(of)
        parts = sorted({atom for one in arguments for atom in one.terms})
        keys = (label, *(one.key for one in arguments))
        return self.sum_of(Atom(kind, keys, tuple((part, 1) for part in parts), varies))

    def product(self, left: Sum, right: Sum) -> Sum:
        """Two sums multiplied out, unless there is too much of it."""
        if (len(left.terms) + 1) * (len(right.terms) + 1) > MOST_TERMS:
            return self.opaque("times", (left, right))
        found = Sum(constant=left.constant * right.constant)
        found = found.plus(Sum(right.terms).times(left.constant))
        found = found.plus(Sum(left.terms).times(right.constant))
        for one, above in left.terms.items():
            for other, below in right.terms.items():
                both = _merged(self.powers(one), self.powers(other))
                found = found.plus(self._of_powers(both).times(above * below))
        return found

    def power(self, base: Sum, power: int) -> Sum:
        """A sum times itself, or one over it."""
        if power >= 0:
            found = Sum(constant=ONE)
            for _ in range(power):
                found = self.product(found, base)
            return found
        if not base.terms:
            no_number = not base.constant
            return self.opaque("/", (base,)) if no_number else Sum(constant=base.constant**power)
        lead = base.lead
        if len(base.terms) == 1 and not base.constant:
            (atom,) = base.terms
        else:
            (atom,) = self.opaque("sum", (base.times(1 / lead),)).terms
        powers = {part: k * power for part, k in self.powers(atom).items()}
        return self._of_powers(powers).times(lead**power)

    def log(self, of: Sum) -> Sum:
        """The logarithm of a product is a sum of logarithms; of a factor, a constant."""
        lead = of.lead if of.terms else of.constant
        if lead <= 0:
            return self.opaque("log", (of,))
        found = Sum(constant=Fraction(math.log(lead.numerator) - math.log(lead.denominator)))
        if not of.terms:
            return found
        if len(of.terms) > 1 or of.constant:
            return found.plus(self.opaque("log", (of.times(1 / lead),)))
        for part, power in self.powers(next(iter(of.terms))).items():
            found = found.plus(self.opaque("log", (Sum({part: ONE}),)).times(Fraction(power)))
        return found

    def powers(self, atom: int) -> Powers:
        """An atom as a product."""
        one = self.known[atom]
        return dict(one.parts) if one.kind == "product" else {atom: 1}

    def varies(self, atom: int, fixed: frozenset[object] = frozenset()) -> frozenset[str]:
        """Over what an atom may differ; `fixed` are labels of atoms that are the same everywhere."""
        one = self.known[atom]
        if one.label in fixed:
            return frozenset()
        return one.varies.union(*(self.varies(part, fixed) for part, _ in one.parts)) - {one.loses}

    def _of_powers(self, powers: Powers) -> Sum:
        left = {part: power for part, power in powers.items() if power}
        for part, power in left.items():
            if self.known[part].kind == "sum" and power < 0 and self._is_share(left, part):
                return self._divided_out(left, part)
        if not left:
            return Sum(constant=ONE)
        if list(left.values()) == [1]:
            return Sum({next(iter(left)): ONE})
        return self.sum_of(Atom("product", None, tuple(sorted(left.items()))))

    def _is_share(self, powers: Powers, whole: int) -> bool:
        """Whether the first summand of a sum stands above it, and those that would take its place come later.

        So each step leaves fewer of the first atoms, and there is an end.
        """
        label: Any = self.known[whole].label
        (first, _), *others = label[1][0]
        above = sum(power for power in powers.values() if power > 0)
        is_later = all(part > first for other, _ in others for part in self.powers(other))
        return powers.get(first, 0) > 0 and is_later and above <= MOST_SHARES

    def _divided_out(self, powers: Powers, whole: int) -> Sum:
        """The first summand over its sum is one less the others over it: shares add up to one."""
        label: Any = self.known[whole].label
        (first, _), *others = label[1][0]
        constant = label[1][1]
        rest = _merged(powers, {first: -1})
        found = self._of_powers(_merged(rest, {whole: 1}))
        for other, value in others:
            found = found.plus(self._of_powers(_merged(rest, self.powers(other))).times(-value))
        return found.plus(self._of_powers(rest).times(-constant)) if constant else found


def _merged(one: Powers, other: Powers) -> Powers:
    return {part: one.get(part, 0) + other.get(part, 0) for part in (*one, *other)}


def are_dependent(one: Sum, others: Iterable[Sum]) -> bool:
    """Whether a sum is put together from others and a constant, exactly."""
    rows: list[dict[int, Fraction]] = []
    for each in others:
        left = _reduced(dict(each.terms), rows)
        if left:
            rows.append(left)
    return not _reduced(dict(one.terms), rows)


def _reduced(row: dict[int, Fraction], rows: list[dict[int, Fraction]]) -> dict[int, Fraction]:
    """What is left of a row once earlier ones are taken away, the first of it made one."""
    for other in rows:
        pivot = min(other)
        factor = row.get(pivot)
        if factor:
            for atom, value in other.items():
                row[atom] = row.get(atom, Fraction(0)) - factor * value
            row = {atom: value for atom, value in row.items() if value}
    if not row:
        return row
    lead = row[min(row)]
    return {atom: value / lead for atom, value in row.items()}
