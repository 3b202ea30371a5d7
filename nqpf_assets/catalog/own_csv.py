"""A CSV file of the project's own catalogue, as text: every column a string, or what is wrong with it."""

from __future__ import annotations

import io

import polars as pl

from nqpf_assets.messages.problems import Problem


def own_csv(content: bytes, file: str, expected: str) -> pl.DataFrame | Problem:
    """The table of the file's bytes.

    Args:
        file: path as the user knows it.
        expected: what the file should be, such as ``a table of regions``.
    """
    try:
        return pl.read_csv(io.StringIO(content.decode("utf-8-sig")), infer_schema=False)
    except (UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        return Problem(
            file=file,
            where="",
            expected=expected,
            found=" ".join(str(error).split())[:200],
            remedy="save it as CSV in UTF-8, with the columns that `nqpf help catalog` lists",
            code="regions",
        )
