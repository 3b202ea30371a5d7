"""What is another since the publication before, linked: ten lines, then each coefficient, cell, weight, rank.

The rows and their words are those of `nqpf diff`; the pages that they link to are of the later publication.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nqpf_assets.exports.told_causes import BECAUSE, cause_words
from nqpf_assets.exports.told_estimates import besides, meaning
from nqpf_assets.exports.told_numbers import pair_words, share_words
from nqpf_assets.exports.told_summary import summary
from nqpf_assets.messages.problems import InputError
from nqpf_assets.publications.difference import Difference, difference
from nqpf_assets.publications.manifest import manifests, numbers
from nqpf_assets.publications.what_matters import move
from nqpf_assets.site.addresses import CHANGES, column_page, term_anchor
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.site.values import Values
from nqpf_assets.user_input.project import Project

MOST = 500
"""Rows shown of each kind, those that moved most; `nqpf diff --format json` has all."""
_COLUMN = ("study", "table_name", "column_label")
_VALUE_DIGITS = 6


def since_the_one_before(project: Project, number: int) -> Difference | None:
    """What a publication changed; None for the first, and where the one before is not kept whole."""
    if number - 1 not in numbers(project):
        return None
    try:
        *_, before, after = manifests(project, before=number + 1)
        return difference(project, before, after, None)
    except InputError:
        return None


@dataclass(frozen=True)
class ChangePage:
    """Makes the page.

    Attributes:
        found: the difference.
        studies: of the later publication, by name.
    """

    found: Difference
    studies: Mapping[str, Values]

    def page(self, about: dict[str, Any]) -> Page:
        """The page."""
        parts = self.found.parts
        return drawn(
            "changes.html",
            CHANGES,
            old=self.found.old,
            new=self.found.new,
            is_same=self.found.old.fingerprint == self.found.new.fingerprint,
            lines=summary(self.found),
            columns=self._columns(),
            weights=[self._weight(row) for row in self._rows("weight", _size("change"))],
            scores=[self._score(row) for row in self._rows("score", _places)],
            cells=[self._cell(row) for row in self._rows("cell", _size("share"))],
            counts={name: parts[name].height for name in ("weight", "score", "cell", "estimate")},
            most=MOST,
            **about,
        )

    def _rows(self, part: Any, size: Any) -> list[dict[str, Any]]:
        """Rows of a part, those that moved most first."""
        return sorted(self.found.parts[part].to_dicts(), key=size, reverse=True)[:MOST]

    def _columns(self) -> list[tuple[str, str, list[dict[str, Any]], list[str]]]:
        """Column → its page, its coefficients, and what moved them; those that moved most first."""
        causes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in self.found.parts["moved_by"].to_dicts():
            causes.setdefault(tuple(row[key] for key in _COLUMN), []).append(row)
        by_column: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in self._rows("estimate", lambda row: (len(meaning(row)), move(row))):
            by_column.setdefault(tuple(row[key] for key in _COLUMN), []).append(row)
        found = []
        for key, rows in by_column.items():
            study, table, label = key
            under = causes.get(key, [])
            said = [cause_words(self.found, one) for one in under]
            said += besides(self.found, study, bool(under))
            place = self._places_of.get(key)
            page = "" if place is None else column_page(study, table, place)
            terms = [self._term(row, page) for row in rows]
            found.append((f"{study}.{table} {label}", page, terms, said))
        return found

    @cached_property
    def _places_of(self) -> dict[tuple[str, ...], int]:
        """Study, table and label of a column → its position."""
        return {
            (name, row["table_name"], row["column_label"]): row["column_position"]
            for name, values in self.studies.items()
            for row in values.study.rows(
                "SELECT table_name, column_label, column_position FROM {study}.model"
            )
        }

    def _term(self, row: dict[str, Any], page: str) -> dict[str, Any]:
        numbers = pair_words(row["old_estimate"], row["new_estimate"])
        errors = pair_words(row["old_std_error"], row["new_std_error"])
        sides = [
            "" if row[f"{side}_estimate"] is None else f"{value}{row[f'{side}_stars']} ({error})"
            for side, value, error in zip(("old", "new"), numbers, errors, strict=True)
        ]
        is_there = page and row["new_estimate"] is not None
        return {
            "term": row["term"],
            "page": f"{page}#{term_anchor('estimate', row['term'])}" if is_there else "",
            "sides": sides,
            "moved": move(row),
            "meaning": "; ".join(meaning(row)),
        }

    def _weight(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {
            "page": self._page_of(row["study"], row["index_name"]),
            "sides": pair_words(row["old_weight"], row["new_weight"]),
        }

    def _score(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {
            "page": self._page_of(row["study"], row["index_name"]),
            "sides": pair_words(row["old_score"], row["new_score"]),
        }

    def _cell(self, row: dict[str, Any]) -> dict[str, Any]:
        values = self.studies.get(row["study"])
        page = ""
        if values is not None and row["new_value"] is not None:
            series, unit = row["series_id"], row["unit"]
            if series in values.study.series and unit in values.units_of("series", series):
                page = values.address("series", series, unit, row["period"])
        return row | {
            "page": page,
            "sides": pair_words(row["old_value"], row["new_value"], _VALUE_DIGITS),
            "by": "" if row["share"] is None else share_words(row["share"]),
            "why": BECAUSE.get(row["because"], "read otherwise"),
        }

    def _page_of(self, study: str, name: str) -> str:
        values = self.studies.get(study)
        there = values is not None and name in values.formulas
        return values.page("variable", name) if values is not None and there else ""


def _size(column: str) -> Any:
    """How far a row moved; what came or went first."""
    return lambda row: float("inf") if row[column] is None else abs(row[column])


def _places(row: Mapping[str, Any]) -> tuple[float, float]:
    """How many places a rank moved, then the score."""
    ranks = (row["old_rank"], row["new_rank"])
    moved = float("inf") if None in ranks else abs(ranks[0] - ranks[1])
    return moved, abs(row["change"] or 0)
