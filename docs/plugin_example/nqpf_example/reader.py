"""Files of a monitor that the institute keeps: a line for each value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.formats.labels import parse_year
from nqpf_assets.formats.ledger import LABELS, Ledger
from nqpf_assets.formats.reader import Reader
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.text import decode
from nqpf_assets.formats.values import finish, frame
from nqpf_assets.messages.problems import Problem

if TYPE_CHECKING:
    from nqpf_assets.formats.raw_content import RawContent

INTERFACE = 1


def sees(raw: RawContent) -> str | None:
    """A text whose first line says so."""
    return "monitor_text" if raw.text.startswith("%MONITOR\n") else None


def read(raw: RawContent) -> Reading:
    """Below the first line one cell in each: indicator, unit, region, year, value."""
    decoded, problems = decode(raw.content, raw.file)
    lines = [line.split(";") for line in decoded.split("\n")]
    ledger = Ledger()
    ledger.see_rows(lines, place)
    rows: list[tuple[object, ...]] = []
    for number, fields in enumerate(lines[1:], start=1):
        year = parse_year(fields[3]) if len(fields) == 5 else None
        if year is not None:
            series, unit, region, _, text = fields
            ledger.ignore(place(number, 3), LABELS)
            rows.append((None, place(number, 4), series, unit, region, 0, year, text, None, None))
        elif fields != [""]:
            problems.append(
                Problem(
                    file=raw.file,
                    where=f"line {number + 1}",
                    expected="an indicator, a unit, a region, a year and a value",
                    found=";".join(fields),
                    remedy="fetch the file again",
                )
            )
    cells, wrong = finish(frame(rows), file=raw.file)
    return Reading("monitor_text", {}, (), cells, (*problems, *wrong), ledger)


def place(row: int, column: int) -> str:
    """Where a field stands."""
    return f"line {row + 1}, column {column + 1}"


READER = Reader(
    "monitor",
    formats=("monitor_text",),
    holds="files of the institute's monitor",
    sees=sees,
    read=read,
    documentation="README.md#A reader",
)
