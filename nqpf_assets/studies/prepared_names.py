"""What of a study is made anew where a variable, an indicator or an index is prepared otherwise.

That is what is changed, and all that a column reads and that is made from it, through any number of steps:
a product with a changed variable is another product. Everything else stays what it is for all columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nqpf_assets.expressions.tree import quoted
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.formulas import valued, with_values, written_formulas
from nqpf_assets.studies.gap_filling import Interpolation
from nqpf_assets.studies.index_method import DimensionIndex
from nqpf_assets.studies.prepared_words import (
    can_be_read,
    names_in,
    read_in,
    series_and_names,
    slug,
    substituted,
)
from nqpf_assets.studies.refilled_series import is_filled_otherwise, refilled
from nqpf_assets.studies.spec import Study

Changes = Mapping[str, Mapping[str, Any]]
"""Variable, indicator or index → the keys of its entry that are other."""
FILLING = "interpolation:"
"""Stands among variables for another rule for gaps, which is under all that read a series that it fills."""


@dataclass(frozen=True)
class Made:
    """The variables, groupings and indices of a study, and what each is made from."""

    study: Study

    def series_in(self, name: str, expression: str) -> tuple[str, ...]:
        """Series that an expression of a variable reads; its own name, in what the study has, is one."""
        there = {*self.formulas, *self.study.indices}
        return tuple(one for one in series_and_names(expression) if one == name or one not in there)

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        """Variables, indicators, levels and groupings by name; the first where a name stands twice."""
        found: dict[str, Formula] = {}
        for one in written_formulas(self.study):
            found.setdefault(one.name, with_values(one, self.study))
        return found

    @cached_property
    def is_readable(self) -> bool:
        """Whether it is known of each what it is made from."""
        return all(can_be_read(one) for one in self.formulas.values())

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """Variable or index → variables and indices that it is made from directly."""
        there = {*self.formulas, *self.study.indices}
        found = {
            # A name inside its own formula is a series.
            name: frozenset({read.name for read in read_in(one)} & there - {name})
            for name, one in self.formulas.items()
        }
        for name in self.study.indices:
            members = (key for key, one in self.formulas.items() if one.index == name)
            found[name] = frozenset(members)
        return found


@dataclass(frozen=True)
class Renamed:
    """How what is made anew is called.

    Attributes:
        made: what there is.
        changed: what is prepared otherwise.
        asked: what a column reads.
        filling: how it fills gaps; None as the study does.
    """

    made: Made
    changed: Changes
    asked: tuple[str, ...]
    filling: Interpolation | None = None

    @cached_property
    def changes(self) -> Changes:
        """What is prepared otherwise, another rule for gaps among it."""
        if self.filling is None:
            return self.changed
        return {**self.changed, FILLING: self.filling.model_dump()}

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """As of what there is, with what changed expressions read."""
        found = dict(self.made.reads)
        for name, change in self.changed.items():
            said = [change[key] for key in ("series", "per") if isinstance(change.get(key), str)]
            if isinstance(expression := change.get("expression"), str):
                said += names_in(valued(expression, self.made.study))
            if {"expression", "series"} & change.keys():
                found[name] = frozenset(said) & found.keys() - {name}
            else:
                found[name] |= frozenset(said) & found.keys() - {name}
        if self.filling is not None:
            for name, formula in self.made.formulas.items():
                if self._refilled(name, self._expression(name, formula)):
                    found[name] |= {FILLING}
            found[FILLING] = frozenset()
        return found

    def _expression(self, name: str, formula: Formula) -> str:
        """What a formula is written as, with its change."""
        change = self.changed.get(name, {})
        if isinstance(said := change.get("expression"), str):
            return said
        read = [change.get("series"), change.get("per")]
        if any(isinstance(one, str) for one in read):
            return " / ".join(quoted(one) for one in read if isinstance(one, str))
        return formula.definition.expression

    def _refilled(self, name: str, expression: str) -> dict[str, str]:
        """Series in an expression that have gaps filled otherwise → what they are called then."""
        if self.filling is None:
            return {}
        # In a changed expression a variable's own name is the variable that the study has.
        is_own = "expression" in self.changed.get(name, {}) and name in self.made.formulas
        return {
            one: refilled(one, self.filling)
            for one in self.made.series_in("" if is_own else name, expression)
            if is_filled_otherwise(self.made.study, one, self.filling)
        }

    @cached_property
    def causes(self) -> dict[str, tuple[str, ...]]:
        """Variable or index that is made anew → the changes under it, both in the order of the study.

        Another order in each process would make other tables, and other names other variables.
        """
        found, asked = {}, self._under(self.asked)
        for name in (one for one in self.reads if one != FILLING):
            below = self._under([name]) if name in asked else ()
            if causes := tuple(one for one in self.reads if one in self.changes and one in below):
                found[name] = causes
        return found

    @cached_property
    def passed_over(self) -> dict[str, tuple[str, ...]]:
        """Variable whose new expression reads its own name → changes under what it was.

        The name stands for what the study has, in which none of them is made.
        """
        found = {}
        for name, change in self.changes.items():
            said = change.get("expression")
            if isinstance(said, str) and name in names_in(said):
                below = self._under(self.made.reads[name]) - {name}
                if self.filling is not None and name in self.made.formulas:
                    own = self.made.formulas[name].definition.expression
                    if self.made.series_in(name, own):
                        below.add(FILLING)
                if causes := tuple(one for one in self.changes if one in below):
                    found[name] = causes
        return found

    def _under(self, asked: Iterable[str]) -> set[str]:
        """These, and all that they are made from."""
        found: set[str] = set()
        waiting = list(asked)
        while waiting:
            name = waiting.pop()
            if name in self.reads and name not in found:
                found.add(name)
                waiting += self.reads[name]
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """Old name → new one; of all members of an index that is made anew."""
        found = {}
        for name in self.causes:
            formula = self.made.formulas.get(name)
            if formula is None or formula.index is None:
                found[name] = self._free(f"{name}_{self._suffix(name)}", name, name)
        for index, new in list(found.items()):
            if index in self.made.study.indices:
                found |= self._members(index, new.removeprefix(f"{index}_"))
        return found

    def _members(self, index: str, suffix: str) -> Iterator[tuple[str, str]]:
        """Indicators have names of their own, levels that of their index before them."""
        is_list = isinstance(self.made.study.indices[index], DimensionIndex)
        for name, one in self.made.formulas.items():
            if one.index == index:
                below = name.removeprefix(f"{index}_")
                yield (
                    name,
                    self._free(f"{name}_{suffix}", name, index)
                    if is_list
                    else f"{index}_{suffix}_{below}",
                )

    def _suffix(self, name: str) -> str:
        """What a name is told apart by: its own change, and those under it."""
        return "_".join(
            slug(self.changes[one])
            if one == name
            else f"{one.rstrip(':')}_{slug(self.changes[one])}"
            for one in self.causes[name]
        )

    def _free(self, wanted: str, name: str, caused: str) -> str:
        """The name, or one that nothing of the study has, or would be given.

        Args:
            caused: what is made anew: the variable of that name, or its index.
        """
        # With `a` and `a_x`, what `a` is called for a change of `x` may be what `a_x` is for its own.
        is_anothers = any(
            len(one) > len(name) and wanted.startswith(f"{one}_") for one in self.made.reads
        )
        if wanted not in self.made.reads and not is_anothers:
            return wanted
        said = [(one, self.changes[one]) for one in self.causes[caused]]
        return f"{wanted}_{hashlib.sha256(repr(said).encode()).hexdigest()[:8]}"

    def text(self, name: str, expression: str) -> str:
        """The expression of a formula over what is made anew; its own name in it is a series."""
        new = {old: new for old, new in self.names.items() if old != name}
        if not new.keys().isdisjoint(self.made.study.computed_groups):
            expression = valued(expression, self.made.study)
        return substituted(expression, new | self._refilled(name, expression))


def unread(changes: Changes, causes: Collection[tuple[str, ...]]) -> list[str]:
    """Changes of which nothing that a column reads is made."""
    used = {one for several in causes for one in several}
    return [one for one in changes if one not in used]
