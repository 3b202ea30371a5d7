"""Editions that are overdue: the card names a day for the next one, the day has passed, and none came.

A question about today, and so asked when somebody looks; no table depends on the answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from nqpf_assets.messages.counted import counted

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.projects.opened import OpenedProject


ZONE = "Asia/Shanghai"
"""Where editions are expected."""


def today_in_china() -> dt.date:
    return dt.datetime.now(ZoneInfo(ZONE)).date()


@dataclass(frozen=True, order=True)
class OverdueEdition:
    """Files of one folder whose next edition is late.

    Attributes:
        folder: where the last edition lies.
        expected: the day by which the next one was expected.
        n_late: files of which nothing newer is here.
        n_files: files that the day was named for.
    """

    folder: str
    expected: dt.date
    n_late: int
    n_files: int

    def __str__(self) -> str:
        of = (
            f" of {self.n_late} of its {counted(self.n_files, 'files')}"
            if self.n_late < self.n_files
            else ""
        )
        return f"{self.folder}: next edition{of} expected by {self.expected}, no newer one here"


def overdue_editions(opened: OpenedProject, today: dt.date) -> list[OverdueEdition]:
    """Editions that are late on a day, those apart that the project's settings accept.

    Read from the source tables as they were built last; before that, none.
    """
    keys = (("source", "file"), ("source", "observation"))
    if any(opened.store.record(key) is None for key in keys):
        return []
    files, observations = (opened.store.scan(key) for key in keys)
    found = _late(files, observations, today)
    return [one for one in found if opened.settings.acceptance("editions", one.folder) is None]


def _late(files: pl.LazyFrame, observations: pl.LazyFrame, today: dt.date) -> list[OverdueEdition]:
    import polars as pl

    about = ("file_id", "publisher", "title", "vintage", "vintage_order")
    due = files.filter(pl.col("next_edition") < today).select(
        *about, "next_edition", folder=pl.col("path").str.replace("/[^/]*$", "")
    )
    every = files.select(*about)
    holds = observations.select("file_id", "series_id").unique()
    same_title = due.join(every, on=["publisher", "title"], suffix="_newer")
    same_series = due.join(holds, on="file_id").join(
        every.join(holds, on="file_id"), on=["publisher", "series_id"], suffix="_newer"
    )
    newer = pl.concat(
        other.filter(
            pl.col("vintage_order_newer") > pl.col("vintage_order"),
            pl.col("vintage_newer") != pl.col("vintage"),
        ).select("file_id")
        for other in (same_title, same_series)
    ).unique()
    is_late = newer.with_columns(is_late=pl.lit(False))
    rows = (
        due.join(is_late, on="file_id", how="left")
        .group_by("folder", expected="next_edition")
        .agg(n_late=pl.col("is_late").is_null().sum(), n_files=pl.len())
        .filter(pl.col("n_late") > 0)
        .sort("folder", "expected")
        .collect()
    )
    return [OverdueEdition(**row) for row in rows.iter_rows(named=True)]
