"""What every format of rows must hold to, ours and those of packages.

Frames are made up of every type of column that a query can give, with names and texts as strangers write
them. Whether the file is a right one of its format only a program that reads it can say (`read`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export, lacks
from nqpf_assets.messages.shown_text import LEADS
from nqpf_assets.testing.checks import ContractCheck, require_all

if TYPE_CHECKING:
    import polars as pl

Write = Callable[["pl.DataFrame"], "str | bytes"]
Read = Callable[["str | bytes"], "pl.DataFrame"]

TEXTS = (
    "地区",
    "a,b",
    'say "so"',
    "two\nlines",
    "tab\there",
    "semi;colon",
    "<b>&amp;",
    "|",
    "",
    None,
)
"""As names of regions and indicators are written in files of strangers, and worse."""
FORMULAS = tuple(f"{lead}SUM(1,2)" for lead in "=+-@")
"""What a spreadsheet computes."""
AWKWARD_NAMES = ("", "=1+1", "a,b", "two\nlines", "值")


def check_export(
    export: Export, *, read: Read | None = None, is_computed: bool | None = None
) -> None:
    """Hold a format to everything that any format of rows must hold to.

    Args:
        export: the format, as it is registered.
        read: what reads the file again, so that numbers, texts and rows are compared.
        is_computed: whether a program that opens the file computes texts that begin as formulas do; where
            left out, of texts with a separator and of nothing that is drawn.

    Raises:
        AssertionError: all that it does not hold to.
    """
    require_all(export_checks(export, read=read, is_computed=is_computed))


def export_checks(
    export: Export, *, read: Read | None = None, is_computed: bool | None = None
) -> tuple[ContractCheck, ...]:
    """The checks one by one, for a test runner that names each."""
    computed = export.suffix in (".csv", ".tsv") if is_computed is None else is_computed
    known = {"": export.write, "exact": export.write_exact}
    ways: dict[str, Write] = {way: write for way, write in known.items() if write is not None}
    checks: dict[str, Callable[[], None]] = {"is registered whole": lambda: _registered(export)}
    for way, write in ways.items():
        of = f", {way}" if way else ""
        checks |= {
            f"writes columns of every type{of}": _bound(_types, export, write),
            f"writes no row, no column, one cell{of}": _bound(_small, export, write),
            f"writes any text under any name{of}": _bound(_texts, export, write),
            f"gives the same for the same rows, and leaves them alone{of}": _bound(
                _pure, export, write
            ),
        }
        if read is not None:
            checks[f"is read again as it was{of}"] = lambda write=write: _again(write, read)  # type: ignore[misc]
    if computed and "" in ways:
        checks["lets no text be computed"] = lambda: _not_computed(ways[""])
    return tuple(ContractCheck(export.name, about, run) for about, run in checks.items())


def _bound(
    check: Callable[[Export, Write], None], export: Export, write: Write
) -> Callable[[], None]:
    return lambda: check(export, write)


def _registered(export: Export) -> None:
    lack = lacks(export)
    assert lack is None, f"expected {lack[0]}, found {lack[1]}" if lack else ""
    assert not export.is_drawn or export.is_text, "what is drawn for people is a text"


def _written(export: Export, write: Write, rows: pl.DataFrame) -> str | bytes:
    content = write(rows)
    expected = str if export.is_text else bytes
    assert isinstance(content, expected), (
        f"{type(content).__name__} in place of {expected.__name__}"
    )
    if isinstance(content, str):
        content.encode("utf-8")
    return content


def every_type() -> Mapping[str, pl.Series]:
    """A column of each type that a query can give: two values and one that is missing."""
    import polars as pl

    day = dt.datetime(2020, 2, 29, 12, 30)
    given: dict[str, tuple[list[object], object]] = {
        "text": (["a", "b"], pl.String()),
        "number": ([0.1, -2.5e300], pl.Float64()),
        "whole": ([1, -(2**62)], pl.Int64()),
        "wide": ([2**100, 1], pl.Int128()),
        "decimal": ([Decimal("1.50"), Decimal("2.25")], pl.Decimal(20, 2)),
        "yes": ([True, False], pl.Boolean()),
        "day": ([day.date(), day.date()], pl.Date()),
        "moment": ([day, day], pl.Datetime("us")),
        "span": ([dt.timedelta(days=1), dt.timedelta(0)], pl.Duration("us")),
        "list": ([["a"], []], pl.List(pl.String())),
        "record": ([{"x": 1}, {"x": 2}], pl.Struct({"x": pl.Int64()})),
        "bytes": ([b"\x00", b""], pl.Binary()),
        "nothing": ([None, None], pl.Null()),
    }
    return {
        name: pl.Series(name, [*values, None], dtype=type_)  # type: ignore[arg-type]
        for name, (values, type_) in given.items()
    }


def _types(export: Export, write: Write) -> None:
    import polars as pl

    columns = every_type()
    for name, column in columns.items():
        try:
            _written(export, write, pl.DataFrame([column]))
        except Exception as error:
            raise AssertionError(f"a column of type {name}: {error}") from error
    _written(export, write, pl.DataFrame([*columns.values()]))


def _small(export: Export, write: Write) -> None:
    import polars as pl

    cell = pl.DataFrame({"a": [1]})
    for rows in (cell.clear(), pl.DataFrame(), cell):
        _written(export, write, rows)


def _texts(export: Export, write: Write) -> None:
    import polars as pl

    _written(export, write, pl.DataFrame(dict.fromkeys(AWKWARD_NAMES, TEXTS)))


def _pure(export: Export, write: Write) -> None:
    import polars as pl

    rows = pl.DataFrame([*every_type().values()])
    before = rows.clone()
    once, twice = _written(export, write, rows), _written(export, write, rows)
    assert once == twice, "it is another file each time"
    assert rows.equals(before), "it changes the rows"


def _again(write: Write, read: Read) -> None:
    """Numbers to the last digit, texts with their signs, and the order of rows."""
    import polars as pl

    texts = [one for one in TEXTS if one]
    rows = pl.DataFrame({"text": texts, "number": [0.1 * 3**n for n in range(len(texts))]})
    found = read(write(rows))
    assert found.columns == rows.columns, f"columns {found.columns}"
    assert found["text"].to_list() == texts, "texts are read as others"
    assert found["number"].cast(pl.Float64).to_list() == rows["number"].to_list(), "other numbers"


def _not_computed(write: Write) -> None:
    import polars as pl

    content = write(pl.DataFrame({"=1+1": FORMULAS}))
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    for line in text.splitlines():
        cell = line.strip().lstrip('"')
        assert not cell.startswith(tuple(LEADS)), f"a spreadsheet computes {line}"
