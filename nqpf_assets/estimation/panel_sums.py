"""Sums of products of a panel's rows, as queries that any engine of ours runs.

They say what `estimators.linear.summed_rows` asks, in the part of SQL that is carried to Spark: no function
but sums, means and extremes. Rows are read anew by each query, so that an engine holds means by unit at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimation.sum_expressions import (
    combined,
    listed,
    number,
    products_of,
    square,
    table_of,
)
from nqpf_assets.estimators.linear.summed_rows import (
    ErrorSums,
    Floats,
    Kept,
    PeriodSums,
    Presence,
)
from nqpf_assets.warehouse.duckdb_engine import SUM_IN_ANY_ORDER as SUM

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.estimators.linear.long_readings import Errors

WORD = 50
"""Periods that one number tells of, a bit for each: fewer than a double has."""


@dataclass(frozen=True)
class PanelSums:
    """Rows of a query, by sums.

    Attributes:
        rows: a SELECT of `unit`, `period` and the columns `v0`, the outcome, to `vK`; with a key of
            clusters, `g`.
        n_columns: v = 1 + K.
        cluster: ``"unit"``, ``"period"``, or ``"g"``.
        ask: runs a query.
    """

    rows: str
    n_columns: int
    cluster: str
    ask: Callable[[str], pl.DataFrame]

    def presence(self) -> Presence:
        """In which periods units are seen, by patterns; a pattern is one number for each `WORD` periods."""
        periods = self._periods()
        words = [periods[at : at + WORD] for at in range(0, len(periods), WORD)]
        bits = {
            one: [float(2 ** word.index(one)) if one in word else 0.0 for word in words]
            for one in periods
        }
        names = [f"w{at}" for at in range(len(words))]
        sums = ", ".join(f"sum(p.{one}) AS {one}" for one in names)
        seen = (
            f"SELECT r.unit, {sums} FROM ({self.rows}) AS r"
            f" JOIN {table_of('p', names, bits)} ON p.year = r.period GROUP BY r.unit"
        )
        by = ", ".join(names)
        found = self.ask(f"SELECT {by}, count(*) AS n FROM ({seen}) AS s GROUP BY {by}").sort(names)
        is_seen = np.empty((len(found), len(periods)), dtype=np.bool_)
        for at, (name, word) in enumerate(zip(names, words, strict=True)):
            told = found.get_column(name).to_numpy().astype(np.int64)
            for place in range(len(word)):
                is_seen[:, at * WORD + place] = (told >> place) & 1
        return Presence(periods, is_seen, found.get_column("n").to_numpy().astype(np.int64))

    def sizes(self, kept: Kept) -> tuple[Floats, float]:
        """Means of the columns, and the largest absolute outcome."""
        means = ", ".join(f"{SUM}(r.v{j}) / count(*) AS m{j}" for j in self._columns)
        row = self.ask(f"SELECT {means}, max(abs(r.v0)) AS largest FROM {self._kept(kept)}").row(0)
        return np.array(row[:-1], dtype=np.float64), float(row[-1])

    def by_period(self, kept: Kept) -> PeriodSums:
        """Sums by period, less the centre, and of what the means of units leave."""
        names = [*(f"z{j}" for j in self._columns), *(f"e{j}" for j in self._columns)]
        sums = [f"{SUM}({one}) AS s_{one}" for one in names]
        sums += [f"{SUM}(z{j} * z{j}) AS q{j}" for j in self._columns]
        sums.append(f"{SUM}(e0 * e0) AS inside")
        left = self._left(kept, is_whole=True)
        found = self.ask(f"SELECT period, {', '.join(sums)} FROM {left} GROUP BY period")
        found = found.sort("period").drop("period")
        v, table = self.n_columns, found.to_numpy().astype(np.float64)
        return PeriodSums(table[:, :v], table[:, 2 * v : 3 * v], table[:, v : 2 * v], table[:, -1])

    def products(self, kept: Kept) -> Floats:
        """Products of the columns, less their effects."""
        columns = [f"e{j}" for j in self._columns]
        row = self.ask(f"SELECT {products_of(columns)} FROM {self._left(kept)}").row(0)
        return square(row, self.n_columns)

    def squares(self, kept: Kept, weights: Floats) -> float:
        """Sum of squares of one combination of the columns, less their effects."""
        of_rows = combined([f"e{j}" for j in self._columns], weights)
        inner = f"SELECT {of_rows} AS c FROM {self._left(kept)}"
        return float(self.ask(f"SELECT {SUM}(c * c) AS s FROM ({inner}) AS c").item())

    def errors(
        self, kept: Kept, columns: Sequence[int], weights: Floats, errors: Errors
    ) -> ErrorSums:
        """Sums of residuals and scores: over rows, or first by cluster."""
        of_rows = combined([f"e{j}" for j in columns], weights)
        key = self.cluster if errors == "clustered" else "unit"
        regressors = [f"e{j}" for j in columns[1:]]
        inner = ", ".join(dict.fromkeys((key, *regressors)))
        residuals = f"SELECT {inner}, {of_rows} AS e FROM {self._left(kept)}"
        scores = ["e", *(f"e * {one}" for one in regressors)]
        names = [f"s{at}" for at in range(len(scores))]
        named = [f"{one} AS {name}" for one, name in zip(scores, names, strict=True)]
        made = f"SELECT e * e AS q, {', '.join(named)} FROM ({residuals}) AS r"
        if errors == "clustered":
            sums = [f"{SUM}({one}) AS {name}" for one, name in zip(scores, names, strict=True)]
            made = f"SELECT {SUM}(e * e) AS q, {', '.join(sums)} FROM ({residuals}) AS r GROUP BY {key}"
        asked = ["count(*) AS n", f"{SUM}(q) AS q", *(f"{SUM}({one}) AS t{one}" for one in names)]
        if errors != "unadjusted":
            asked.append(products_of(names))
        row = self.ask(f"SELECT {', '.join(asked)} FROM ({made}) AS s").row(0)
        v = len(names)
        products = square(row[2 + v :], v) if errors != "unadjusted" else np.zeros((v, v))
        gradient = np.array(row[3 : 2 + v], dtype=np.float64)
        return ErrorSums(
            float(row[1]), gradient, products, int(row[0]) if errors == "clustered" else 0
        )

    def lone_units(self, kept: Kept) -> tuple[Any, ...]:
        """Units of which no row is left."""
        among, fewest = listed(kept.periods), 1 if kept.drops_lone_units else 0
        found = self.ask(
            f"SELECT r.unit FROM ({self.rows}) AS r GROUP BY r.unit"
            f" HAVING sum(CASE WHEN r.period IN ({among}) THEN 1 ELSE 0 END) <= {fewest}"
        )
        return tuple(found.get_column("unit").sort().to_list())

    def free_effects(self, kept: Kept, effects: Sequence[str]) -> list[str]:
        """Effects a level of which lies in several clusters."""
        return [one for one in effects if one != self.cluster and self._is_divided(kept, one)]

    def sample(self, kept: Kept) -> pl.DataFrame:
        """Units and periods of the rows, sorted."""
        return self.ask(f"SELECT r.unit, r.period FROM {self._kept(kept)}").sort("unit", "period")

    def _is_divided(self, kept: Kept, effect: str) -> bool:
        divided = (
            f"SELECT r.{effect} FROM {self._kept(kept)} GROUP BY r.{effect}"
            f" HAVING min(r.{self.cluster}) <> max(r.{self.cluster})"
        )
        return bool(self.ask(f"SELECT count(*) AS n FROM ({divided}) AS d").item())

    def _periods(self) -> tuple[int, ...]:
        found = self.ask(f"SELECT r.period FROM ({self.rows}) AS r GROUP BY r.period")
        return tuple(found.get_column("period").sort().to_list())

    @property
    def _columns(self) -> range:
        return range(self.n_columns)

    def _kept(self, kept: Kept) -> str:
        """The rows that are kept, as `r`."""
        rows = f"SELECT * FROM ({self.rows}) AS a WHERE a.period IN ({listed(kept.periods)})"
        if not kept.drops_lone_units:
            return f"({rows}) AS r"
        several = f"SELECT k.unit AS u FROM ({rows}) AS k GROUP BY k.unit HAVING count(*) > 1"
        return f"({rows}) AS r JOIN ({several}) AS o ON o.u = r.unit"

    def _left(self, kept: Kept, *, is_whole: bool = False) -> str:
        """Keys and what is left, `e0` to `eK`; whole, with what it is left of, `z0` to `zK`."""
        moved, keys = (
            self._moved(kept),
            "m.unit, m.period" + (", m.g" if self.cluster == "g" else ""),
        )
        names = [f"m.z{j}" for j in self._columns] if is_whole else []
        if not kept.has_units:
            left = [f"m.z{j} AS e{j}" for j in self._columns]
            return f"(SELECT {', '.join([keys, *names, *left])} FROM ({moved}) AS m) AS l"
        means = ", ".join(f"avg(z{j}) AS a{j}" for j in self._columns)
        several = " HAVING count(*) > 1" if kept.drops_lone_units else ""
        units = f"SELECT unit AS u, {means} FROM ({moved}) AS n GROUP BY unit{several}"
        left = [f"m.z{j} - o.a{j} AS e{j}" for j in self._columns]
        every = ", ".join([keys, *names, *left])
        return f"(SELECT {every} FROM ({moved}) AS m JOIN ({units}) AS o ON o.u = m.unit) AS l"

    def _moved(self, kept: Kept) -> str:
        """The rows less their centre and the effects of periods."""
        keys = "a.unit, a.period" + (", a.g" if self.cluster == "g" else "")
        if kept.of_periods is None:
            left = [f"a.v{j} - ({number(kept.centre[j])}) AS z{j}" for j in self._columns]
            among = listed(kept.periods)
            every = ", ".join([keys, *left])
            return f"SELECT {every} FROM ({self.rows}) AS a WHERE a.period IN ({among})"
        names = [f"p{j}" for j in self._columns]
        table = dict(zip(kept.periods, kept.of_periods.tolist(), strict=True))
        left = [f"a.v{j} - ({number(kept.centre[j])}) - p.p{j} AS z{j}" for j in self._columns]
        return (
            f"SELECT {', '.join([keys, *left])} FROM ({self.rows}) AS a"
            f" JOIN {table_of('p', names, table)} ON p.year = a.period"
        )
