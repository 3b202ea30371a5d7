"""Saved answers of the statistics bureau's interfaces, old (easyquery) and new (esData).

The old interface says "no value" with ``hasdata: false`` beside ``data: 0.0``, so `data` is
never read; the new one writes numbers as strings. Monthly and quarterly data are reported and
left out: a panel has calendar years.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nqpf_assets.formats import labels
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reader import FormatWords, Reader
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.values import empty_cells, finish, frame
from nqpf_assets.formats.words_in_brackets import names_with_words
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed

FORMAT = "nbs_api_json"
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # perhaps half of a surrogate pair


def looks_like_json(decoded: str) -> bool:
    """Whether a text begins as a JSON object or list does."""
    return labels.strip(decoded[:200]).startswith(("{", "["))


class _Answers:
    """What is being gathered from the answers in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.facts: dict[str, str] = {}
        self.notes: list[str] = []
        self.rows: list[tuple[object, ...]] = []
        self.problems: list[Problem] = []
        self.left_out: dict[str, tuple[str, int, int]] = {}  # first place, cells, numbers
        self.untold: Counter[str] = Counter()
        self.ledger = Ledger()

    def trouble(
        self,
        where: str,
        expected: str,
        found: object,
        remedy: str,
        code: str,
        asked_at: tuple[str, ...] = (),
    ) -> None:
        self.untold[code] += 1
        if self.untold[code] <= PROBLEMS:
            found = f"{found}"[:200]
            self.problems.append(
                Problem(
                    file=self.file,
                    where=where,
                    expected=expected,
                    found=found,
                    remedy=remedy,
                    code=code,
                    asked_at=asked_at,
                )
            )


def read_nbs_json(content: bytes, file: str) -> Reading:
    """Read one answer, or a list of answers, bare or recorded as request and response."""
    answers = _Answers(file)
    again = "save the answer of the interface again"
    try:
        document = json.loads(content.decode("utf-8-sig"))
        answers.ledger.see_count(_numbers(document))
        if _HALF.search(content):
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        answers.trouble("", "a whole JSON text", error, again, "damaged_file")
        return Reading(FORMAT, {}, (), empty_cells(), tuple(answers.problems), answers.ledger)
    entries = document if isinstance(document, list) else [document]
    for number, entry in enumerate(entries):
        prefix = f"[{number}]." if isinstance(document, list) else ""
        answer = entry
        if isinstance(entry, Mapping) and "response" in entry:
            answer, prefix = entry["response"], f"{prefix}response."
        if isinstance(answer, Mapping) and "returncode" in answer:
            _old(answer, prefix if len(entries) > 1 else "", answers)
        elif isinstance(answer, Mapping) and "data" in answer:
            _new(answer, prefix if len(entries) > 1 else "", answers)
        else:
            keys = (
                f"one with {listed(list(answer)) or 'nothing'}"
                if isinstance(answer, Mapping)
                else None
            )
            found = (keys or str(answer))[:60]
            expected = "an answer with `returncode` (old interface) or `data` (new)"
            answers.trouble(prefix.rstrip("."), expected, found, again, "unknown_answer")
    for kind, (place, count, numbers) in answers.left_out.items():
        answers.ledger.ignore_count(numbers, f"cells by {kind}")
        answers.problems.append(
            Problem(
                file=file,
                where=place,
                expected="calendar years",
                found=f"{counted(count, 'cells')} by {kind}, left out",
                remedy="query the annual data base",
                severity="warning" if answers.rows else "error",
                code="not_annual",
            )
        )
    notes = tuple(dict.fromkeys(answers.notes))
    cells, problems = finish(names_with_words(frame(answers.rows)), file=file, notes=notes)
    if cells.is_empty() and not answers.problems:
        answers.trouble("", "cells", "an answer without any", "check the query", "no_cells")
    found_all = tuple(answers.problems + problems)
    return Reading(FORMAT, answers.facts, notes, cells, found_all, answers.ledger)


def _numbers(document: object) -> int:
    """How many numbers an answer shows as data, wherever they stand in it.

    This follows no structure, so that a number at a place that is not known is missed by the
    reader and not here.
    """
    n = 0
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            n += _shows_value(node)
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return n


def _has_data(node: Mapping[str, Any]) -> bool:
    """Whether a cell of the old interface has a value; where that is left out, its text says so."""
    said = node.get("hasdata")
    return bool(node.get("strdata") if said is None else said)


def _shows_value(node: Mapping[str, Any]) -> bool:
    """Whether an object is a cell with a number: of the old interface, or of the new one."""
    if "strdata" in node or "hasdata" in node:
        text = node.get("strdata")
        shown = text if isinstance(text, str) and text else node.get("data")
        return _has_data(node) and shows_number(shown)
    is_cell = "value" in node and ("i_showname" in node or "du_name" in node or "da" in node)
    return is_cell and shows_number(node["value"])


def _old(answer: Mapping[str, Any], prefix: str, answers: _Answers) -> None:
    data = answer.get("returndata")
    if answer.get("returncode") != 200 or not isinstance(data, Mapping):
        found = f"returncode {answer.get('returncode')}: {str(data)[:100]}"
        answers.trouble(
            f"{prefix}returndata", "data (returncode 200)", found, "check the query", "no_data"
        )
        return
    names = _dimensions(data)
    for about in names.get("zb", {}).values():
        if memo := labels.strip(str(about.get("memo") or "")):
            answers.notes += [labels.strip(part) for part in memo.split("||")]
    for number, node in enumerate(_mappings(data.get("datanodes"))):
        place = f"{prefix}datanodes[{number}]"
        codes = {
            str(wd.get("wdcode")): str(wd.get("valuecode")) for wd in _mappings(node.get("wds"))
        }
        year = _period(codes.get("sj", ""), place, answers, [node.get("data")])
        if year is None:
            continue
        indicator = names.get("zb", {}).get(codes.get("zb", ""), {})
        region = names.get("reg", {}).get(codes.get("reg", ""), {})
        stored = node.get("data")
        stored = stored if isinstance(stored, Mapping) else {}
        text = str(stored.get("strdata") or "") if _has_data(stored) else ""
        answers.rows.append(
            (
                None,
                place,
                _name(indicator) or codes.get("zb"),
                _unit(indicator.get("unit")),
                _name(region) or codes.get("reg"),
                0,
                year,
                text,
                None,
                None,
            )
        )


def _dimensions(data: Mapping[str, Any]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Per dimension (zb indicator, reg region, sj time): code to what the answer says of it."""
    return {
        str(wd.get("wdcode")): {str(node.get("code")): node for node in _mappings(wd.get("nodes"))}
        for wd in _mappings(data.get("wdnodes"))
    }


def _new(answer: Mapping[str, Any], prefix: str, answers: _Answers) -> None:
    data = answer["data"]
    if answer.get("success") is False or not isinstance(data, list):
        found = f"{answer.get('message')!r}, data {str(data)[:80]}"
        answers.trouble(f"{prefix}data", "a list of periods", found, "check the query", "no_data")
        return
    for number, period in enumerate(_mappings(data)):
        values = list(_mappings(period.get("values")))
        where = f"{prefix}data[{number}]"
        year = _period(str(period.get("code", "")), where, answers, values)
        for item, value in enumerate(values if year is not None else ()):
            label, bracket, mark = labels.split_unit(str(value.get("i_showname") or ""))
            unit = _unit(value.get("du_name"))
            region = value.get("da_name") or value.get("da")
            answers.rows.append(
                (
                    None,
                    f"{where}.values[{item}]",
                    label or None,
                    unit or bracket,
                    labels.strip(str(region)) if region else None,
                    0,
                    year,
                    labels.strip(str(value.get("value") or "")),
                    None,
                    mark,
                )
            )


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; anything else an answer holds there is not ours."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))


def _name(node: Mapping[str, Any]) -> str | None:
    return labels.strip(str(node.get("cname") or node.get("name") or "")) or None


def _unit(unit: object) -> str | None:
    text = labels.strip(str(unit or ""))
    return text if text and text != "无" else None


def _period(code: str, place: str, answers: _Answers, cells: Sequence[Any]) -> int | None:
    """The year of ``2024`` or ``2024YY``; cells of months and quarters are counted as left out."""
    if code[:4].isdigit() and (len(code) == 4 or code[4:] == "YY"):
        if (year := labels.parse_year(code[:4])) is None:
            expected, remedy = "a calendar year that is read", labels.mend_year(code[:4])
            answers.trouble(place, expected, repr(code), remedy, "bad_period", ("years",))
        return year
    kind = "month" if code[4:].isdigit() or code.endswith("MM") else None
    kind = "quarter" if code.endswith("SS") or code[4:5] in ("A", "B", "C", "D") else kind
    if kind is None or not code[:4].isdigit():
        answers.trouble(place, "a period like 2024 or 2024YY", repr(code), "check it", "bad_period")
        return None
    first, count, numbers = answers.left_out.get(kind, (place, 0, 0))
    shown = sum(isinstance(cell, Mapping) and _shows_value(cell) for cell in cells)
    answers.left_out[kind] = (first, count + len(cells), numbers + shown)
    return None


def _sees(raw: RawContent) -> str | None:
    return FORMAT if raw.text and looks_like_json(raw.text) else None


READER = Reader(
    name="nbs_json",
    formats=(FORMAT,),
    holds="saved answers of the statistics bureau's interface (.json)",
    sees=_sees,
    read=lambda raw: read_nbs_json(raw.content, raw.file),
    order=100,
    words=(
        FormatWords(
            ("nbs_api_json",),
            known_by="a JSON object or list",
            series="old interface: `wdnodes`; new: `i_showname`, `du_name`",
            region="`wds`; `da_name` and the period's code",
            card="a region where the query named none",
        ),
    ),
    documentation="formats.md",
)
