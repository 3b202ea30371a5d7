"""Which editions of a series there are, and whether a study's choice leaves any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.steps.reads import Scanned
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    import polars as pl


def editions(inputs: Scanned, series: tuple[str, ...]) -> pl.DataFrame:
    """Who published which series in which vintage: series_id, publisher, vintage, published."""
    import polars as pl

    files = inputs.scan("source", "file").select("file_id", "publisher", "published")
    return (
        inputs.scan("source", "observation")
        .filter(pl.col("series_id").is_in(series))
        .select("series_id", "file_id", "vintage")
        .unique()
        .join(files, on="file_id")
        .select("series_id", "publisher", "vintage", "published")
        .unique()
        .sort("series_id", "publisher", "vintage")
        .collect()
    )


def require_editions(study: Study, series: list[dict[str, Any]], published: pl.DataFrame) -> None:
    """Refuse a choice of vintage or publisher that leaves nothing of a series."""
    import polars as pl

    problems = []
    for row in series:
        mine = published.filter(pl.col("series_id") == row["series_id"])
        left, asked = mine, []
        if row["only_vintage"]:
            left = left.filter(pl.col("vintage") == row["only_vintage"])
            asked.append(f"vintage {row['only_vintage']}")
        if row["only_publishers"]:
            publishers = row["only_publishers"].strip("|").split("|")
            left = left.filter(pl.col("publisher").is_in(publishers))
            asked.append(f"publisher {' or '.join(publishers)}")
        if row["as_of"]:
            left = left.filter(pl.col("published") <= row["as_of"])
            asked.append(f"published by {row['as_of']}")
        if left.is_empty():
            there = (
                f"{publisher}, vintage {vintage}, published {published or 'on an unknown day'}"
                for _, publisher, vintage, published in mine.iter_rows()
            )
            problems.append(
                Problem(
                    file=f"study {study.study}",
                    where=f"sources of series {row['series_id']}",
                    expected=f"values of {', '.join(asked)}",
                    found="; ".join(there),
                    remedy="correct `sources`, or the publisher and date on the file's card",
                    code="no_edition",
                    asked_at=("sources", "series", row["series_id"]),
                )
            )
    if problems:
        raise CheckFailed(problems)
