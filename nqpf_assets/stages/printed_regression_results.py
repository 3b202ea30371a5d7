"""What a regression table is printed from: its own rows of its study's result tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nqpf_assets.estimation.result_rows import CLUSTERS
from nqpf_assets.stages.lagged_outcomes import Past
from nqpf_assets.stages.requested_columns import NUMBERS, variables_of
from nqpf_assets.steps.step import Inputs
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.printing import Printing
from nqpf_assets.studies.spec import CompleteColumn, RegressionTable
from nqpf_assets.studies.variants import names_in_base


@dataclass(frozen=True)
class Printed:
    """What a table is printed from.

    Attributes:
        models: column label → row of `model`.
        estimates, effects, tests: rows of the tables of these names.
        cautions: rows of `series_caution`.
        index_tests: rows of `index_test` of the indices that the columns use.
        titles: variable → its title.
        beneath: in words, which variables under the columns are clipped by their declaration, or fitted.
        lagged: column label → regressors that are its outcome of years before.
    """

    table: RegressionTable
    columns: Sequence[CompleteColumn]
    models: Mapping[str, Mapping[str, Any]]
    estimates: Sequence[Mapping[str, Any]]
    effects: Sequence[Mapping[str, Any]]
    tests: Sequence[Mapping[str, Any]]
    cautions: Sequence[Mapping[str, Any]]
    index_tests: Sequence[Mapping[str, Any]]
    titles: Mapping[str, str]
    lagged: Mapping[str, Mapping[str, Past]] = field(default_factory=dict)
    beneath: Sequence[str] = ()

    @cached_property
    def printing(self) -> Mapping[str, Printing]:
        """Column label → what its estimator prints."""
        return {one.label: ESTIMATORS[one.estimator].printing for one in self.columns}

    def hidden_variants(self, label: str) -> Iterator[str]:
        """Variables of a column that stand in place of those which the table hides."""
        for one in self.columns:
            if one.label == label:
                bases = names_in_base(one).items()
                yield from (name for name, base in bases if base in self.table.hide)

    def clusters_of(self, label: str) -> dict[str, int]:
        """Key of a column's two-way clusters → how many there are; empty where one key or none is."""
        return {
            one["test"].removeprefix(CLUSTERS): int(one["statistic"])
            for one in self.tests
            if one["column_label"] == label and one["test"].startswith(CLUSTERS)
        }

    def estimates_of(self, label: str) -> list[Mapping[str, Any]]:
        """The estimates of one column."""
        return [one for one in self.estimates if one["column_label"] == label]

    @classmethod
    def read(
        cls,
        inputs: Inputs,
        key: tuple[str, str],
        table: RegressionTable,
        columns: Sequence[CompleteColumn],
        titles: Mapping[str, str],
        lagged: Mapping[str, Mapping[str, Past]],
        beneath: Sequence[str] = (),
    ) -> Printed:
        """The rows of one table, `key`, from its study's result tables."""
        import polars as pl

        study, name = key

        def mine(made: str) -> list[dict[str, Any]]:
            return (
                inputs.scan(study, made).filter(pl.col("table_name") == name).collect().to_dicts()
            )

        models = {row["column_label"]: row for row in mine("model")}
        in_order = {one.label: models[one.label] for one in columns}
        used = {name for one in columns for name in variables_of(one)}
        judged = inputs.scan(study, "index_test").filter(pl.col("index_name").is_in(sorted(used)))
        tests = judged.sort("index_name", "test", "term").collect().to_dicts()
        estimates, effects, others, cautions = (mine(made) for made in NUMBERS)
        return cls(
            table,
            columns,
            in_order,
            estimates,
            effects,
            others,
            cautions,
            tests,
            titles,
            lagged,
            beneath,
        )
