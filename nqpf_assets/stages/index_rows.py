"""An index as rows: the tables that any method's result fills, as far as it has something for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.indices.method import Floats, IndexResult, Indicators

INDEX_TABLES = (
    "index_weight",
    "index_score",
    "index_dimension_score",
    "index_component",
    "index_test",
    "index_definition",
    "index_read",
)


def rows_of_index(
    name: str, indicators: Indicators, result: IndexResult
) -> dict[str, pl.DataFrame]:
    """Table → the rows of this index; tables for which it has none are left out."""
    import polars as pl

    frames = {
        "index_weight": _weights(indicators, result),
        "index_score": [_scores(indicators, result.scores)],
        "index_dimension_score": [
            _scores(indicators, scores).with_columns(dimension=pl.lit(dimension))
            for dimension, scores in result.dimension_scores.items()
        ],
        "index_component": _components(indicators, result),
        "index_test": _tests(result),
    }
    return {
        table: pl.concat(parts).with_columns(index_name=pl.lit(name))
        for table, parts in frames.items()
        if parts
    }


def _scores(indicators: Indicators, scores: Floats) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        {
            "unit": pl.Series(indicators.units, dtype=pl.String),
            "period": indicators.periods,
            "score": scores,
        }
    )


def _weights(indicators: Indicators, result: IndexResult) -> list[pl.DataFrame]:
    import polars as pl

    directions = ["positive" if one > 0 else "negative" for one in indicators.directions]

    def numbers(values: Floats | None) -> pl.Series:
        return pl.Series(
            values if values is not None else [None] * len(directions), dtype=pl.Float64
        )

    return [
        pl.DataFrame(
            {
                "dimension": list(indicators.dimensions),
                "indicator": list(indicators.names),
                "direction": directions,
                "entropy": numbers(one.entropy),
                "divergence": numbers(one.divergence),
                "weight": one.weight,
            }
        ).with_columns(weight_period=pl.lit(one.period, pl.Int32))
        for one in result.weights
    ]


def _components(indicators: Indicators, result: IndexResult) -> list[pl.DataFrame]:
    import polars as pl

    return [
        pl.DataFrame({"indicator": list(indicators.names), "loading": one.loadings}).with_columns(
            component=pl.lit(number, pl.Int32),
            eigenvalue=pl.lit(one.eigenvalue),
            share=pl.lit(one.share),
            is_retained=pl.lit(one.is_retained),
        )
        for number, one in enumerate(result.components, start=1)
    ]


def _tests(result: IndexResult) -> list[pl.DataFrame]:
    import polars as pl

    numbers = dict.fromkeys(("statistic", "df", "p_value"), pl.Float64())
    words = pl.String()
    schema = {"test": words, "term": words, **numbers, "detail": words}
    rows = [(t.test, t.term, t.statistic, t.df, t.p_value, t.detail) for t in result.tests]
    return [pl.DataFrame(rows, schema=schema, orient="row")] if rows else []
