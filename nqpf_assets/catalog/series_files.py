"""Reading known series: the shipped ``series.yaml`` and a project's own, each told its faults.

What is known of them once they are read stands in `series`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from nqpf_assets.catalog.declared_breaks import undeclared_rescaling
from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.series import Series, SeriesCatalogue
from nqpf_assets.catalog.units import UnitError, parse_unit
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.user_input.lined_yaml import LinedYaml, read_shipped_yaml, read_yaml
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.own_files import read_own
from nqpf_assets.user_input.value_words import found_words


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
