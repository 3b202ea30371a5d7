"""The rows of the panel that a column is estimated on, as arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimation.clipping import Clipped, clipped
from nqpf_assets.estimation.roles import needed, roles_of
from nqpf_assets.estimation.sample_rows import asked_rows, complete
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import without_singletons
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.studies.effects import effect_of, further_effects
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.estimator_registry import ESTIMATORS, compared_of, covariance_of
from nqpf_assets.studies.sample_conditions import told_name
from nqpf_assets.studies.spec import CompleteColumn, Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.estimators.influence.given_rows import GivenRows
    from nqpf_assets.estimators.linear.absorbed import Absorbed
    from nqpf_assets.estimators.linear.inference import Cluster
    from nqpf_assets.estimators.linear.wild_changes import WildBootstrap


@dataclass(frozen=True)
class Design:
    """The rows of one column, sorted by unit and period, without missing values.

    Attributes:
        study: name of the study, and `place`: table and column, for messages and seeds.
        rows: unit, unit_name, period, and every variable and grouping of the panel.
        n_asked: rows in the sample before those with a missing value were left out.
        geography: which regions touch, and where they lie.
        taken: (n,) rows that are estimated, as far as it is known before: quantiles are of these.
        clip: what `winsorize` of the column did to its variables.
        lacking: variable → rows in the sample that have no value of it, most first; none that has all.
    """

    study: str
    place: str
    column: CompleteColumn
    rows: pl.DataFrame
    n_asked: int
    geography: Geography
    taken: NDArray[np.bool_]
    clip: Clipped
    lacking: Mapping[str, int] = field(default_factory=dict)

    @property
    def outcome(self) -> NDArray[np.float64]:
        return self.values([str(self.column.outcome)])[:, 0]

    @property
    def names(self) -> list[str]:
        """Regressors, then controls."""
        return [*self.column.regressors, *self.column.controls]

    @property
    def units(self) -> NDArray[np.str_]:
        return self.rows.get_column("unit").to_numpy().astype(str)

    @property
    def periods(self) -> NDArray[np.int32]:
        return self.rows.get_column("period").to_numpy()

    @property
    def unit_names(self) -> dict[str, str]:
        """Code of each unit → its name."""
        return dict(self.rows.select("unit", "unit_name").unique().iter_rows())

    def values(self, names: Sequence[str]) -> NDArray[np.float64]:
        """(n, len(names)) matrix of the named variables."""
        return self.rows.select(names).to_numpy().astype(np.float64)

    @property
    def given(self) -> GivenRows:
        """Outcome, regressors and controls with their units and periods, for who follows numbers to them."""
        from nqpf_assets.estimators.influence.given_rows import GivenRows

        names = self.names
        outcome_name = str(self.column.outcome)
        of_names = self.values(names)
        return GivenRows(self.outcome, of_names, self.units, self.periods, names, outcome_name)

    def labels(self, grouping: str) -> NDArray[np.str_]:
        """(n,) group of each row in a grouping of the study.

        Raises:
            EstimationError: a unit of the sample is in none of its groups.
        """
        groups = self.rows.get_column(grouping)
        if groups.null_count():
            outside = self.rows.filter(groups.is_null()).get_column("unit").unique().sort()
            raise EstimationError(
                f"the grouping {grouping} has no group for {listed(outside.to_list())}: put them "
                "into one, or leave them out of the sample",
                units=outside,
            )
        return groups.to_numpy().astype(str)

    @property
    def cluster(self) -> Cluster | None:
        """What the covariance clusters by: a name that estimators know, or labels."""
        errors = covariance_of(self.column.estimator, self.column.vcov.type)
        if errors is None or not errors.most_keys:
            return None
        keys = [by if by in OWN_KEYS else self.labels(by) for by in self.column.vcov.by]
        return keys[0] if len(keys) == 1 else tuple(keys)

    @property
    def correction(self) -> dict[str, Any]:
        """`small_sample` as an estimator takes it; empty where the column leaves it to the estimator."""
        chosen: str | None = self.column.vcov.small_sample
        if self.column.vcov.large_sample:
            chosen = "large_sample"
        return {} if chosen is None else {"small_sample": chosen}

    @property
    def least_squares(self) -> dict[str, Any]:
        """What all estimators that rest on `two_way_fe` take alike."""
        column = self.column
        return {
            "vcov": "clustered" if self.wild else column.vcov.type,
            "cluster": self.cluster,
            "lags": column.vcov.lags,
            "drop_singletons": column.drop_singletons,
            **({"wild": self.wild} if self.wild else {}),
            **self.correction,
            **self.weighing,
        }

    @property
    def weighing(self) -> dict[str, Any]:
        """`weights` as an estimator takes them; empty where all rows count alike.

        Raises:
            EstimationError: one is negative, or no whole number where it counts rows.
        """
        weights = self.column.weights
        if weights is None:
            return {}
        values = self.values([weights.variable])[:, 0]
        wrong = {"a negative weight": values < 0}
        if weights.type == "frequency":
            wrong["a frequency weight that is no whole number"] = values != np.round(values)
        for what, where in wrong.items():
            if where.any():
                first = int(np.argmax(where))
                raise EstimationError(
                    f"{weights.variable} is {values[first]:g} for {self.units[first]} in "
                    f"{self.periods[first]}: {what}",
                    units=[self.units[first]],
                )
        return {"weights": values, "weights_kind": weights.type}

    @property
    def absorbed(self) -> tuple[Absorbed, ...]:
        """Effects of the column beside those of units and periods.

        Raises:
            EstimationError: a unit of the sample is in no group of one of them.
        """
        from nqpf_assets.estimators.linear.absorbed import Absorbed

        found = []
        for one in further_effects(self.column.effects):
            for factor in one.factors:
                if factor not in OWN_KEYS:
                    self.labels(factor)
            years = self.periods.astype(np.float64)
            slope = years - years.mean() if one.is_trend else None
            found.append(Absorbed(one.name, levels_of(self.rows, one.factors), slope))
        return tuple(found)

    @property
    def wild(self) -> WildBootstrap | None:
        """The wild bootstrap of clustered errors that the column asks for."""
        from nqpf_assets.estimators.linear.wild_changes import WildBootstrap

        vcov = self.column.vcov
        if vcov.type != "wild_bootstrap":
            return None
        drawn = self.seed("wild bootstrap") % 2**32
        return WildBootstrap(
            multipliers=vcov.multipliers,
            restricted=vcov.restricted,
            seed=drawn if vcov.seed is None else vcov.seed,
            **({} if vcov.draws is None else {"draws": vcov.draws}),
        )

    def seed(self, purpose: str) -> int:
        """128 bits of a hash of study, table, column and purpose: draws do not depend on what else
        is computed, nor in which order, nor on the machine."""
        key = "\n".join((self.study, self.place, purpose))
        return int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "little")

    def generator(self, purpose: str) -> np.random.Generator:
        """A generator with the seed of this purpose."""
        return np.random.default_rng(self.seed(purpose))


def design_of(
    study: Study,
    place: str,
    column: CompleteColumn,
    panel: pl.DataFrame,
    geography: Geography,
    taken: NDArray[np.bool_] | None = None,
) -> Design:
    """The rows of `panel` that the column asks for and that have every variable it needs.

    Args:
        taken: (n,) which of them an estimator took; what is known before where left out.
    """
    asked = asked_rows(study, column, panel)
    used = complete(column, asked)
    # Quantiles are those of the rows that are estimated: incomplete ones are gone, singletons do not count.
    terms = [name for name, role in roles_of(column).items() if role.is_term]
    everywhere = np.ones(len(used), dtype=np.bool_)
    moved = everywhere if taken is None else taken
    taken = _estimated(column, used) if taken is None else taken
    clip = clipped(column.winsorize, used, terms, taken, moved)
    return Design(
        study.study,
        place,
        column,
        clip.rows,
        len(asked),
        geography,
        taken,
        clip,
        _lacking(column, asked),
    )


def _lacking(column: CompleteColumn, asked: pl.DataFrame) -> dict[str, int]:
    """Variables with the rows of the sample that have no value of them."""
    from polars import selectors

    rows = asked.select([*dict.fromkeys(needed(column))]).with_columns(
        selectors.float().fill_nan(None)
    )
    counts = {name: rows[name].null_count() for name in rows.columns}
    most_first = sorted(counts.items(), key=lambda one: -one[1])
    return {told_name(column.sample, name): n for name, n in most_first if n}


def _estimated(column: CompleteColumn, rows: pl.DataFrame) -> NDArray[np.bool_]:
    """Which complete rows the estimator takes: of compared groups alone, and none that it drops as alone."""
    is_dropping = column.drop_singletons and ESTIMATORS[column.estimator].has_effects
    keys = column.effects if is_dropping else ()
    trends = {one.name for one in further_effects(keys) if one.is_trend}
    keys = tuple(one for one in keys if one not in trends)
    compared = compared_of(column)
    if compared is None:
        weights = column.weights
        is_counted = weights is not None and weights.type == "frequency"
        return _not_alone(rows, keys, weights.variable if weights and is_counted else None)
    taken = np.zeros(len(rows), dtype=np.bool_)
    for group in compared.groups:
        # Each group is a regression of its own, in which other rows are alone.
        inside = (rows.get_column(compared.grouping) == group).to_numpy()
        taken[inside] = _not_alone(rows.filter(inside), keys)
    return taken


def _not_alone(
    rows: pl.DataFrame, keys: Sequence[str], copies: str | None = None
) -> NDArray[np.bool_]:
    """Rows that share each of these keys with another, or with a copy where a column counts them."""
    if rows.is_empty():
        return np.zeros(0, dtype=np.bool_)
    codes = [levels_of(rows, effect_of(key).factors) for key in keys]
    counts = None if copies is None else rows.get_column(copies).to_numpy().astype(np.float64)
    return without_singletons(codes, len(rows), counts)


def levels_of(rows: pl.DataFrame, factors: Sequence[str]) -> NDArray[np.intp]:
    """(n,) codes from 0 of what rows have in all factors; rows without a group are a level like others."""
    return rows.select(pl_dense(factors)).to_series().to_numpy().astype(np.intp) - 1


def pl_dense(factors: Sequence[str]) -> pl.Expr:
    """Places of the different combinations of columns, from 1, without gaps."""
    import polars as pl

    return pl.struct(factors).rank("dense")
