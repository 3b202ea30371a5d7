"""Slips that a file which was just added has most likely, for its card: few, and all that is wrong with it.

Three kinds are known by their looks: a text without a digit alone in a column of numbers, a line with another
number of fields than all others, and the name of a region with a mark behind it. What might be told by the
file (… for no value), and what holds a number, is for a person to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.formats.grid import column_letters
from nqpf_assets.formats.labels import normalise
from nqpf_assets.formats.mended_text import mended_text
from nqpf_assets.formats.mending import Mending
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.slips import MISSING, Slip, place_of
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.cache import FileContent
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.card_draft import CardDraft
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.one_file import read_file
from nqpf_assets.user_input.lined_yaml import read_yaml
from nqpf_assets.user_input.model_messages import validate

MOST = 5
"""Slips of one file: with more it is its layout that is wrong, or a column that is not what it seems."""
ROWS_OF_ONE = 100
"""Rows for each further slip: two in a table of provinces are a tenth of a column."""
FEWEST = 3
"""Numbers in a column that say that it is one of numbers."""
_KNOWN = frozenset(("c", "d", "s", "x", "z", "na", "nd", "nil", "none", "nan", "null"))
"""Letters by which publishers say that there is no value, or none that may be printed."""
_LETTERS = re.compile(r"[^\W\d_]{1,4}")
_LIKE_DIGITS = re.compile(r"[OoIl]+|.*[半两同].*")
"""Letters typed for 0 and 1, and words that are a number: `unicodedata` knows 一, 零 and Ⅲ, and not these."""
_MARKED = re.compile(r"(.*[^\W\d_])[\d\W_]+")
_MEANING = re.compile(r"\d{3}|[%％‰+＋]")
"""Behind a name what is no mark: a year, a share, another region with it."""
_LABEL = re.compile(r"`([^`]+)` in \d")
_REASONS = {
    "not_a_number": "no number, alone in a column of numbers",
    "unknown_region": "a mark behind the name of a region",
}
Asked = Callable[[Slip], str]


def with_likely_slips(
    draft: CardDraft,
    content: bytes,
    shown: str,
    catalogue: Catalogue,
    *,
    is_open: frozenset[str] = frozenset(),
    asked: Asked | None = None,
) -> CardDraft | None:
    """The draft with slips by which its file is read without an error; None where there are no such.

    Args:
        draft: of the file's card.
        content: its bytes.
        shown: its path as the user knows it.
        catalogue: series and regions of the project.
        is_open: codes of problems that are there since the card has open facts.
        asked: what a person says is read for a slip; the printed text where it is none.
    """
    found = _read(draft, content, shown, catalogue)
    if found is None:
        return None
    loaded, told = found
    errors = _errors(told, is_open)
    slips = list(_likely(errors, content, loaded.card))
    if not slips or len(slips) > most_slips(content, told):
        return None
    if asked is not None:
        answers = [one.model_copy(update={"read": asked(one)}) for one in slips]
        slips = [one for one in answers if one.read not in ("", one.printed)]
    slips.sort(key=lambda one: one.place.row)
    lines = [one.model_dump() for one in slips]
    changed = replace(
        draft, lines=replace(draft.lines, known={**draft.lines.known, "slips": lines})
    )
    again = _read(changed, content, shown, catalogue)
    if not slips or again is None or _errors(again[1], is_open):
        return None
    return changed if _are_among_numbers(slips, again[1].observations) else None


def most_slips(content: bytes, told: FileContent) -> int:
    """How many slips a file may have for them to be slips."""
    rows = told.n_cells
    if content.count(b"\n") and not RawContent(content).is_workbook:
        rows = content.count(b"\n")
    return min(MOST, 1 + rows // ROWS_OF_ONE)


def _read(
    draft: CardDraft, content: bytes, shown: str, catalogue: Catalogue
) -> tuple[LoadedCard, FileContent] | None:
    """The file by its card to be; None where that is no card yet."""
    asked = {"publisher": "?", "status": "official"}
    text = replace(draft.lines, known={**asked, **draft.lines.known}).text
    document = read_yaml(text, shown)
    card, _ = validate(OriginCard, document)
    if card is None:
        return None
    loaded = LoadedCard(card, document, {key: (key,) for key in document.data})
    return loaded, read_file([content], loaded, catalogue, shown)


def _errors(told: FileContent, is_open: frozenset[str]) -> list[Problem]:
    return [one for one in told.problems if one.severity == "error" and one.code not in is_open]


def _likely(errors: Sequence[Problem], content: bytes, card: OriginCard) -> Iterator[Slip]:
    """A slip for each error; none where an error is none, or several are alike."""
    if len(errors) > 2 * MOST or not all(place_of(one.where) for one in errors):
        return
    places = [_at_label(one, content, card) for one in errors]
    if len(set(places)) < len(places):
        return
    lines = {one.where for one in errors if one.code == "row_width"}
    printed = _printed_at(content, places, card)
    slips = []
    for one, at, text in zip(errors, places, printed, strict=True):
        if one.where.partition(",")[0] in lines and one.code != "row_width":
            continue  # what stands in a line that is set aside
        read = _read_as(one.code, text)
        if read is None:
            return
        reason = _REASONS.get(one.code, f"{one.found}; {one.expected}")
        slips.append(Slip(at=at, printed=text, read=read, reason=reason))
    of_values = [one.place.column for one in slips if one.read == MISSING and one.place.column]
    if len({one.printed for one in slips}) == len(slips) and len(set(of_values)) == len(of_values):
        yield from slips


def _at_label(one: Problem, content: bytes, card: OriginCard) -> str:
    """Where an unknown region stands, of which a problem names the first number; else its own place."""
    label, where = _LABEL.match(one.found), place_of(one.where)
    if one.code != "unknown_region" or label is None or where is None or where.column is None:
        return one.where
    begin = one.where[: one.where.rfind(" ") + 1]
    sheet = one.where[: one.where.rfind("!") + 1]
    places = [
        f"{begin}{column}" if where.is_text else f"{sheet}{column_letters(column - 1)}{where.row}"
        for column in range(where.column, 0, -1)
    ]
    found = zip(places, _printed_at(content, places, card), strict=True)
    wanted = normalise(label[1])
    return next((place for place, text in found if normalise(text) == wanted), one.where)


def _read_as(code: str, text: str) -> str | None:
    """What is likely read for a text that is an error; None where nobody can say."""
    if not text.strip():
        return None
    if code == "row_width":
        return MISSING
    if code == "not_a_number":
        is_lone = _LETTERS.fullmatch(text.strip()) and text.strip().lower() not in _KNOWN
        return MISSING if is_lone and not _is_perhaps_number(text.strip()) else None
    if code == "unknown_region" and (match := _MARKED.fullmatch(text.strip())) is not None:
        name = match[1]
        return None if _MEANING.search(text.strip(), len(name)) else name
    return None


def _is_perhaps_number(text: str) -> bool:
    """Whether letters may stand for a number, which is for a person to read."""
    is_numeral = any(unicodedata.numeric(one, None) is not None for one in text)
    return is_numeral or _LIKE_DIGITS.fullmatch(text) is not None


def _printed_at(content: bytes, places: Sequence[str], card: OriginCard) -> list[str]:
    """What a file prints at places as its problems name them; nothing where there is no such place."""
    probes = [Slip.model_construct(at=one, printed="", read=MISSING, reason="") for one in places]
    mending = Mending(probes)
    raw = RawContent(content, "", card.layout, card.columns, mending)
    if raw.is_workbook:
        _ = raw.workbook  # opened, and held against the probes
    elif raw.container is None:
        mended_text(content, mending, card.columns, is_page=card.layout is not None)
    return [mending.seen.get(number, "") for number in range(len(places))]


def _are_among_numbers(slips: Sequence[Slip], observations: pl.DataFrame) -> bool:
    """Whether each series with a slip at a value has some numbers beside it."""
    for one in slips:
        of_series = observations.filter(pl.col("locator") == one.at)["series_id"]
        numbers = observations.filter(pl.col("series_id").is_in(of_series.implode()))["value"]
        if len(of_series) and len(numbers) - numbers.null_count() < FEWEST:
            return False
    return True
