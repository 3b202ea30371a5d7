"""Tables of levels and growth in two publications: numbers that are others, with the editions they are of.

These tables take published values on their own, also of editions that no panel takes, and say themselves of
which editions and corrections their rows are: what moved a number is read there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import table_info
from nqpf_assets.publications.manifest import Manifest, key_of
from nqpf_assets.warehouse.store import scan_file

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.publications.between import Files

GROWTH = "annual_growth"
SAYS = ("vintages", "corrected_years", "unit_measure")
"""What a row says of where its numbers come from."""


def candidates(old: Manifest, new: Manifest) -> list[str]:
    """Tables that studies made, are in both publications, and are others."""
    both = sorted({*old.tables} & {*new.tables})
    return [
        name
        for name in both
        if table_info(*key_of(name)) is None and old.tables[name].sha256 != new.tables[name].sha256
    ]


def changed_levels(names: Iterable[str], old: Files, new: Files) -> pl.DataFrame:
    """One row per number of these tables that is another: before and after, and what its row says."""
    import polars as pl

    frames = [frame for name in names for frame in _of_table(name, old, new)]
    columns = ("study", "table_name", "row_label", "column", "old_value", "new_value")
    said = [f"{side}_{one}" for one in SAYS for side in ("old", "new")]
    if not frames:
        types = {name: pl.String() for name in (*columns, *said)}
        return pl.DataFrame(schema=types | {"old_value": pl.Float64(), "new_value": pl.Float64()})
    return pl.concat(frames).select(*columns, *said)


def _of_table(name: str, old: Files, new: Files) -> Iterator[pl.DataFrame]:
    import polars as pl

    paths = [files(name) for files in (old, new)]
    sides = [scan_file(path).collect() for path in paths if path is not None]
    if len(sides) < 2 or not all(GROWTH in side.columns for side in sides):
        return
    long = []
    for side, frame in zip(("old", "new"), sides, strict=True):
        years = [one for one in frame.columns if one.isdigit()]
        # An earlier release did not say all of it.
        told = [pl.col(one) if one in frame.columns else pl.lit(None) for one in SAYS]
        said = [one.cast(pl.String).alias(f"{side}_{n}") for n, one in zip(SAYS, told, strict=True)]
        numbers = frame.select("row_label", *said, *years, GROWTH).unpivot(
            [*years, GROWTH],
            index=["row_label", *(f"{side}_{one}" for one in SAYS)],
            variable_name="column",
            value_name=f"{side}_value",
        )
        long.append(numbers)
    both = long[0].join(long[1], on=["row_label", "column"], how="full", coalesce=True)
    schema, table = key_of(name)
    yield both.filter(pl.col("old_value").ne_missing(pl.col("new_value"))).with_columns(
        study=pl.lit(schema), table_name=pl.lit(table)
    )
