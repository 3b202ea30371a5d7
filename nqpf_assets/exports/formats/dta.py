"""Stata: rows with labels of variables and values, notes, and a panel that is `xtset`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export
from nqpf_assets.exports.stata.names import names_in_stata

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.document import Dataset


def _write(rows: pl.DataFrame) -> bytes:
    from nqpf_assets.exports.stata.file import StataFile, dta

    return dta(rows, StataFile())


def _write_dataset(dataset: Dataset) -> bytes:
    from nqpf_assets.exports.stata.panel import dataset_as_dta

    return dataset_as_dta(dataset)


EXPORT = Export(
    "dta",
    ".dta",
    _write,
    is_text=False,
    write_dataset=_write_dataset,
    names=names_in_stata,
    purpose="Stata 14 and newer; R by `haven::read_dta`",
)
