"""Our own formats of rows hold to the contract, and formats that break it are found out."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import polars as pl
import pytest

from nqpf_assets.exports.export import Export
from nqpf_assets.exports.registry import EXPORTS
from nqpf_assets.testing import check_export, export_checks
from nqpf_assets.testing.exports import Read


def _bytes(content: str | bytes) -> io.BytesIO:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


READ: Mapping[str, Read] = {
    "csv": lambda content: pl.read_csv(_bytes(content)),
    "json": lambda content: pl.read_json(_bytes(content)),
    "parquet": lambda content: pl.read_parquet(_bytes(content)),
}
CHECKS = [
    check
    for name, export in EXPORTS.own.items()
    for check in export_checks(export, read=READ.get(name))
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_our_formats_hold_to_the_contract(check: Callable[[], None]) -> None:
    check()


def _plain(rows: pl.DataFrame) -> str:
    return "\n".join([",".join(rows.columns), *(",".join(map(str, row)) for row in rows.rows())])


count = iter(range(1000))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Export("mine", "txt", _plain), "a suffix such as"),
        (Export("Mine", ".txt", _plain), "a name of lower-case"),
        (Export("mine", ".txt", lambda rows: b""), "bytes in place of str"),
        (Export("mine", ".bin", _plain, is_text=False), "str in place of bytes"),
        (Export("mine", ".txt", lambda rows: rows.write_csv()), "a column of type"),
        (Export("mine", ".txt", lambda rows: str(rows[0, 0])), "no row, no column"),
        (Export("mine", ".txt", lambda rows: f"{next(count)}"), "another file each time"),
        (Export("mine", ".csv", _plain), "a spreadsheet computes"),
        (Export("mine", ".bin", lambda rows: b"", is_text=False, is_drawn=True), "is a text"),
    ],
)
def test_a_format_that_breaks_the_contract_is_found_out(wrong: Export, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        check_export(wrong)


def test_what_is_read_again_is_compared() -> None:
    rounded = Export(
        "mine", ".csv", lambda rows: rows.with_columns(pl.col(pl.Float64).round(3)).write_csv()
    )
    with pytest.raises(AssertionError, match="other numbers"):
        check_export(rounded, read=READ["csv"])
