"""Known series: what is measured, under which printed names, in which unit.

Facts stand in ``series.yaml`` and in a project's own file of the same shape. A label resolves
to a series when it equals one of its names, blanks and width aside; nothing resolves by
likeness. A label that is not known is its own series, under its printed name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from nqpf_assets.catalog.declared_breaks import breaks_frame, undeclared_rescaling
from nqpf_assets.catalog.names import key_of, near_names
from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.two_languages import parts_of
from nqpf_assets.catalog.units import UnitError, parse_unit
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.user_input.lined_yaml import LinedYaml, read_shipped_yaml, read_yaml
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.own_files import read_own
from nqpf_assets.user_input.value_words import found_words

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


def load_series(own: Path | None = None) -> tuple[SeriesCatalogue, tuple[Problem, ...]]:
    """The shipped series, with a project's file added; an id given there replaces ours.

    Args:
        own: the project's ``series.yaml``; it need not exist.
    """
    text = files("nqpf_assets.catalog").joinpath("series.yaml").read_text(encoding="utf-8")
    series, problems = _read(LinedYaml("series.yaml", read_shipped_yaml(text)), {})
    if own is not None and (own.exists() or own.is_symlink()):
        file = f"{own.parent.name}/{own.name}"
        content, unread = read_own(own, file, within=own.parent)
        if unread is not None:
            return SeriesCatalogue(series), (unread,)
        try:
            document = read_yaml(content.decode("utf-8-sig"), file)
        except UnicodeDecodeError as error:
            wrong = Problem(
                file=file,
                where="",
                expected="text in UTF-8",
                found=str(error),
                remedy="save it as UTF-8",
            )
            return SeriesCatalogue(series), (wrong,)
        series, problems = _read(document, series)
    return SeriesCatalogue(series), problems


def _read(
    document: LinedYaml, known: Mapping[str, Series]
) -> tuple[dict[str, Series], tuple[Problem, ...]]:
    problems = list(document.problems)
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        problems.append(
            document.problem(
                (),
                "series ids with their entries",
                found_words(data),
                "write them as `nqpf help catalog series` shows",
            )
        )
        data = {}
    series = {key: value for key, value in known.items() if key not in data}
    owner = {key_of(n): key for key, value in series.items() for n in (key, *value.names)}
    for series_id in data:
        added = _with_breaks_added(known.get(series_id), data[series_id])
        entry, wrong = validate(Series, document, (series_id,), added)
        problems += wrong
        if entry is None:
            continue
        problems += undeclared_rescaling(
            document.problem, (series_id,), entry.breaks, entry.rescaled
        )
        try:
            parse_unit(entry.unit)
        except UnitError as error:
            problems.append(
                document.problem((series_id, "unit"), "a known unit", str(error), "correct it")
            )
        for name in (str(series_id), *entry.names):
            other = owner.setdefault(key_of(name), str(series_id))
            if other != series_id:
                problems.append(
                    document.problem(
                        (series_id, "names"),
                        "a printed name that belongs to one series only",
                        f"`{name}` is also a name of `{other}`",
                        "remove it from one of the two, or make them one series",
                        code="series_name",
                    )
                )
        series[str(series_id)] = entry
    for series_id in data:
        problems += _wrong_parts(document, str(series_id), series)
    return series, tuple(problems)


def _with_breaks_added(known: Series | None, written: Any) -> dict[str, Any] | None:
    """A known series with the breaks of an entry that says nothing else; None for other entries."""
    if known is None or not isinstance(written, dict) or not written:
        return None
    if not {*written} <= {"breaks", "rescaled"}:
        return None
    breaks, rescaled = written.get("breaks", {}), written.get("rescaled", [])
    if isinstance(breaks, dict):
        breaks = known.breaks | breaks
    if isinstance(rescaled, list):
        rescaled = [*known.rescaled, *rescaled]
    return known.model_dump() | {"breaks": breaks, "rescaled": rescaled}


def _wrong_parts(
    document: LinedYaml, series_id: str, series: Mapping[str, Series]
) -> Iterator[Problem]:
    """Parts that are no series, or that cannot be added up to the whole."""
    whole = series.get(series_id)
    for place, part in enumerate(whole.parts if whole else ()):
        known, where = series.get(part), (series_id, "parts", place)
        if known is None or part == series_id:
            remedy = (
                did_you_mean(part, _addable(series_id, series)) or "correct it, or add the series"
            )
            yield document.problem(where, "the id of another series", f"`{part}`", remedy)
        elif whole is not None and not _is_same_measure(whole.unit, known.unit):
            yield document.problem(
                where,
                f"a series in a unit like {whole.unit}",
                f"`{part}` in {known.unit}",
                "leave it out: it cannot be added up to the whole",
            )


def _addable(series_id: str, series: Mapping[str, Series]) -> list[str]:
    """Series that may be a further part: others in a unit like it that are none yet."""
    whole = series[series_id]
    taken = {series_id, *whole.parts}
    return [
        name
        for name, one in series.items()
        if name not in taken and _is_same_measure(whole.unit, one.unit)
    ]


def _is_same_measure(unit: str, other: str) -> bool:
    try:
        return parse_unit(unit).dimension == parse_unit(other).dimension
    except UnitError:
        return True  # told with its own line
