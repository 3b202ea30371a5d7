"""Known series: what is measured, under which printed names, in which unit.

Facts stand in ``series.yaml`` and in a project's own file of the same shape. A label resolves
to a series when it equals one of its names, blanks and width aside; nothing resolves by
likeness. A label that is not known is its own series, under its printed name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from nqpf_assets.catalog.declared_breaks import breaks_frame
from nqpf_assets.catalog.names import key_of, near_names
from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.two_languages import parts_of

_BRACKET = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
"""A unit behind an English name, in words that no unit is known by: (100 million yuan)."""
_WORD = re.compile(r"[a-z]+")
_ALIKE = 0.8
"""Likeness from which two English words are one."""


class Series(BaseModel):
    """One thing that is measured, in one definition."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    names: tuple[str, ...] = Field(min_length=1, description="printed names, without the unit")
    unit: str = Field(description="unit in which studies get it")
    kind: Literal["stock", "flow", "ratio", "index"]
    english: str = Field(description="English title")
    note: str | None = Field(None, description="what a reader of the numbers should know")
    breaks: dict[int, str] = Field(
        default_factory=dict,
        description="first year of a new definition or basis, with what changes in it",
    )
    rescaled: tuple[int, ...] = Field(
        (), description="those years of `breaks` in which values change by powers of ten"
    )
    parts: tuple[str, ...] = Field((), description="series that add up to this one")


@dataclass(frozen=True)
class SeriesCatalogue:
    """All known series of a project, by id."""

    series: Mapping[str, Series]

    @cached_property
    def _id_of_key(self) -> Mapping[str, str]:
        return {
            key_of(name): series_id
            for series_id, series in self.series.items()
            for name in (series_id, *series.names)
        }

    @cached_property
    def _ids_of_english(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for series_id, series in self.series.items():
            for name in (series.english, *series.names):
                found.setdefault(key_of(name), set()).add(series_id)
        return {key: frozenset(ids) for key, ids in found.items()}

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(repr(sorted(self.series.items())).encode()).hexdigest()

    def find(self, label: str) -> str | None:
        """The id of the series with this id or printed name; None where it is not known.

        Of a label in two languages the Chinese part counts, where the other is no name of another series.
        """
        if (found := self._id_of_key.get(key_of(label))) is not None:
            return found
        chinese, latin = self.said_in_two_languages(label)
        return chinese if not latin or chinese in latin else None

    def said_in_two_languages(self, label: str) -> tuple[str | None, frozenset[str]]:
        """The series that the Chinese part of a label names, and those that the other part does."""
        if (parts := parts_of(label)) is None:
            return None, frozenset()
        chinese, latin = key_of(printed_series(parts[0])[0]), key_of(_BRACKET.sub("", parts[1]))
        return self._id_of_key.get(chinese), self._ids_of_english.get(latin, frozenset())

    def is_like(self, series_id: str, latin: str) -> bool:
        """Whether all words of a name are like those of a series's English title, or it is their initials."""
        title = _WORD.findall(self.series[series_id].english.lower())
        if latin.lower() == "".join(word[0] for word in title):
            return True
        words = [word for word in _WORD.findall(_BRACKET.sub("", latin).lower()) if len(word) > 3]
        return bool(words) and all(get_close_matches(word, title, 1, _ALIKE) for word in words)

    def id_for(self, label: str) -> str:
        """The id under which a printed label is kept: a known series, or its own name without a unit."""
        name, _ = printed_series(label)
        return self.find(label) or self.find(name) or name

    def get(self, series_id: str) -> Series | None:
        """The series of an id, where it is known."""
        return self.series.get(series_id)

    def near(self, label: str) -> tuple[str, ...]:
        """Ids of series whose names are close to a label; for messages only.

        A card of a folder has the same labels for each of its files, which may be thousands.
        """
        if label not in self._near:
            self._near[label] = self._looked_near(label)
        return self._near[label]

    @cached_property
    def _near(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _looked_near(self, label: str) -> tuple[str, ...]:
        names = [name for entry in self.series.items() for name in (entry[0], *entry[1].names)]
        found = (self.find(name) for name in near_names(label, names, 6))
        return tuple(dict.fromkeys(series_id for series_id in found if series_id))[:3]

    def breaks(self) -> pl.DataFrame:
        """One row per declared break: ``series_id, period, note, is_rescaled``."""
        return breaks_frame(
            (key, year, note, year in s.rescaled)
            for key, s in self.series.items()
            for year, note in s.breaks.items()
        )

    def parts(self) -> pl.DataFrame:
        """One row per series and part of it: ``series_id, part_id``."""
        return pl.DataFrame(
            [(key, part) for key, series in self.series.items() for part in series.parts],
            schema={"series_id": pl.String, "part_id": pl.String},
            orient="row",
        )

    def table(self) -> pl.DataFrame:
        """One row per series: ``series_id, name, english, unit, kind, note, printed_names``."""
        text = pl.String
        return pl.DataFrame(
            [
                (key, s.names[0], s.english, s.unit, s.kind, s.note, "; ".join(s.names))
                for key, s in self.series.items()
            ],
            schema={
                "series_id": text,
                "name": text,
                "english": text,
                "unit": text,
                "kind": text,
                "note": text,
                "printed_names": text,
            },
            orient="row",
        )
