"""A column seen with the formulas of its variables: what is made of what, and what effects leave of it.

An instrument that is the outcome times two estimates something, and never what is meant; a variable that is
the same in all years of a unit is gone once unit effects are. Estimators ask here in the `relations` of their
options (`studies.estimators`); what holds for all of them is asked in `validation_relations`. What only the
numbers show is refused when a column is estimated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.expressions.sums import Sum, are_dependent
from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import REGRESSOR, Compared
from nqpf_assets.studies.estimator_registry import block_of
from nqpf_assets.studies.year_terms import named_terms

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Relations:
    """What the formulas say of the variables of one column.

    Attributes:
        same_here: labels of dummies that are one number in the whole sample of the column.
        effects: those that are removed.
    """

    column: Equation
    forms: LinearForms
    same_here: frozenset[object]
    effects: tuple[str, ...]

    @property
    def outcome(self) -> str:
        return str(self.column.outcome)

    @property
    def terms(self) -> dict[str, Path]:
        """Regressors, controls, and what the estimator's options add to them, each with its place."""
        keys: list[Path] = [("regressors",), ("controls",)]
        options = block_of(self.column.estimator)
        block = getattr(self.column, options.key) if options else None
        if options and block is not None:
            keys += [
                (options.key, key) for key, role in options.variables.items() if role is REGRESSOR
            ]
        found: dict[str, Path] = {}
        by_year = {name for _, name in named_terms(self.column)}
        for key in keys:
            names = getattr(self.column if len(key) == 1 else block, str(key[-1]))
            for place, name in enumerate(names):
                found.setdefault(name, ("by_year",) if name in by_year else (*key, place))
        return found

    def within(self, name: str, *, as_read: bool = False) -> Sum:
        """What the effects leave of a variable; all or nothing where the column clips its values.

        Args:
            as_read: before the column clips it.
        """
        absorbers = [frozenset[str](), *(frozenset({effect}) for effect in self.effects)]
        whole, clip = self.forms.of(name), None if as_read else self.column.winsorize
        over = {atom: self.forms.atoms.varies(atom, self.same_here) for atom in whole.terms}
        left = {atom: v for atom, v in whole.terms.items() if over[atom] not in absorbers}
        if clip is None:
            return Sum(left)
        # What is the same in all years of a unit stays so where it is clipped, unless each year has its
        # own bounds; a sum of two kinds does not.
        kinds = set(over.values()) - {frozenset[str]()}
        is_kept = len(kinds) <= 1 and (clip.by == "pooled" or frozenset({"unit"}) not in kinds)
        return Sum() if is_kept and not left else whole

    def is_gone(self, name: str) -> bool:
        """Whether nothing of a variable is left once effects are removed."""
        return not self.within(name).terms

    def spans(self, names: Sequence[str], name: str, *, as_read: bool = False) -> bool:
        """Whether the others give a variable exactly, effects aside; sums of clipped values do not."""
        if self.is_gone(name) or (self.column.winsorize is not None and not as_read):
            return False
        left = [self.within(one, as_read=as_read) for one in (name, *names)]
        return are_dependent(left[0], left[1:])

    def one_with(self, name: str, *others: str) -> list[str]:
        """Of which others a variable is made: of one, or one of it; or of nothing but all of them."""
        of, back = self.forms.is_made_of, frozenset({name})
        found = [one for one in others if of(name, frozenset({one})) or of(one, back)]
        return found[:1] or ([*others] if of(name, frozenset(others)) else [])

    def nothing_left(self, at: Path, name: str, what: str) -> Iterator[Refusal]:
        """A refusal of a variable that effects absorb."""
        if not self.is_gone(name):
            return
        removed = (
            f" once effects of {' and '.join(self.effects)} are removed" if self.effects else ""
        )
        yield Refusal(
            at,
            f"{what} that varies{removed}",
            f"`{name}`, of which its formula leaves nothing",
            "take another variable, its product with one that varies, or other `effects`",
        )

    def made_of(self, at: Path, name: str, others: Sequence[str], what: str) -> Iterator[Refusal]:
        """A refusal of a variable that is an exact function of what it must have nothing of."""
        made = self.one_with(name, *others)
        if made and not self.is_gone(name):
            yield Refusal(
                at,
                f"{what} that is not made of {_listed(others)}",
                f"`{name}`, an exact function of {_listed(made)}",
                "name another variable",
            )

    def repeats(
        self, at: Path, name: str, others: Sequence[str], what: str, *, as_read: bool = False
    ) -> Iterator[Refusal]:
        """A refusal of a variable that others give exactly.

        Args:
            as_read: before the column clips them, where a likeness is wrong though it is not exact.
        """
        if self.spans(others, name, as_read=as_read):
            yield Refusal(
                at,
                f"{what} that says something of its own",
                f"`{name}`, which is made exactly of {_listed(others)} and the effects",
                "remove it, or name another variable",
            )


def relations_of(
    column: Equation,
    forms: LinearForms,
    years: range,
    compared: Compared | None,
    effects: tuple[str, ...],
) -> Relations:
    """The relations of a column.

    Args:
        years: of its sample.
        compared: the groups that it compares, within each of which their dummies are one number.
        effects: those that are removed.
    """
    groupings = {*column.sample.within, *([compared.grouping] if compared else ())}
    labels = set()
    for name in forms.trees:
        forms.of(name)  # all atoms are known once all sums are
    for atom in forms.atoms.known:
        label = atom.label
        if not isinstance(label, tuple):
            continue
        if atom.kind == "is_group" and label[1] in groupings:
            labels.add(label)
        if atom.kind == "is_period":
            *named, shift = (int(part) for part in label[1:])
            if len({year - shift in named for year in years}) == 1:
                labels.add(label)
    return Relations(column, forms, frozenset(labels), effects)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
