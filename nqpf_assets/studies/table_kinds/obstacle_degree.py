"""Obstacle degrees (障碍度) of an index: which indicators keep units below the best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from nqpf_assets.studies.index_method import IndexOptions
from nqpf_assets.studies.table_kind import IndexTable, TableKind, Wrong

COLUMNS = {
    "obstacle_degree": False,
    "obstacle_degree_first": False,
    "obstacle_degree_last": False,
    "n_largest": True,
}


class ObstacleTable(IndexTable):
    """Obstacle degrees of an index: weight × (best − normalised value) over the sum of all."""

    kind: Literal["obstacle_degree"] = Field(
        description="a row of mean obstacle degrees for each indicator or dimension, the largest first"
    )
    rows: Literal["indicators", "dimensions"] = Field(
        "indicators", description="what is printed; `obstacle` has both, by unit and year"
    )

    def numbers(self) -> Mapping[str, bool]:
        return COLUMNS

    def wrong_of(self, index: IndexOptions) -> Iterator[Wrong]:
        yield from super().wrong_of(index)
        if self.rows == "dimensions" and len(getattr(index, "dimensions", ())) == 1:
            yield Wrong(
                ("rows",),
                "an index of two or more dimensions",
                f"`{self.index}`, whose one dimension is all of every obstacle",
                "take `rows: indicators`",
                "not_of_index",
            )
        asked = {"aggregate": "arithmetic", "normalise": "min_max", "base_year": None}
        for key, needed in asked.items():
            if (found := getattr(index, key, needed)) != needed:
                yield Wrong(
                    ("index",),
                    "a weighted sum of indicators between the worst and the best value of all years",
                    f"`{self.index}` with `{key}: {found}`",
                    "name another index, or leave the table out",
                    "not_of_index",
                )
        if index.method == "principal_components":
            yield Wrong(
                ("index",),
                "an index of weights that are not below zero",
                f"`{self.index}`, of principal components",
                "name an index of weighted indicators, or leave the table out",
                "not_of_index",
            )


KIND = TableKind(
    "obstacle_degree",
    ObstacleTable,
    "nqpf_assets.stages.obstacles:describe_obstacles",
    long=("obstacle",),
)
