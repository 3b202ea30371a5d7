"""Whether the series that a file prints are those of its origin card, and its units.

A printed label must be a name of the series that the card gives; what holds for its unit is in
`agreement_of_units`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.two_languages import parts_of
from nqpf_assets.catalog.units import UnitError, conversion
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.agreement_of_units import check_units
from nqpf_assets.sources.file_and_card import FileAndCard
from nqpf_assets.sources.resolution import said


def check_labels(both: FileAndCard) -> Iterator[Problem]:
    """Everything in which labels and units contradict the card or the catalogue."""
    yield from _series(both)
    yield from _two_languages(both)
    yield from _unknown_ids(both)
    yield from _labels_not_printed(both)
    yield from check_units(both)


def _series(both: FileAndCard) -> Iterator[Problem]:
    known = both.catalogue.series
    labels = both.pairs.unique("series_label", keep="first", maintain_order=True)
    for label, locator in labels.select("series_label", "locator").iter_rows():
        named = said(both.card.series, label)
        if named is None or label is None or key_of(named) == key_of(label):
            continue
        meant, printed = known.find(named), known.find(label)
        given_for_label = isinstance(both.card.series, dict)
        if (given_for_label and printed is None) or (meant is not None and meant == printed):
            continue
        series = known.get(meant) if meant is not None else None
        remedy = (
            f"correct `series` in the card: that is `{printed}`"
            if printed is not None
            else "correct `series` in the card, or say that the two are one: "
            f"`series: {{{yaml_word(label)}: {yaml_word(named)}}}`"
        )
        yield both.contradiction(
            "indicator",
            where=locator,
            key="series",
            expected=f"the series `{named}`" + (f" ({series.names[0]})" if series else ""),
            printed=label,
            found=f"the file prints `{label}`",
            remedy=remedy,
        )


def _two_languages(both: FileAndCard) -> Iterator[Problem]:
    """Labels whose two languages name two series, or units; and two labels that share the Chinese part."""
    known = both.catalogue.series
    first: dict[str, str] = {}
    labels = both.pairs.drop_nulls("series_label").unique(
        "series_label", keep="first", maintain_order=True
    )
    for label, locator in labels.select("series_label", "locator").iter_rows():
        if (parts := parts_of(label)) is None or said(both.card.series, label) is not None:
            continue
        chinese, latin = known.said_in_two_languages(label)
        units = [printed_series(part)[1] for part in parts]
        found = ""
        if chinese is not None and latin and chinese not in latin:
            found = f"`{parts[0]}` is `{chinese}`, `{parts[1]}` is `{', '.join(sorted(latin))}`"
        elif all(units) and _is_other_unit(*units):
            found = f"`{parts[0]}` is in {units[0]}, `{parts[1]}` in {units[1]}"
        elif chinese is not None and first.setdefault(chinese, label) != label:
            found = f"`{first[chinese]}` and `{label}`"
        severity: Literal["error", "warning"] = "error"
        if not found and chinese is not None and not latin and not known.is_like(chinese, parts[1]):
            found, severity = f"`{parts[0]}` is `{chinese}`; nobody knows `{parts[1]}`", "warning"
        if found:
            yield Problem(
                file=both.file,
                where=locator,
                expected="one series in both languages",
                found=found,
                remedy="correct the label, or say in the card what it is: "
                f"`series: {{{yaml_word(label)}: …}}`",
                severity=severity,
                code="two_names",
            )


def _is_other_unit(one: str | None, other: str | None) -> bool:
    """Whether a unit is known to be another; one whose measure nobody knows may be the same."""
    try:
        return one is not None and other is not None and conversion(one, other) != 1
    except UnitError:
        return False


def _unknown_ids(both: FileAndCard) -> Iterator[Problem]:
    """Series that the card names and the catalogue does not know."""
    series, known = both.card.series, both.catalogue.series
    place = both.loaded.places.get("series", ("series",))
    named = {"": series} if isinstance(series, str) else dict(series or {})
    for label, series_id in named.items():
        if known.find(series_id) is not None or key_of(series_id) == key_of(label):
            continue
        near = ", ".join(known.near(series_id))
        line = both.loaded.document.place((*place, label) if label else place).line
        yield Problem(
            file=both.loaded.document.file,
            where=f"line {line}",
            expected="a series of the catalogue",
            found=f"`{series_id}`" + (f"; near: {near}" if near else ""),
            remedy="correct it, or describe it in catalog/series.yaml; it is kept under this name",
            severity="warning",
            code="unknown_series",
        )


def _labels_not_printed(both: FileAndCard) -> Iterator[Problem]:
    """Labels that the card maps and the file does not print."""
    ids = {key_of(series_id) for series_id in both.pairs["series_id"].drop_nulls()}
    printed = {key_of(label): label for label in both.pairs["series_label"].drop_nulls()}
    if not printed and any(one.severity == "error" for one in both.reading.problems):
        return  # nothing could be read, which is told
    for key, value in (("series", both.card.series), ("unit", both.card.unit)):
        for label in value if isinstance(value, dict) else ():
            if key_of(label) not in printed and not (key == "unit" and key_of(label) in ids):
                yield both.loaded.document.problem(
                    (*both.loaded.places.get(key, (key,)), label),
                    f"a label that {both.file} prints: {_some(printed.values())}",
                    f"`{label}`",
                    "correct the label, or remove the line",
                    "label_not_printed",
                )


def _some(labels: Iterable[str]) -> str:
    listed = list(labels)
    return ", ".join(listed[:8]) + (" …" if len(listed) > 8 else "") or "none"
