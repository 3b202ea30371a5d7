"""Indices of a published study: weights, scores and parts of dimensions, as numbers to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nqpf_assets.explanations.named import read_again
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.replication.long_numbers import Curves, Number
from nqpf_assets.studies.index_method import IndexOptions
from nqpf_assets.studies.indices import INDEX_METHODS


@dataclass(frozen=True)
class IndexNumbers:
    """One index.

    Attributes:
        index: its name.
    """

    study: PublishedStudy
    index: str

    @property
    def name(self) -> str:
        """As comparisons call it, beside tables."""
        return f"index {self.index}"

    def numbers(self) -> list[Number]:
        """Weights and entropies, of each year where each has its own; what there is of components."""
        rows = self.study.rows(
            "FROM {study}.index_weight WHERE index_name = ? ORDER BY indicator, weight_period",
            [self.index],
        )
        weights = [
            (f"{row['indicator']} {row['weight_period'] or ''}".rstrip(), column, row[column])
            for row in rows
            for column in ("weight", "entropy")
            if row[column] is not None
        ]
        return [*weights, *self._of_components(), *self._adequacy()]

    def components(self) -> list[Row]:
        """Loadings by component and indicator, with eigenvalues; none of other methods."""
        return self.study.rows(
            "FROM {study}.index_component WHERE index_name = ? ORDER BY component, indicator",
            [self.index],
        )

    def _of_components(self) -> Iterator[Number]:
        known: set[int] = set()
        for row in self.components():
            label = f"component {row['component']}"
            if row["component"] not in known:
                known.add(row["component"])
                yield from ((label, name, row[name]) for name in ("eigenvalue", "share"))
            yield f"{label} {row['indicator']}", "loading", row["loading"]

    def _adequacy(self) -> Iterator[Number]:
        rows = self.study.rows(
            "FROM {study}.index_test WHERE index_name = ? AND test IN ('kmo', 'bartlett')"
            " ORDER BY test, term",
            [self.index],
        )
        for row in rows:
            label = f"{row['test']} {row['term']}".rstrip()
            yield from (
                (label, name, row[name])
                for name in ("statistic", "p_value")
                if row[name] is not None
            )

    def curves(self) -> Curves:
        """Scores of all units and years, and what each dimension adds to them."""
        found: Curves = {}
        for table, label in (
            ("index_score", "'score'"),
            ("index_dimension_score", "'dimension ' || dimension"),
        ):
            for row in self.study.rows(
                f"SELECT {label} AS label, unit, period, score FROM {{study}}.{table}"
                " WHERE index_name = ? AND score IS NOT NULL ORDER BY ALL",
                [self.index],
            ):
                points = found.setdefault((row["label"], "score"), {})
                points[f"{row['unit']} {row['period']}"] = row["score"]
        return found


def options_of(study: PublishedStudy, index: str) -> IndexOptions | None:
    """What the study file says of an index; None where its method is of a package that is gone."""
    row = study.rows("FROM {study}.index_definition WHERE index_name = ?", [index])[0]
    if row["method"] not in INDEX_METHODS.all:
        return None
    model = INDEX_METHODS.all[row["method"]].options
    return read_again(index, lambda: model.model_validate_json(row["definition"]))


def indices_of(study: PublishedStudy) -> list[IndexNumbers]:
    """All of them by name; none in a publication that does not say what was asked."""
    if not study.has("index_definition", "definition"):
        return []
    rows = study.rows("SELECT index_name FROM {study}.index_definition ORDER BY index_name")
    return [IndexNumbers(study, row["index_name"]) for row in rows]
