"""What formulas let a column be: variables that are made of each other, or that effects absorb.

An instrument that is the outcome times two estimates something, and never what is meant; a variable that is
the same in all years of a unit is gone once unit effects are. Where formulas show it, it is told before
anything is computed. What only the numbers show is told by the estimators, which refuse the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.expressions.sums import Sum, are_dependent
from nqpf_assets.messages.problems import Problem
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.validation_columns import Path, Written

TELLS_EXACT = frozenset({"two_way_fe", "ols"})
"""Estimators that report a column which reproduces its outcome, without standard errors and with a note."""


def relation_problems(
    file: StudyFile, where: Written, column: CompleteColumn, forms: LinearForms
) -> Iterator[Problem]:
    """What in a column is made of something that it must not be made of, or has nothing left to say."""
    if column.outcome is None:
        return
    look = _Look(file, where, column, forms, _same_here(file, column, forms))
    yield from look.absorbed()
    if column.iv is not None:
        yield from look.instruments()
    if column.mediation is not None:
        yield from look.mediator()
    if column.threshold is not None:
        yield from look.threshold()
    if column.estimator not in TELLS_EXACT:
        yield from look.outcome()


def _same_here(file: StudyFile, column: CompleteColumn, forms: LinearForms) -> frozenset[object]:
    """Labels of dummies that are one number in the whole sample of the column."""
    groupings = {*column.sample.within}
    if column.difference is not None:
        groupings.add(column.difference.grouping)
    periods, sample = file.study.periods, column.sample
    years = range(sample.first or periods.first, (sample.last or periods.last) + 1)
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
    return frozenset(labels)


@dataclass(frozen=True)
class _Look:
    """A column seen with the formulas of its variables.

    Attributes:
        same_here: labels of atoms that do not vary in the sample.
    """

    file: StudyFile
    where: Written
    column: CompleteColumn
    forms: LinearForms
    same_here: frozenset[object]

    @property
    def terms(self) -> list[tuple[str, Path]]:
        """Regressors and controls with their places."""
        return [
            (name, (key, place))
            for key in ("regressors", "controls")
            for place, name in enumerate(getattr(self.column, key))
        ]

    def within(self, name: str) -> Sum:
        """What the effects leave of a variable; all or nothing where the column clips its values."""
        effects = () if self.column.estimator == "ols" else self.column.effects
        absorbers = [frozenset[str](), *(frozenset({effect}) for effect in effects)]
        whole, clip = self.forms.of(name), self.column.winsorize
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
        return not self.within(name).terms

    def spans(self, names: Sequence[str], name: str) -> bool:
        """Whether the others give a variable exactly, effects aside; sums of clipped values do not."""
        if self.column.winsorize is not None or self.is_gone(name):
            return False
        return are_dependent(self.within(name), [self.within(one) for one in names])

    def absorbed(self) -> Iterator[Problem]:
        """An outcome or regressors of which nothing is left."""
        column, terms = self.column, [name for name, _ in self.terms]
        if self.is_gone(str(column.outcome)):
            yield self._nothing(("outcome",), str(column.outcome), "an outcome")
        needed: list[tuple[str, Path, str]] = []
        if column.estimator == "group_difference":
            what = "a regressor that can be compared between the groups"
            needed = [(one, ("regressors", k), what) for k, one in enumerate(column.regressors)]
        elif column.estimator == "mediation" and column.regressors:
            needed = [(column.regressors[0], ("regressors", 0), "a treatment")]
        elif column.iv is not None:
            pairs = enumerate(column.iv.endogenous)
            needed = [(one, ("iv", "endogenous", k), "an endogenous regressor") for k, one in pairs]
        elif column.threshold is not None:
            pairs = enumerate(column.threshold.regime)
            needed = [(one, ("threshold", "regime", k), "a regressor") for k, one in pairs]
        gone = [(one, path, what) for one, path, what in needed if self.is_gone(one)]
        for name, path, what in gone:
            yield self._nothing(path, name, what)
        if not gone and terms and column.threshold is None and all(map(self.is_gone, terms)):
            name, path = self.terms[0]
            yield self._nothing(path, name, "at least one regressor or control")

    def instruments(self) -> Iterator[Problem]:
        column, iv = self.column, self.column.iv
        assert iv is not None
        outcome, terms = str(column.outcome), [name for name, _ in self.terms]
        exogenous = [name for name in terms if name not in iv.endogenous]
        bad = frozenset({outcome, *iv.endogenous})
        earlier: list[str] = []
        for place, name in enumerate(iv.instruments):
            path: Path = ("iv", "instruments", place)
            if name in (outcome, *terms):
                continue  # told where the column is held against itself
            of = self._made_of(name, outcome, *iv.endogenous) or (
                [outcome, *iv.endogenous] if self.forms.is_made_of(name, bad) else []
            )
            if self.is_gone(name):
                yield self._nothing(path, name, "an instrument")
            elif of:
                yield self._made(path, name, of, "an instrument")
            elif self.spans([*exogenous, *earlier], name):
                yield self._repeats(path, name, [*exogenous, *earlier], "an instrument")
            elif self.spans([outcome, *terms, *earlier], name):
                yield self._repeats(path, name, [outcome, *terms, *earlier], "an instrument")
            else:
                earlier.append(name)
        others = list(exogenous)
        for place, name in enumerate(iv.endogenous):
            if self.spans(others, name):
                path = ("iv", "endogenous", place)
                yield self._repeats(path, name, others, "an endogenous regressor")
            others.append(name)

    def mediator(self) -> Iterator[Problem]:
        options, terms = self.column.mediation, [name for name, _ in self.terms]
        assert options is not None
        name, path, outcome = options.mediator, ("mediation", "mediator"), str(self.column.outcome)
        if name in (outcome, *terms):
            return
        if self.is_gone(name):
            yield self._nothing(path, name, "a mediator")
        elif self._made_of(name, outcome):
            yield self._made(path, name, [outcome], "a mediator")
        elif self.spans(terms, name):
            yield self._repeats(path, name, terms, "a mediator")
        elif self.spans([outcome, *terms], name):
            yield self._repeats(path, name, [outcome, *terms], "a mediator")

    def threshold(self) -> Iterator[Problem]:
        options = self.column.threshold
        assert options is not None
        name, outcome = options.variable, str(self.column.outcome)
        if name != outcome and self._made_of(name, outcome):
            yield self._made(("threshold", "variable"), name, [outcome], "a threshold variable")
        for place, one in enumerate(options.regime):
            if self.spans(options.regime[:place], one):
                before = list(options.regime[:place])
                path: Path = ("threshold", "regime", place)
                yield self._repeats(path, one, before, "a regressor")

    def outcome(self) -> Iterator[Problem]:
        """Terms that give the outcome exactly leave no errors to make inference from."""
        column, outcome = self.column, str(self.column.outcome)
        names = [name for name, _ in self.terms if name != outcome]
        names += column.threshold.regime if column.threshold else ()
        if outcome not in names and self.spans(names, outcome):
            yield self.file.problem(
                self.where(("regressors",)),
                f"regressors that explain `{outcome}`",
                f"{_listed(names)}, of which `{outcome}` is made exactly",
                f"remove what is a part of the outcome; {' and '.join(sorted(TELLS_EXACT))} report it all "
                "the same, without standard errors",
                "made_of",
            )

    def _made_of(self, name: str, *others: str) -> list[str]:
        """Which of the others is one with a variable: each follows from the other alone."""
        of, back = self.forms.is_made_of, frozenset({name})
        return [one for one in others if of(name, frozenset({one})) or of(one, back)][:1]

    def _nothing(self, path: Path, name: str, what: str) -> Problem:
        effects = [] if self.column.estimator == "ols" else [*self.column.effects]
        removed = f" once effects of {' and '.join(effects)} are removed" if effects else ""
        return self.file.problem(
            self.where(path),
            f"{what} that varies{removed}",
            f"`{name}`, of which its formula leaves nothing",
            "take another variable, its product with one that varies, or other `effects`",
            "absorbed",
        )

    def _made(self, path: Path, name: str, of: Sequence[str], what: str) -> Problem:
        others = " or what is endogenous" if self.column.iv else ""
        return self.file.problem(
            self.where(path),
            f"{what} that is not made of the outcome{others}",
            f"`{name}`, an exact function of {_listed(of)}",
            "name another variable",
            "made_of",
        )

    def _repeats(self, path: Path, name: str, others: Sequence[str], what: str) -> Problem:
        return self.file.problem(
            self.where(path),
            f"{what} that says something of its own",
            f"`{name}`, which is made exactly of {_listed(others)} and the effects",
            "remove it, or name another variable",
            "made_of",
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
