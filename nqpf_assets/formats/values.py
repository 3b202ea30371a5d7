"""From printed cells to numbers, for whole columns at once.

`finish` is the last step of every reader: it parses the text of the cells, marks what has no
value, attaches footnotes, and reports whatever is not a number. Three million cells take
seconds, so nothing here looks at one row at a time. Every sign, mark and spelling is read or told
here and nowhere else, so that all readers do the same with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import polars as pl

from nqpf_assets.formats.cell_marks import FORMULA
from nqpf_assets.formats.labels import BLANKS, mark_texts
from nqpf_assets.formats.lumps import Lumps
from nqpf_assets.formats.numbers import NUMBER, PRINTED, half_width, number_of
from nqpf_assets.formats.reading import CELL_SCHEMA
from nqpf_assets.formats.unit_lines import with_stated_unit
from nqpf_assets.formats.value_problems import (
    GIGANTIC,
    KEY,
    explained_marks,
    number_problems,
    repeated,
    unexplained,
)
from nqpf_assets.messages.problems import Problem
from nqpf_assets.warehouse.shared_texts import with_shared_texts, written_anew

MISSING = ("", "…", "……", "...", "..", "—", "——", "－", "–", "-", "--", "无")

_ODD = ("_kind", "_mark", "footnote")
_SHOWN_ODD = ("locator", "text", *_ODD)
_SHOWN = r"^(.+) shown as .+$"
_NEGATIVE = rf"^(?:\(\s*{NUMBER}\s*\)|[△▲▽▼Δ—–‐‑‒―﹣]\s*{NUMBER}|{NUMBER}\s*-)$"
_is_left_out: ContextVar[Callable[[str], bool] | None] = ContextVar("_is_left_out", default=None)


@contextmanager
def leaving_out(is_left_out: Callable[[str], bool] | None) -> Iterator[None]:
    """Within it cells of these labels, indicators or regions, are read and not judged."""
    token = _is_left_out.set(is_left_out)
    try:
        yield
    finally:
        _is_left_out.reset(token)


def _left_out(cells: pl.DataFrame) -> pl.Expr:
    """Which cells nobody asks for: their numbers are counted, whatever is odd about them."""
    is_left_out = _is_left_out.get()
    if is_left_out is None:
        return pl.lit(False)
    return pl.any_horizontal(
        pl.col(column)
        .is_in([one for one in cells[column].drop_nulls().unique() if is_left_out(one)])
        .fill_null(False)
        for column in ("series_label", "region_label")
    )


def empty_cells() -> pl.DataFrame:
    """No cells, in the shape of cells."""
    return pl.DataFrame(schema=dict(CELL_SCHEMA))


def printed(cell: object) -> str:
    """A workbook's cell as text: ``2016`` for 2016.0, floats at full precision."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e16:
        return str(int(cell))
    return str(cell)


def frame(rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    """Rows in the order of `CELL_SCHEMA` as a frame."""
    return pl.DataFrame(rows, schema=dict(CELL_SCHEMA), orient="row")


def finish(
    raw: pl.DataFrame | Iterable[pl.DataFrame],
    *,
    file: str,
    notes: tuple[str, ...] = (),
    missing: Sequence[str] = (),
    beside: pl.DataFrame | None = None,
    lumps: Lumps | None = None,
) -> tuple[pl.DataFrame, list[Problem]]:
    """Parse the text of cells and report what is not a number.

    Args:
        raw: columns of `CELL_SCHEMA`; `value` is filled where the file stores a number, and
            `footnote` with the mark printed at the cell's row or column. Cells may come in parts, each
            let go before the next is asked for; notes must state no unit then.
        file: display name for problems.
        notes: the file's footnotes; those about a mark are attached to its cells.
        missing: further spellings of a missing value; one that is a number stands for all its spellings.
        beside: ``locator, beside``: what tells regions of one name apart.
        lumps: where the cells are put, if they are many; none are given back then.
    """
    texts = mark_texts(notes)
    finished, odd, keys = [], [], []
    for part in [raw] if isinstance(raw, pl.DataFrame) else raw:
        cells = _parsed(part, notes, missing)
        is_judged = ~_left_out(cells)
        is_odd = is_judged & pl.any_horizontal(map(_is_filled, _ODD))
        odd.append(written_anew(cells.filter(is_odd).select(_SHOWN_ODD)))
        keys.append(cells.filter(is_judged).select(KEY).hash_rows().to_numpy())
        clean = pl.col("text").str.strip_chars(BLANKS)
        number = pl.col("_number")
        is_whole = pl.col("_kind").is_null() | (_left_out(cells) & number.is_finite())
        value = pl.when(is_whole).then(number).alias("value")
        cells = _with_footnotes(cells, texts, clean).with_columns(value)
        cells = cells.select(CELL_SCHEMA.keys())
        if lumps is None:
            finished.append(with_shared_texts(cells))
        else:
            lumps.add(cells)
    cells = pl.concat(finished, rechunk=False) if finished else empty_cells()
    problems: list[Problem] = []
    if odd:
        judged = pl.concat(odd)
        problems += [*number_problems(judged, file), *unexplained(judged, texts, file)]
    again = _hashed_again(keys)
    if len(again):
        cells_again = cells if lumps is None else lumps.of_keys(KEY, again)
        problems += repeated(cells_again.filter(~_left_out(cells_again)), file, beside)
    return cells, problems


def _is_filled(column: str) -> pl.Expr:
    return pl.col(column).is_not_null()


def _hashed_again(keys: list[np.ndarray]) -> np.ndarray:
    """Hashes of what cells are of that stand there twice, so that two may be of one series, region and year.

    Args:
        keys: the hashes, which are taken out of the list.
    """
    every = np.concatenate(keys) if keys else np.zeros(0, dtype=np.uint64)
    keys.clear()
    every.sort()
    return np.unique(every[1:][every[1:] == every[:-1]])


def _parsed(raw: pl.DataFrame, notes: tuple[str, ...], missing: Sequence[str]) -> pl.DataFrame:
    """Cells with their `_number`, whether they are `_missing`, their `_mark`, and the `_kind` of trouble."""
    clean = pl.col("text").str.strip_chars(BLANKS)
    cells = with_stated_unit(raw, notes).with_columns(
        pl.when(clean.is_null() | clean.is_in([*MISSING, *missing]))
        .then(pl.lit(None, pl.Float64))
        .otherwise(pl.coalesce("value", clean.cast(pl.Float64, strict=False)))
        .alias("_number"),
        (clean.is_null() | clean.is_in([*MISSING, *missing])).alias("_missing"),
    )
    number = pl.col("_number")
    odd = cells["_number"].is_null() & ~cells["_missing"]
    if odd.any():
        cells = _parse_printed(cells, clean)
    else:
        nothing = pl.lit(None, pl.String)
        cells = cells.with_columns(nothing.alias("_mark"), nothing.alias("_kind"))
    cells = _without_codes(cells, _code_values(missing))
    return cells.with_columns(
        pl.when(pl.col("_kind").is_not_null())
        .then(pl.col("_kind"))
        .when(number.is_not_null() & clean.str.contains(r"[.．]$").fill_null(False))
        .then(pl.lit("breaks_off"))
        .when(number.is_not_null() & ~number.is_finite())
        .then(pl.lit("not_finite"))
        .when(number.abs() >= GIGANTIC)
        .then(pl.lit("gigantic"))
        .alias("_kind")
    )


def _parse_printed(cells: pl.DataFrame, clean: pl.Expr) -> pl.DataFrame:
    """Numbers as printers write them: separators, full width, marks; or the kind of trouble."""
    half = half_width(clean)
    parts = half.str.extract_groups(f"^{PRINTED}$").alias("_parts")
    odd = pl.col("_number").is_null() & ~pl.col("_missing")
    part = pl.col("_parts").struct.field
    sign, unit = part("2"), pl.col("unit_label").str.replace_all("％", "%").str.slice(0, 1)
    parsed = part("1").str.replace_all(",", "").cast(pl.Float64, strict=False)
    spelled = half.str.contains(r"(?i)^[+-]?(nan|inf|infinity|null|none|#?n/?a!?|#.+[!?])$")
    kind = (
        pl.when(~odd)
        .then(pl.lit(None, pl.String))
        .when(spelled)
        .then(pl.lit("not_finite"))
        .when(clean.str.starts_with(FORMULA))
        .then(pl.lit("formula"))
        .when(clean.str.contains(_SHOWN))
        .then(pl.lit("shown_otherwise"))
        .when(
            parsed.is_null()
            & half.str.replace_many(["（", "）"], ["(", ")"]).str.contains(_NEGATIVE)
        )
        .then(pl.lit("negative"))
        .when(parsed.is_null())
        .then(pl.lit("not_a_number"))
        .when(sign.is_not_null() & (unit != sign))
        .then(pl.lit("percentage"))
    )
    return cells.with_columns(parts).with_columns(
        pl.when(odd).then(parsed).otherwise("_number").alias("_number"),
        pl.when(odd).then(part("3")).alias("_mark"),
        # A number that prints its own unit needs none over it.
        pl.when(odd)
        .then(pl.coalesce("unit_label", sign))
        .otherwise("unit_label")
        .alias("unit_label"),
        kind.alias("_kind"),
    )


def _code_values(missing: Sequence[str]) -> list[float]:
    """The numbers among codes of a missing value; each also as Stata's short floats hold it."""
    numbers = [number for word in missing if (number := number_of(word)) is not None]
    short = pl.Series(numbers, dtype=pl.Float64).cast(pl.Float32).cast(pl.Float64)
    return sorted({*numbers, *short})


def _without_codes(cells: pl.DataFrame, codes: list[float]) -> pl.DataFrame:
    """The cells less the numbers that stand for a missing value, however they are written."""
    if not codes:
        return cells
    is_code = pl.col("_number").is_in(codes) & pl.col("_kind").is_null()
    if "_parts" in cells.columns:
        is_code &= pl.col("_parts").struct.field("2").is_null()  # -99% is no -99
    is_code = is_code.fill_null(False)
    return cells.with_columns(
        pl.when(is_code).then(None).otherwise("_number").alias("_number"),
        (pl.col("_missing") | is_code).alias("_missing"),
    )


def numbers_that_are_codes(cells: pl.DataFrame, missing: Sequence[str]) -> int:
    """How many cells of `finish` show a number that stands for a missing value."""
    codes = _code_values(missing)
    empty = cells.get_column("text").filter(cells.get_column("value").is_null())
    counts = empty.drop_nulls().value_counts()
    return sum(n for text, n in counts.iter_rows() if number_of(text, is_marked=True) in codes)


def _with_footnotes(cells: pl.DataFrame, texts: dict[str, str], clean: pl.Expr) -> pl.DataFrame:
    if not texts and cells["_mark"].null_count() == cells.height:
        return cells
    explained = explained_marks(texts)
    at_label = (
        pl.col("footnote")
        .str.split("; ")
        .list.eval(pl.element().replace(explained))
        .list.join("; ")
        if cells["footnote"].null_count() < cells.height
        else pl.col("footnote")
    )
    at_cell = pl.col("_mark").replace(explained)
    at_sign = pl.when(pl.col("_missing")).then(
        clean.replace_strict(explained, default=None, return_dtype=pl.String)
    )
    joined = pl.concat_str(at_label, at_cell, at_sign, separator="; ", ignore_nulls=True)
    return cells.with_columns(pl.when(joined != "").then(joined).alias("footnote"))
