"""Which reader knows a file, told by its content, and the door to all of them.

The name of a file says nothing: the statistics bureau calls every download 分省年度数据.csv,
and browsers append numbers. So the bytes decide; the name appears in messages only. Tables
that no publisher shaped, yearbook pages and the user's own, need the origin card's word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from nqpf_assets.formats import labels
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.formats.lumps import Lumps
from nqpf_assets.formats.mended_cells import with_slips
from nqpf_assets.formats.mended_text import mended_text
from nqpf_assets.formats.mending import Mending
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reader import Reader
from nqpf_assets.formats.reading import CELL_SCHEMA, Reading
from nqpf_assets.formats.registry import READERS, in_order
from nqpf_assets.formats.slips import Slip
from nqpf_assets.formats.text import decode
from nqpf_assets.formats.undeclared import first_bytes, foreign, nothing, refused
from nqpf_assets.formats.values import leaving_out
from nqpf_assets.messages.problems import Problem

UNKNOWN = "unknown"
"""The format of a file that no reader knows."""


def recognise(content: bytes, name: str = "") -> str:
    """The format of a file by its content; ``unknown`` where nothing fits.

    A workbook that is no export is a ``yearbook`` where it begins with a title over the table,
    and a ``tidy_workbook`` where it begins with a header row. Never raises.
    """
    raw = RawContent(content, name)
    if not content.strip() or _foreign(raw) is not None:
        return UNKNOWN
    found = _reader_of(raw)
    return UNKNOWN if found is None else found[1]


def read(
    content: bytes,
    *,
    file: str,
    layout: YearbookLayout | None = None,
    columns: TidyColumns | None = None,
    years: tuple[int, int] | None = None,
    is_left_out: Callable[[str], bool] | None = None,
    slips: Sequence[Slip] = (),
    other_sheets: Sequence[str] = (),
    lumps: Lumps | None = None,
) -> Reading:
    """Read the cells of one file; what is wrong with it is in `Reading.problems`.

    Of problems of one kind so many are told, and the rest counted.

    Args:
        content: the file's bytes.
        file: display name for problems.
        layout: the yearbook table's layout; where given, the file is read by it.
        columns: the meaning of a tidy table's columns; where given, the file is read by it.
        years: first and last calendar year that are read; `labels.YEARS` where not given.
        is_left_out: whether a label is that of an indicator or region which the card ignores; what is odd
            about its values is not told.
        slips: what the card puts right in the file.
        other_sheets: sheets of the workbook that are read by the same card, for themselves.
        lumps: where a table of many cells puts them, see `Reading.lumps`; others are read as ever.

    Raises:
        InputError: the reader of a package does not do what a reader does.
    """
    table = layout or columns
    mending = Mending(slips, file, table.sheet if table is not None else None, other_sheets)
    raw = RawContent(content, file, layout, columns, mending, lumps)
    del content  # a reader of long tables lets the bytes go once it has their rows
    if slips:
        raw = _mended(raw)
    with labels.years_between(years), leaving_out(is_left_out):
        reading = with_slips(_balanced(_read(raw), file), mending)
    counts = Counter(problem.code for problem in reading.problems)
    if max(counts.values(), default=0) <= PROBLEMS + 1:
        return reading
    told: Counter[str] = Counter()
    kept: list[Problem] = []
    for problem in reading.problems:
        told[problem.code] += 1
        if told[problem.code] <= PROBLEMS:
            kept.append(problem)
        elif told[problem.code] == PROBLEMS + 1:
            more = f"{counts[problem.code] - PROBLEMS} more of this kind"
            kept.append(replace(problem, where="", found=more))
    return replace(reading, problems=tuple(kept))


def _mended(raw: RawContent) -> RawContent:
    """The file with the slips of a text put right; those of sheets are, where these are opened."""
    if raw.is_workbook:
        return raw
    if raw.container is not None or raw.content.lstrip()[:1] in (b"{", b"["):
        raw.mending.refuse_all("no `slips` for a file that a program wrote: JSON, Parquet, Stata")
        return raw
    is_page = raw.layout is not None
    return replace(raw, content=mended_text(raw.content, raw.mending, raw.columns, is_page=is_page))


def _balanced(reading: Reading, file: str) -> Reading:
    """The reading with its account; a number that is in no column of it is an error."""
    is_refused = any(problem.severity == "error" for problem in reading.problems)
    n_read = None if reading.lumps is None else reading.lumps.n_values
    account, lost = reading.ledger.close(reading.cells, file, is_refused=is_refused, n_read=n_read)
    return replace(reading, account=account, problems=(*reading.problems, *lost))


def _read(raw: RawContent) -> Reading:
    """What the reader of the file gives, or why none reads it."""
    if raw.layout is not None and raw.columns is not None:
        expected, remedy = "one of `layout` and `columns`", "delete one in the card"
        return nothing(raw.file, expected, "both", remedy)
    if not raw.content or raw.content.isspace():
        return nothing(
            raw.file, "a file with data", "an empty file", "download it again", code="empty"
        )
    if (what := _foreign(raw)) is not None:
        return _unknown(raw, what)
    if raw.layout is not None or raw.columns is not None:
        key = "columns" if raw.layout is None else "layout"
        return next(one for one in in_order() if one.by == key).read(raw)
    if (found := _reader_of(raw)) is not None:
        return _read_by(found[0], raw)
    if raw.is_workbook:
        if raw.workbook.problems:
            return refused(raw.workbook.problems)
        empty = nothing(raw.file, "a sheet with cells", "none", "look into the file", code="empty")
        return raw.with_told(empty)
    if problems := decode(raw.content, raw.file)[1]:
        return refused(problems)
    return _unknown(raw, first_bytes(raw.content))


def _foreign(raw: RawContent) -> str | None:
    """What a file is that is none of ours; a web page is one if it has tables with numbers."""
    what = foreign(raw.content)
    is_page = what is not None and raw.is_workbook
    return None if is_page and (raw.grids or raw.workbook.problems) else what


_LEAD = 4_000
"""Bytes of a file in which its kind shows."""
_PAGE = re.compile(r"单位\s*[:：]|续表|^[\"\s]*地\s*区[\"\s]*[,\t;]", re.MULTILINE)
"""What pages of yearbooks print, also where somebody has saved one as text."""


def _reader_of(raw: RawContent) -> tuple[Reader, str] | None:
    """The first reader that knows the file, with its format."""
    for reader in in_order():
        with READERS.answerable(reader.name):
            format = reader.sees(raw)
            if format is None:
                continue
            if format not in reader.formats:
                raise ValueError(f"it saw {format!r}, and has the formats {reader.formats}")
            return reader, format
    return None


def _read_by(reader: Reader, raw: RawContent) -> Reading:
    """What a reader gives, held to the shape of readings."""
    with READERS.answerable(reader.name):
        if reader.name not in READERS.own and raw.is_workbook:
            raw.mending.refuse_all(f"no `slips` for a file that {reader.name} of a package reads")
        reading = reader.read(raw)
        if not isinstance(reading, Reading):
            raise TypeError(f"a Reading is expected, {type(reading).__name__} was returned")
        if dict(reading.cells.schema) != dict(CELL_SCHEMA):
            raise ValueError(f"cells with the columns {', '.join(CELL_SCHEMA)} are expected")
        return reading


def _unknown(raw: RawContent, found: str) -> Reading:
    known = "; ".join(one.holds for one in in_order())
    remedy = "download the table in one of these formats"
    text = decode(raw.content[:_LEAD], "")[0] or ""
    if _PAGE.search(text) and text.count("\n") > 2:
        remedy = "write a `layout` into its card, or let `nqpf add` do it"
    return nothing(raw.file, known, found, remedy, code="unknown_format")
