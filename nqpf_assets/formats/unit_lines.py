"""Lines over a table that state its unit, ``单位：万元``; one may name several, ``单位：万人、亿元``.

Which of several units a column has is for its header or the card to say: the line names what can be
meant. Behind a unit may stand words that are none, ``亿元(当年价)``, or the same in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from nqpf_assets.catalog.units import Unit, UnitError, parse_unit
from nqpf_assets.formats import labels
from nqpf_assets.formats.header_units import unit_of_header

_LINE = re.compile(
    r"(?P<before>.*?[\s(（,，;；])??(?:(?:计量|数据|金额|货币)?单\s*位|units?)"
    r"(?:\s*(?P<colon>[:：])\s*|\s*(?=[(（])|\s+)(?P<unit>.+)",
    re.I | re.S,
)
_PIECES = re.compile(r"[、，,;；|()（）]+|(?:单\s*位|\bunits?)\s*[:：]", re.I)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORDS = re.compile(r"\s+|[和及与或]")
_REMARK = re.compile(r"价|口径|计算|下同|除外|另有|注明|年$")
"""What stands beside a unit and is none: 当年价, 下同, 除注明外."""


def unit_in_line(text: str) -> str | None:
    """What a cell that states the unit of a table says: ``万元`` of ``（单位：万元）``.

    Behind a title, or without a colon, it has to be a unit that is known, as notes speak of units, too.
    """
    match = _LINE.fullmatch(labels.strip(text).lstrip("#").strip("()（）" + labels.BLANKS))
    if match is None:
        return None
    unit = labels.strip(match["unit"])
    named = units_named(unit)
    if len(named) == 1:
        return named[0]
    is_line = match["before"] is None and match["colon"] is not None
    return unit if named or is_line else None


def units_named(text: str) -> tuple[str, ...]:
    """The units that a text names, each once: 万人、亿元 are two, 万人/亿元 is one; none without a known one.

    A part that nobody knows counts beside a known one, except words on prices and the like.
    """
    if _unit(text) is not None:
        return (labels.strip(text),)
    known: dict[str, Unit] = {}
    others: list[str] = []
    for piece in _pieces(text):
        unit = _unit(piece)
        if unit is None:
            others += [piece] if _REMARK.search(piece) is None else []
        elif not any(_is_same(unit, other) for other in known.values()):
            known[piece] = unit
    if not all(name.isascii() for name in known):
        others = [name for name in others if not name.isascii()]  # the same in English
    return (*known, *dict.fromkeys(others)) if known else ()


def names_several(text: str | None) -> bool:
    """Whether a printed unit is a list of which one is meant."""
    return text is not None and len(units_named(text)) > 1


def unit_of_notes(notes: Sequence[str]) -> str | None:
    """The unit that lines among the notes state; all that are stated where they differ."""
    stated = (unit_in_line(note) for note in notes)
    return joined_units(text for text in stated if text and units_named(text))


def joined_units(texts: Iterable[str]) -> str | None:
    """Units that lines state, as one text."""
    return "、".join(dict.fromkeys(texts)) or None


def with_stated_unit(cells: pl.DataFrame, notes: Sequence[str]) -> pl.DataFrame:
    """Cells whose unit is printed nowhere else have the one that a line among the notes states."""
    stated = unit_of_notes(notes)
    if stated is None:
        return cells
    if not cells["unit_label"].null_count():
        return _with_contradicted_unit(cells, stated)
    silent = pl.col("unit_label").is_null()
    names = cells.filter(silent)["series_label"].unique().to_list()
    under = {name: unit_under(stated, name or "") for name in names}
    unit = pl.col("series_label").replace_strict(under, default=None, return_dtype=pl.String)
    return cells.with_columns(unit_label=pl.coalesce("unit_label", unit))


def _with_contradicted_unit(cells: pl.DataFrame, stated: str) -> pl.DataFrame:
    """Cells that have both units, where a line states one that no cell is printed in, though it could be.

    亿元 in all names under a line ``单位：万元``: one of them is wrong, and which is for the card to say.
    """
    own = {label: _unit(label) for label in cells["unit_label"].unique().to_list()}
    line = _unit(stated)
    units = [unit for unit in own.values() if unit is not None]
    if line is None or any(_is_same(unit, line) for unit in units):
        return cells
    both = {
        label: f"{label}、{stated}"
        for label, unit in own.items()
        if unit is not None and unit.measures_same_as(line)
    }
    return cells.with_columns(pl.col("unit_label").replace(both)) if both else cells


def unit_under(stated: str | None, column: str) -> str | None:
    """The unit of a column under a line that states one; none where it can hardly be meant."""
    if stated is None:
        return None
    own, is_doubtful = unit_of_header(column, stated)
    return own or (None if is_doubtful else stated)


def _pieces(text: str) -> Iterator[str]:
    """The parts of a list; English words behind a unit are one part, which should repeat it."""
    for piece in filter(None, map(labels.strip, _PIECES.split(_THOUSANDS.sub("", text)))):
        piece = piece.removeprefix("in ")
        words = [piece] if _unit(piece) else [word for word in _WORDS.split(piece) if word]
        chinese = [word for word in words if not word.isascii() or word == "%"]
        yield from chinese
        if latin := " ".join(word for word in words if word not in chinese):
            yield latin.removeprefix("in ") if chinese else piece


def _unit(text: str) -> Unit | None:
    if text.isdigit():
        return None
    try:
        return parse_unit(text)
    except UnitError:
        return None


def _is_same(one: Unit, other: Unit) -> bool:
    return one.measures_same_as(other) and one.factor == other.factor
