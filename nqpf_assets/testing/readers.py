"""What every reader must hold to, ours and those of packages.

Whether the cells are those of the page only a test of the reader's own can say; here files are read, damaged
and named otherwise, and nothing of them may be lost or raised.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reader import Reader, lacks
from nqpf_assets.formats.reading import CELL_SCHEMA, Reading
from nqpf_assets.testing.checks import ContractCheck, require_all

if TYPE_CHECKING:
    from nqpf_assets.formats.layout import YearbookLayout
    from nqpf_assets.formats.own_columns import TidyColumns

DAMAGES = 60
"""Damaged copies of each file that are tried: cut, with bytes changed, doubled and left out."""
NOBODYS = (b"\x00" * 64, "一份没有数字的说明".encode(), b"no table and no page", bytes(range(256)))
"""Contents that hold nothing that could be read: no reader may say that it knows them."""
STRANGERS = (
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04 no archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut",
    b"PAR1",
    b"{",
    b"a,b\n1\n\"open",
    b"\xff\xfe\x00\x00",
)  # fmt: skip
"""Contents that begin as files do and are none; who knows one tells what is wrong with it."""


@dataclass(frozen=True)
class Example:
    """A file that a reader reads without an error.

    Attributes:
        content: its bytes.
        numbers: cells of it that show a number, years among them, counted by something else than the
            reader; None where nobody counted.
        layout, columns: of its card, where the reader goes by one.
    """

    content: bytes
    numbers: int | None = None
    layout: YearbookLayout | None = None
    columns: TidyColumns | None = None

    def raw(self, file: str = "f") -> RawContent:
        """The file as a reader is shown it."""
        return RawContent(self.content, file, self.layout, self.columns)


def check_reader(reader: Reader, examples: Sequence[Example | bytes]) -> None:
    """Hold a reader to everything that any reader must hold to.

    Args:
        reader: the reader, as it is registered.
        examples: small files, each of which it reads without an error.

    Raises:
        AssertionError: all that it does not hold to.
    """
    require_all(reader_checks(reader, examples))


def reader_checks(reader: Reader, examples: Sequence[Example | bytes]) -> tuple[ContractCheck, ...]:
    """The checks one by one, for a test runner that names each."""
    files = [Example(one) if isinstance(one, bytes) else one for one in examples]

    def of_each(check: Callable[[Reader, Example], None]) -> Callable[[], None]:
        def run() -> None:
            assert files, "no example"
            for one in files:
                check(reader, one)

        return run

    checks: dict[str, Callable[[], None]] = {
        "is registered whole": lambda: _registered(reader),
        "is documented": lambda: _documented(reader),
        "leaves contents alone that are no file of anybody": lambda: _strangers(reader),
        "knows its files, and reads them without an error": of_each(_known),
        "gives cells of the shape of cells": of_each(_shape),
        "gives the same cells for the same bytes": of_each(_pure),
        "does not go by a file's name": of_each(_unnamed),
        "reads every number, or names it": of_each(_conserved),
        "tells damage, and never raises": of_each(_damaged),
    }
    return tuple(ContractCheck(reader.name, about, run) for about, run in checks.items())


def _registered(reader: Reader) -> None:
    lack = lacks(reader)
    assert lack is None, f"expected {lack[0]}, found {lack[1]}" if lack else ""


def _documented(reader: Reader) -> None:
    assert reader.documentation, "`documentation` of the Reader says where it is described"


def _strangers(reader: Reader) -> None:
    for content in NOBODYS:
        format = reader.sees(RawContent(content, "f"))
        assert format is None, f"it sees {format!r} in {content[:20]!r}"
    for content in STRANGERS:
        raw = RawContent(content, "f")
        format = reader.sees(raw)
        assert format is None or format in reader.formats, f"it sees {format!r} in {content!r}"
        if format is not None:
            _read(reader, raw)


def _known(reader: Reader, example: Example) -> None:
    if example.layout is None and example.columns is None:
        format = reader.sees(example.raw())
        assert format in reader.formats, f"it sees {format!r} in an example"
    reading = _read(reader, example.raw())
    assert reading.format in reader.formats, f"the reading has the format {reading.format!r}"
    wrong = [str(one) for one in reading.problems if one.severity == "error"]
    assert not wrong, f"an example has errors: {wrong[0]}" if wrong else ""
    assert reading.cells.height, "an example without a cell"


def _shape(reader: Reader, example: Example) -> None:
    cells = _read(reader, example.raw()).cells
    assert cells["locator"].null_count() == 0, "cells without a place"
    places = cells.select("sheet", "locator")
    assert places.is_unique().all(), "two cells at one place"
    assert cells["period"].null_count() == 0, "cells without a year"
    values = cells["value"].drop_nulls()
    assert values.is_finite().all(), "values that are no finite numbers"
    assert values.len(), "no value at all"


def _pure(reader: Reader, example: Example) -> None:
    first, second = _read(reader, example.raw()), _read(reader, example.raw())
    assert _said(first) == _said(second), "the same bytes give another reading the second time"
    once = example.raw()
    reader.sees(once)
    assert _said(_read(reader, once)) == _said(first), "looking at a file changes what is read"


def _unnamed(reader: Reader, example: Example) -> None:
    raws = [example.raw(name) for name in ("f", "a.csv", "另 一.dat", "b.xlsx", "")]
    assert len({reader.sees(raw) for raw in raws}) == 1, "a file of another name is another format"
    first, *others = (_read(reader, raw).cells for raw in raws)
    assert all(map(first.equals, others)), "a file of another name has other cells"


def _conserved(reader: Reader, example: Example) -> None:
    reading = _read(reader, example.raw())
    account, lost = reading.ledger.close(reading.cells, "f", is_refused=False)
    assert not lost, f"{lost[0].where or 'the ledger'}: {lost[0].found}" if lost else ""
    if example.numbers is not None:
        found = f"the ledger saw {account.seen} numbers where the file shows {example.numbers}"
        assert account.seen == example.numbers, found


def _damaged(reader: Reader, example: Example) -> None:
    for about, content in _damages(example.content):
        raw = RawContent(content, "f", example.layout, example.columns)
        try:
            described = example.layout is not None or example.columns is not None
            format = reader.sees(raw)
            assert format is None or format in reader.formats, f"{about}: it sees {format!r}"
            if format is None and not described:
                continue
            reading = _read(reader, raw)
            is_refused = any(one.severity == "error" for one in reading.problems)
            reading.ledger.close(reading.cells, "f", is_refused=is_refused)
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"{about}: {type(error).__name__}: {error}") from error
        values = reading.cells["value"].drop_nulls()
        assert values.is_finite().all(), f"{about}: values that are no finite numbers"


def _damages(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The same damages in every run."""
    draw = random.Random(20260220)
    for _ in range(DAMAGES // 4):
        place, other = sorted(draw.sample(range(len(content) + 1), 2))
        yield f"cut at byte {place}", content[:place]
        yield f"without bytes {place} to {other}", content[:place] + content[other:]
        yield f"bytes {place} to {other} twice", content[:other] + content[place:]
        byte = bytes([draw.randrange(256)])
        changed = content[:place] + byte + content[place + 1 :]
        yield f"byte {place} changed to {byte!r}", changed


def _read(reader: Reader, raw: RawContent) -> Reading:
    reading = reader.read(raw)
    assert isinstance(reading, Reading), f"a {type(reading).__name__}, and no Reading"
    schema = dict(reading.cells.schema)
    assert schema == dict(CELL_SCHEMA), f"cells with the columns {schema}"
    return reading


def _said(reading: Reading) -> tuple[Any, ...]:
    """All that a reading says."""
    return (
        reading.format,
        sorted(reading.facts.items()),
        reading.notes,
        reading.cells.rows(),
        reading.problems,
        sorted(reading.ledger.cells.items()),
        sorted(reading.ledger.passed_over.items()),
    )
