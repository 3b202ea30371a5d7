"""A variable in a row: formula, the values that enter it, what it was before it was clipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from nqpf_assets.explanations.bounds import clip_stop
from nqpf_assets.explanations.cells import Cells
from nqpf_assets.explanations.formulas import Formulas, Key, calls_of, elsewhere
from nqpf_assets.explanations.pools import pool_of
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.reads import Read, reads_of
from nqpf_assets.explanations.told_places import spans
from nqpf_assets.explanations.walk import Stop, held
from nqpf_assets.expressions.tree import Call, Name, Negative, Node, Number, rewritten

MOST_YEARS = 12
"""Years of a series that is read in many years, as that of a stock, of which each is shown."""


WalkOfScore = Callable[["Variables", Key], Stop]
"""From an index in a unit and year, and the variables of the walk, to the score and all below it."""


@dataclass
class Variables:
    """Variables of a study in rows; what is asked for first is computed when all is asked.

    Attributes:
        study: where they were published.
        formulas, cells: what they are made of.
        score: the walk from a score that a formula reads.
        is_whole: whether every cell is listed, or long lists are summed up.
    """

    study: PublishedStudy
    formulas: Formulas
    cells: Cells
    score: WalkOfScore
    is_whole: bool = False

    @classmethod
    def of(
        cls, study: PublishedStudy, names: list[str], score: WalkOfScore, *, is_whole: bool
    ) -> Variables:
        formulas = Formulas(study, tuple(names))
        return cls(study, formulas, Cells(study, formulas.series), score, is_whole)

    @cached_property
    def rows(self) -> dict[tuple[str, str, int], Row]:
        """Published rows of the variables that the walk comes by."""
        found = self.study.rows(
            "FROM {study}.variable_cell WHERE list_contains(?, variable) AND list_contains(?, unit)",
            [list(self.formulas.compiled), sorted(self.cells.units)],
        )
        return {(row["variable"], row["unit"], row["period"]): row for row in found}

    def stop(self, name: str, unit: str, period: int) -> Stop:
        """A variable or series in a row, and all below it."""
        if not self.formulas.is_formula(name):
            return self.cells.stop((name, unit, period))
        known, row = self.study.variables[name], self.rows.get((name, unit, period))
        of = Stop(
            "variable",
            name,
            unit,
            period,
            unit_measure=known["unit_measure"],
            role=known["role"],
            text=known["title"],
        )
        if row is None:
            return self._outside(of, unit, period)
        status = row["status"] if row["value"] is not None else "missing"
        of = replace(of, value=row["value"], status=status, source="published")
        if row["reason"]:
            of = replace(of, text=f"{known['title'] or name}: {row['reason']}")
        clip = clip_stop(self.study, name, row) if name in self.study.clipped else None
        return of.over(clip, self._formula(name, unit, period, unit, period, row["reported_value"]))

    def _outside(self, of: Stop, unit: str, period: int) -> Stop:
        """A variable in a row that only other rows read: it is computed, and not published."""
        base, year = self._base
        tree = elsewhere(Name(of.name), unit, period, base, year)
        value = self.formulas.value(self._reader, tree, base, year)
        words = f"{of.text or of.name}: outside the study's rows, computed for those that read it"
        stop = replace(of, value=value, source="recomputed", text=words)
        return stop.over(self._formula(of.name, unit, period, base, year, value, is_clipped=True))

    _base: tuple[str, int] = ("", 0)
    _reader: str = ""

    def begin(self, unit: str, period: int, reader: str) -> None:
        """The row of the study from which rows outside of it are told, and the variable that reads them."""
        self._base, self._reader = (unit, period), reader
        self.cells.units |= {unit, *self.formulas.regions}

    def _formula(
        self,
        name: str,
        unit: str,
        period: int,
        base: str,
        year: int,
        published: float | None,
        *,
        is_clipped: bool = False,
    ) -> Stop:
        """The formula with its numbers, and below it what it reads."""
        tree = self.formulas.compiled[name].tree
        value = self.formulas.value(name, elsewhere(tree, unit, period, base, year), base, year)
        below: list[Stop] = []
        for call in calls_of(tree):
            at_row = elsewhere(call, unit, period, base, year)
            of = Stop(
                "part",
                str(call),
                unit,
                period,
                source="recomputed",
                value=self.formulas.value(name, at_row, base, year),
            )
            below.append(of.over(pool_of(self.formulas, name, call, of, is_whole=self.is_whole)))
        read = list(reads_of(tree, unit, period, self.cells))
        for one in dict.fromkeys(read):
            below.append(self._read(name, one))
        words = (
            f"{self.study.variables[name]['expression']} = {_in_numbers(tree, unit, period, below)}"
        )
        of = Stop(
            "formula",
            name,
            unit,
            period,
            published,
            self.study.variables[name]["unit_measure"],
            source="recomputed" if is_clipped else "published",
            text=words,
        )
        return (of if is_clipped else held(of, value, "the formula")).over(*below)

    def _read(self, owner: str, read: Read) -> Stop:
        """One name as a formula reads it: in one row, or in many years."""
        if self.formulas.is_index(read.name) and read.name != owner:
            return self._score(read)
        is_own = read.name == owner or not self.formulas.is_formula(read.name)
        years = read.years
        if not is_own:
            if len(years) == 1:
                return self.stop(read.name, read.unit, years[0])
            of = Stop(
                "variable",
                read.name,
                read.unit,
                count=len(years),
                role=read.role,
                text=f"read in {spans(years)}",
            )
            rows = [self.rows.get((read.name, read.unit, year)) for year in years]
            return of.over(
                *(
                    Stop(
                        "variable",
                        read.name,
                        read.unit,
                        row["period"],
                        row["value"],
                        status=row["status"],
                        source="published",
                    )
                    for row in rows
                    if row
                )
            )
        if len(years) == 1:
            return self.cells.stop((read.name, read.unit, years[0]))
        shown = years if self.is_whole or len(years) <= MOST_YEARS else [*years[:2], *years[-2:]]
        more = (
            ""
            if len(shown) == len(years)
            else "; the first and the last two are shown, all by --cells"
        )
        of = Stop(
            "series",
            read.name,
            read.unit,
            count=len(years),
            role=read.role,
            unit_measure=self.study.series[read.name]["unit_measure"],
            text=f"read in {spans(years)}{more}",
        )
        return of.over(*(self.cells.stop((read.name, read.unit, year)) for year in shown))

    def _score(self, read: Read) -> Stop:
        """A score as a formula reads it, and the index below it."""
        begun = (self._base, self._reader)
        found = [self.score(self, (read.name, read.unit, year)) for year in read.years]
        self._base, self._reader = begun
        if len(found) == 1:
            return found[0]
        words = f"read in {spans(read.years)}"
        of = Stop("index", read.name, read.unit, count=len(found), role=read.role, text=words)
        return of.over(*found)


def _in_numbers(tree: Node, unit: str, period: int, below: list[Stop]) -> str:
    """The formula with the numbers of the row in place of names and of parts that look elsewhere."""
    known = {one.name: one.value for one in below if one.kind == "part"}
    own = {one.name: one.value for one in below if (one.unit, one.period) == (unit, period)}

    def number(node: Node) -> Node | None:
        if isinstance(node, Name):
            value = own.get(node.name)
        elif isinstance(node, Call) and str(node) in known:
            value = known[str(node)]
        else:
            return None
        if value is None:
            return node
        shown = Number(float(f"{abs(value):.10g}"))
        return Negative(shown) if value < 0 else shown

    return str(rewritten(tree, number))


def built(variables: Variables, build: Callable[[], Stop]) -> Stop:
    """A walk: once to learn what it asks of the formulas, and again with the answers."""
    build()
    variables.formulas.evaluate()
    return build()
