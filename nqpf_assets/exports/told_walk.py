"""A walk in the terminal: every stop on a line of its own, below the one that it is part of."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from nqpf_assets.explanations.walk import Place, Stop
from nqpf_assets.exports.terminal import out, plain

INDENT = 2
DEEPEST = 12
"""Stops that are further in than this are not further in on the page."""
LEAST_WIDTH = 30


def print_walk(walk: Stop, unit_names: dict[str, str]) -> None:
    """Print a walk, as wide as the terminal is."""
    console = out()
    for depth, words in lines_of(walk, unit_names):
        indent = " " * (INDENT * min(depth, DEEPEST))
        _print(console, indent, words)


def lines_of(walk: Stop, unit_names: dict[str, str], depth: int = 0) -> Iterator[tuple[int, str]]:
    """Every stop in words, with how deep it stands."""
    yield depth, words_of(walk, unit_names)
    if walk.error is not None:
        yield depth, f"DOES NOT ADD UP: {walk.error}"
    for one in walk.below:
        yield from lines_of(one, unit_names, depth + 1)


def words_of(stop: Stop, unit_names: dict[str, str]) -> str:
    """One stop on one line."""
    kind = "" if stop.kind == "fact" and stop.name else stop.kind.replace("_", " ")
    head = f"{kind} {stop.name}".strip()
    row = " ".join(part for part in (_unit(stop.unit, unit_names), str(stop.period or "")) if part)
    parts = [f"{head} [{row}]" if row else head]
    if stop.value is not None:
        parts.append(
            f"= {number(stop.value)}{f' {stop.unit_measure}' if stop.unit_measure else ''}"
        )
    facts = [
        stop.role and f"{stop.role}",
        f"in {stop.unit_measure}" if stop.unit_measure and stop.value is None else None,
        None if stop.weight is None else f"weight {number(stop.weight)}",
        None if stop.count in (None, 1) else f"n = {stop.count}",
        stop.status if stop.status != "reported" else None,
        stop.source if stop.source == "recomputed" else None,
    ]
    told = ", ".join(one for one in facts if one)
    line = " ".join(parts) + (f" ({told})" if told else "")
    rest = "; ".join(part for part in (stop.text, _place(stop.place)) if part)
    return " ".join(f"{line}: {rest}".split()) if rest else line


def number(value: float) -> str:
    """A number with all the digits that one reads."""
    return f"{value:.10g}"


def _unit(unit: str | None, unit_names: dict[str, str]) -> str:
    if unit is None:
        return ""
    name = unit_names.get(unit)
    return f"{name} {unit}" if name and name != unit else unit


def _place(place: Place) -> str:
    """``printed “123.4” 亿元 × 10000 in raw/… Sheet1!C5, NBS 2026-05, card raw/…``."""
    words = []
    if place.printed is not None:
        factor = "" if place.factor in (None, 1.0) else f" × {number(place.factor)}"
        words.append(f"printed “{place.printed}” {place.printed_unit or ''}{factor}".rstrip())
    if place.file is not None and place.locator is not None:
        words.append(f"in {place.file} {place.locator}")
    edition = " ".join(part for part in (place.publisher, place.vintage) if part)
    words += [edition] if edition else []
    words += [f"card {place.card}"] if place.card else []
    return ", ".join(words)


def _print(console: Console, indent: str, words: str) -> None:
    """A line, wrapped below its own beginning; Chinese signs count as two."""
    width = max(console.width - len(indent) - INDENT, LEAST_WIDTH)
    for place, line in enumerate(plain(words).wrap(console, width)):
        start = indent if place == 0 else indent + " " * INDENT
        console.print(Text(start + line.plain.rstrip()), soft_wrap=True)
