"""The origin card of a file that has none, with everything that the file itself says.

An export of the bureau or of EPS says most of it; of a table the columns are guessed, of a yearbook page the
layout. The file is read by the guess before anybody is asked to keep it. What no file says is left open.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, get_args

from pydantic import ValidationError

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from nqpf_assets.formats.shape import shapes_of
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card import Status
from nqpf_assets.sources.card_text import CardLines, Open
from nqpf_assets.sources.printed_edition import edition_of
from nqpf_assets.sources.said import Said, heard
from nqpf_assets.sources.shape_draft import Described, described

BUREAU, EPS = "国家统计局", "EPS DATA"
NATIONAL = "年度数据"
"""The bureau's database of the country as a whole; that of provinces is 分省年度数据."""
_OF_ANYBODY = frozenset(("nbs_csv_old", "nbs_workbook"))
"""Formats that anybody's table with years across has as well, where it has lost the bureau's block."""
STATUS = "official, survey or synthetic"
WHAT = {
    "nbs_api_json": "a saved answer of the bureau's interface",
    "nbs_api_long": "a long table from the bureau's interface",
    "nbs_csv_old": "an export of the bureau's old site",
    "nbs_csv_new": "an export of the bureau's site",
    "nbs_workbook": "an export of the bureau's site",
    "eps_workbook": "an export of EPS",
}


_FIRST = ("publisher", "title", "status")
"""Keys with which a card begins."""


@dataclass(frozen=True)
class CardDraft:
    """A card to be.

    Attributes:
        what: the file in words: ``a page of a yearbook``.
        publisher: empty where nobody says it.
        lines: of the card.
        heard: names of the facts that were said beside the file and that it or its card has.
    """

    what: str
    publisher: str
    lines: CardLines
    heard: frozenset[str] = frozenset()


def draft_card(
    content: bytes, name: str, sha256: str, said: Said, catalogue: Catalogue
) -> tuple[CardDraft | None, tuple[Problem, ...]]:
    """The card of a file, or why none can be written.

    Args:
        content: the file's bytes.
        name: the file's own.
        sha256: of the bytes.
        said: what is known beside the file.
        catalogue: series and regions of the project.
    """
    reading = read(content, file=name)
    errors = tuple(one for one in reading.problems if one.severity == "error")
    found: Described | None = None
    what = WHAT.get(reading.format, f"a file of the format {reading.format}")
    if (reading.cells.is_empty() and _is_any_table(reading)) or _are_sheets_by_series(reading):
        shapes, others = shapes_of(RawContent(content, name))
        if not shapes:
            return None, errors
        try:
            found = described(content, name, shapes, others, said, catalogue)
        except ValidationError:  # printed names that no card can write, as a header that ends in /
            return None, errors
        what, reading = found.what, found.reading
    elif reading.cells.is_empty():
        return None, errors
    known = _known(reading, name, sha256, said)
    if found is not None:
        known |= dict(found.known)
    silent = _silent(reading, said, known, catalogue, is_described=found is not None)
    opens = [*(found.opens if found else ()), *silent]
    if not known["publisher"]:
        del known["publisher"]
        opens.insert(0, Open("publisher", "who published it"))
        if "status" not in reading.facts:  # whose numbers they are decides
            opens.insert(1, Open("status", STATUS, likely=known.pop("status")))
    lines = CardLines(known, _remarks(reading, found), opens)
    by = heard(said, known, reading, catalogue)
    return CardDraft(what, str(known.get("publisher", "")), lines, by), ()


def _is_any_table(reading: Reading) -> bool:
    """Whether a file that gave no cells may be a table or page that its card has to describe."""
    codes = {one.code for one in reading.problems}
    return "undeclared" in codes or (reading.format == "unknown" and codes == {"unknown_format"})


def _are_sheets_by_series(reading: Reading) -> bool:
    """Whether years stand across on several sheets that do not say, but by their names, what of."""
    cells = reading.cells
    is_silent = not cells.is_empty() and cells["series_label"].is_null().all()
    return is_silent and not reading.facts and cells["sheet"].n_unique() > 1


def _known(reading: Reading, name: str, sha256: str, said: Said) -> dict[str, Any]:
    """What every card has, in the order of the docs."""
    facts = reading.facts
    is_eps = reading.format == "eps_workbook" or any("由EPS" in n.upper() for n in reading.notes)
    is_bureau = reading.format.startswith("nbs_")
    is_like_others = reading.format in _OF_ANYBODY and not facts
    signed = EPS if is_eps else facts.get("source") or (BUREAU if is_bureau else "")
    if is_like_others and said.publisher:
        signed = said.publisher
    title = facts.get("title") or facts.get("indicator") or facts.get("database")
    edition = edition_of((name, title or "", said.folder))
    last = reading.cells["period"].max()
    if isinstance(last, int) and edition != last + 1:
        edition = (
            None  # a folder called by the year of its numbers, or a page that somebody put there
        )
    dated = {"edition": edition, "published": edition} if edition else {}
    accessed = {"accessed": day} if (day := _fetched(reading, said)) else {}
    return {
        "publisher": signed or said.publisher,
        "title": title or PurePath(name).stem,
        "status": facts.get("status", "official"),
        **dated,
        **accessed,
        "sha256": sha256,
    }


def _fetched(reading: Reading, said: Said) -> dt.date | None:
    """The day by which the file was there: that of its copy here, or an earlier one on which it was saved.

    A day before its last year had ended is that of a template.
    """
    last = reading.cells["period"].max()
    saved = said.saved
    if saved is None or said.accessed is None or saved > said.accessed:
        return said.accessed
    return said.accessed if isinstance(last, int) and saved.year < last else saved


def _remarks(reading: Reading, found: Described | None) -> Mapping[str, str]:
    """What is said behind keys that were taken for likely."""
    guessed = {"published": "the year of the edition"}
    guessed |= {} if "status" in reading.facts else {"status": STATUS}
    return {**guessed, **(found.remarks if found else {})}


def _silent(
    reading: Reading,
    said: Said,
    known: dict[str, Any],
    catalogue: Catalogue,
    *,
    is_described: bool,
) -> list[Open]:
    """Facts that no cell has; those that were said beside the file are put into `known`."""
    opens = []
    cells = reading.cells
    series, unit, region = (
        cells[column].is_null() for column in ("series_label", "unit_label", "region_label")
    )
    sheets = known.get("sheets", {}).values()
    if series.any() and not (sheets and all("series" in one for one in sheets)):
        if said.series:
            known["series"] = said.series
        else:
            opens.append(Open("series", "what the file measures: an id or name of the catalogue"))
    elif said.series and "series" not in known and not sheets:
        printed = cells["series_label"].unique().to_list()
        known_as = {
            catalogue.series.id_for(one) for one in printed
        } & catalogue.series.series.keys()
        if len(printed) == 1 and not known_as:
            known["series"] = {printed[0]: said.series}  # a name that says nothing: 数值
    if not is_described and unit.any():
        labels = cells.filter(unit)["series_label"].unique(maintain_order=True).to_list()
        names = () if unit.all() or None in labels else tuple(labels)
        if said.unit:
            known["unit"] = dict.fromkeys(names, said.unit) if names else said.unit
        else:
            opens.append(Open("unit", "of the numbers; 无 for a plain number", names))
    if region.all() and len(region):
        is_national = reading.facts.get("database") == NATIONAL
        answer = said.region or ("全国" if is_national else "")
        if answer:
            known["region"] = answer
        else:
            opens.append(Open("region", "whose numbers they are: a name or code"))
    return opens


def with_answers(draft: CardDraft, answers: Mapping[str, str]) -> CardDraft:
    """The draft with open facts answered; a key with names has the answer for each of them."""
    known = dict(draft.lines.known)
    left = []
    for one in draft.lines.opens:
        block, dot, key = one.key.partition(".")
        value = _value(key or block, answers.get(one.key, ""))
        if not value:
            left.append(one)
            continue
        if one.names:
            value = dict.fromkeys(one.names, value)
        if dot:
            known[block] = {key: value, **known[block]}
        else:
            known[block] = {**known.get(block, {}), **value} if one.names else value
    known = {key: known[key] for key in _FIRST if key in known} | known
    lines = replace(draft.lines, known=known, opens=left)
    return replace(draft, publisher=str(known.get("publisher", "")), lines=lines)


def _value(key: str, answer: str) -> Any:
    """An answer as the card writes it; empty where it is none."""
    if key == "two_digit_years":
        years = [int(year) for year in re.findall(r"\d{4}", answer)]
        return years if len(years) == 2 else ""
    if key == "status" and answer not in get_args(Status):
        return ""
    return int(answer) if key == "year" and answer.isdigit() else answer
