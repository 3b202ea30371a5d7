"""Formulas drawn at random over the series of a random study and over each other, with what they mean."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np

from tests.stages.random_study import NAMES, NOTHING, PRICES, SERIES, Cell, Formula, RandomStudy

Tree = tuple[str, Callable[[str, int], Cell]]
"""A formula as an author writes it, and its cell for a unit and a year."""


def with_formulas(study: RandomStudy, number: int, prefix: str = "v") -> list[str]:
    """Add so many variables, some of them clipped, each over series and the ones before it."""
    choose = random.Random(f"{study.seed} {prefix}")
    made = []
    for place in range(number):
        text, of = _Drawing(study, choose).tree(choose.choice([1, 2, 3]))
        rule = None
        if choose.random() < 0.4:
            rule = {
                "share": choose.choice([0.05, 0.1, 0.2]),
                "quantile": choose.choice(["linear", "stata"]),
                "by": choose.choice(["pooled", "pooled", "period"]),
            }
        study.formulas[f"{prefix}{place}"] = Formula(text, of, rule)
        made.append(f"{prefix}{place}")
    return made


class _Drawing:
    """Trees of one study; every leaf is a series or a variable, so that stocks have a first year."""

    def __init__(self, study: RandomStudy, choose: random.Random) -> None:
        self.study, self.choose = study, choose

    def tree(self, depth: int) -> Tree:
        if depth == 0 or self.choose.random() < 0.2:
            return self.leaf(self.choose.choice([*SERIES, *self.study.formulas]))
        ways = (self.of_two, self.of_one, self.moved, self.elsewhere, self.over_years)
        return self.choose.choice(ways)(depth - 1)

    def leaf(self, name: str) -> Tree:
        text = name if name.isascii() else f"`{name}`"
        return text, lambda unit, year: self.study.read(name, unit, year)

    def of_two(self, depth: int) -> Tree:
        sign = self.choose.choice(["+", "-", "*", "/", "min", "max"])
        (left, a), (right, b) = self.tree(depth), self.tree(depth)
        text = f"{sign}({left}, {right})" if sign.isalpha() else f"({left} {sign} {right})"
        run: Callable[[float, float], float] = {
            "+": lambda x, y: x + y,
            "-": lambda x, y: x - y,
            "*": lambda x, y: x * y,
            "/": lambda x, y: x / y if y else math.nan,
            "min": min,
            "max": max,
        }[sign]
        return text, lambda unit, year: _joined(run, a(unit, year), b(unit, year))

    def of_one(self, depth: int) -> Tree:
        name = self.choose.choice(["log", "sqrt", "abs", "negative", "square", "dummies"])
        inner, of = self.tree(depth)
        years = self.choose.sample(list(self.study.years), 2)
        group = self.study.groups["side"]["west"]
        if name == "dummies":
            text = f"({inner} * is_period({years[0]}, {years[1]}) + is_group(side, west))"
            return text, lambda unit, year: _joined(
                lambda x, _: x * (year in years) + (unit in group), of(unit, year)
            )
        text = {"negative": f"(-{inner})", "square": f"({inner}) ** 2"}.get(
            name, f"{name}({inner})"
        )
        run: Callable[[float, float], float] = {
            "log": lambda x, _: math.log(x) if x > 0 else math.nan,
            "sqrt": lambda x, _: math.sqrt(x) if x >= 0 else math.nan,
            "abs": lambda x, _: abs(x),
            "negative": lambda x, _: -x,
            "square": lambda x, _: x * x,
        }[name]
        return text, lambda unit, year: _joined(run, of(unit, year))

    def moved(self, depth: int) -> Tree:
        name, years = (
            self.choose.choice(["lag", "lead", "diff", "growth"]),
            self.choose.choice([1, 2]),
        )
        inner, of = self.tree(depth)
        text = f"{name}({inner}, {years})"
        if name in ("lag", "lead"):
            by = -years if name == "lag" else years
            return text, lambda unit, year: of(unit, year + by)
        run: Callable[[float, float], float] = {
            "diff": lambda now, before: now - before,
            "growth": lambda now, before: now / before - 1 if before else math.nan,
        }[name]
        return text, lambda unit, year: _joined(run, of(unit, year), of(unit, year - years))

    def elsewhere(self, depth: int) -> Tree:
        inner, of = self.leaf(self.choose.choice(SERIES)) if depth else self.tree(0)
        home = self.choose.choice(self.study.units)
        if self.choose.random() < 0.5:
            return f"of_region({inner}, {NAMES[home]})", lambda _, year: of(home, year)
        study = self.study

        def standard(unit: str, year: int) -> Cell:
            every = [of(one, at)[0] for one in study.units for at in study.years]
            known = np.array([value for value in every if not math.isnan(value)])
            if len(known) < 2 or known.min() == known.max():
                return NOTHING
            mean, deviation = known.mean(), known.std(ddof=1)
            return _joined(lambda x, _: (x - mean) / deviation, of(unit, year))

        return f"standardize({inner})", standard

    def over_years(self, depth: int) -> Tree:
        inner, of = self.tree(depth)
        study, base = self.study, self.choose.choice(list(self.study.years))
        if self.choose.random() < 0.5:

            def real(unit: str, year: int) -> Cell:
                links = [
                    study.read(PRICES, unit, at)
                    for at in range(min(base, year) + 1, max(base, year) + 1)
                ]
                level = math.prod(link / 100 for link, _ in links)
                level = level if year >= base else 1 / level
                return _weakest(_joined(lambda x, _: x / level, of(unit, year)), *links)

            return f"deflate({inner}, `{PRICES}`, base={base})", real

        def stock(unit: str, year: int) -> Cell:
            first = next((at for at in range(2000, year + 1) if not _lacks(of(unit, at))), None)
            if first is None:
                return NOTHING
            flows = [of(unit, at) for at in range(first, year + 1)]
            if any(map(_lacks, flows)):
                return NOTHING
            value = flows[0][0] / 0.3
            for flow, _ in flows[1:]:
                value = 0.9 * value + flow
            return _weakest((value, 0), *flows)

        return f"accumulate({inner}, depreciation=0.1, growth=0.2)", stock


def _lacks(cell: Cell) -> bool:
    return math.isnan(cell[0])


def _joined(run: Callable[[float, float], float], left: Cell, right: Cell = (0.0, 0)) -> Cell:
    if _lacks(left) or _lacks(right):
        return NOTHING
    value = run(left[0], right[0])
    return (value, max(left[1], right[1])) if math.isfinite(value) else NOTHING


def _weakest(cell: Cell, *others: Cell) -> Cell:
    """A cell that rests on others, too."""
    if _lacks(cell) or any(map(_lacks, others)):
        return NOTHING
    return cell[0], max(cell[1], *(status for _, status in others), 0)
