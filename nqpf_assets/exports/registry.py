"""All formats of rows by name, ours and those of packages, and what each writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export, lacks
from nqpf_assets.plugins.registry import Registry

if TYPE_CHECKING:
    import polars as pl


def _lacks(export: Export) -> tuple[str, str] | None:
    """What a package's format is missing, or has that is ours."""
    if export.suffix in {one.suffix for one in EXPORTS.own.values()}:
        return "a suffix that no other format has", repr(export.suffix)
    return lacks(export)


EXPORTS = Registry(
    Export,
    room="nqpf_assets.exports.rows",
    attribute="EXPORT",
    group="nqpf.exports",
    lacks=_lacks,
)


def content_of(export: Export, rows: pl.DataFrame, *, is_exact: bool = False) -> str | bytes:
    """Rows in a format; a text ends with a line break.

    Raises:
        InputError: the package that brings the format cannot write them.
    """
    write = export.write_exact if is_exact and export.write_exact else export.write
    with EXPORTS.answerable(export.name):
        content = write(rows)
        expected = str if export.is_text else bytes
        if not isinstance(content, expected):
            raise TypeError(
                f"{expected.__name__} is expected, {type(content).__name__} was returned"
            )
    return content if isinstance(content, bytes) or content.endswith("\n") else f"{content}\n"
