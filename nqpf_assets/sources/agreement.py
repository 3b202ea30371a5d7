"""Whether a file and its origin card say the same.

A download keeps its name when its content changes, and a card is copied from file to file. So
whatever a file says about itself is held against its card: indicator, unit, publisher, region,
year of the edition, and whether its data are synthetic. Reading stops at a contradiction; a
statement of the file that is known to be wrong is accepted by name and text in the card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.region_match import find_region, match_regions
from nqpf_assets.catalog.units import UnitError, conversion, parse_unit
from nqpf_assets.problems import Problem
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.reading import Reading
from nqpf_assets.sources.resolution import resolve_labels, said

# Publishers that sign their files, with the words that name them on a card.
_PUBLISHERS = {
    "国家统计局": ("国家统计局", "nbs", "nationalbureauofstatistics"),
    "EPS": ("eps",),
}
_YEAR = re.compile(r"(?<!\d)(19\d\d|20\d\d)(?!\d)")


def check_agreement(
    card: LoadedCard, reading: Reading, catalogue: Catalogue, *, file: str
) -> tuple[Problem, ...]:
    """Everything in which a file and its card contradict each other.

    Args:
        card: the file's card, with the lines it was read from.
        reading: what the file says.
        catalogue: regions and series.
        file: path as the user knows it.
    """
    return tuple(_Agreement(card, reading, catalogue, file).problems())


class _Agreement:
    def __init__(self, card: LoadedCard, reading: Reading, catalogue: Catalogue, file: str) -> None:
        self.loaded, self.card = card, card.card
        self.reading, self.catalogue, self.file = reading, catalogue, file
        self.pairs = resolve_labels(reading.cells, card.card, catalogue)

    def problems(self) -> Iterator[Problem]:
        yield from self._status()
        yield from self._publisher()
        yield from self._edition()
        yield from self._region()
        yield from self._series()
        yield from self._mapped_labels()
        yield from self._units()
        yield from self._dates()

    def _contradiction(
        self, fact: str, where: str, key: str, expected: str, found: str, printed: str, remedy: str
    ) -> Problem:
        """A statement of the file that the card contradicts; a warning where it is accepted."""
        accepted = key_of(self.card.accept.get(fact, "")) == key_of(printed)
        severity: Literal["error", "warning"] = "warning" if accepted else "error"
        expected = f"{expected}, as {self.loaded.where(key)} says"
        remedy = (
            f"{remedy}; if the file is wrong, write `accept: {{{fact}: {printed}}}` in the card"
        )
        if accepted:
            remedy = "nothing: the card accepts it"
        return Problem(self.file, where, expected, found, remedy, severity, f"disagrees_{fact}")

    def _status(self) -> Iterator[Problem]:
        if self.reading.facts.get("status") == "synthetic" and self.card.status != "synthetic":
            yield Problem(
                self.file, "", f"{self.card.status} data, as {self.loaded.where('status')} says",
                "the file says that its data are synthetic", "write `status: synthetic`",
                code="disagrees_status",
            )  # fmt: skip

    def _publisher(self) -> Iterator[Problem]:
        signed = [self.reading.facts.get(fact, "") for fact in ("source", "database")]
        signed += [note for note in self.reading.notes if "由EPS" in note.upper()]
        for text in signed:
            named = _publishers(text)
            if named and not named & _publishers(self.card.publisher):
                yield self._contradiction(
                    "source", "", "publisher", f"a file of {self.card.publisher}",
                    f"the file is signed `{text}`", text,
                    f"name the publisher, {' or '.join(sorted(named))}, or move the card",
                )  # fmt: skip

    def _edition(self) -> Iterator[Problem]:
        title = self.reading.facts.get("title", "")
        printed = [int(year) for year in _YEAR.findall(title)]
        for key, text in (("edition", self.card.edition or ""), ("title", self.card.title)):
            years = [int(year) for year in _YEAR.findall(text)]
            # The yearbook of 2018 prints the data of 2017.
            fits = any(min(printed) <= y <= max(printed) + 1 for y in years) if printed else True
            if years and not fits:
                yield self._contradiction(
                    "title", "title", key, f"{key} {text}", f"the file is titled `{title}`",
                    title, f"correct `{key}`, or look whether this is another file",
                )  # fmt: skip

    def _region(self) -> Iterator[Problem]:
        if self.card.region is None:
            return
        cells = self.reading.cells
        if cells.is_empty():
            return
        code, near = find_region(self.card.region, self.catalogue.regions, cells["period"][-1])
        if code is None:
            yield self.loaded.document.problem(
                self.loaded.places.get("region", ()), "a region of the catalogue",
                f"`{self.card.region}`" + (f"; near: {near}" if near else ""),
                "correct the name, or add the region to catalog/regions.csv", "unknown_region",
            )  # fmt: skip
            return
        labels = (
            cells.select("region_label", "period", "locator")
            .drop_nulls("region_label")
            .unique(["region_label"], keep="first", maintain_order=True)
        )
        found = match_regions(
            labels["region_label"], labels["period"], self.catalogue.regions,
            within=code, whole=code,
        ).codes  # fmt: skip
        parent = self.catalogue.regions.parents
        for label, locator, other in zip(
            labels["region_label"], labels["locator"], found, strict=True
        ):
            if other is not None and code not in (other, parent.get(other)):
                yield self._contradiction(
                    "region", locator, "region", f"data of {self.card.region}",
                    f"a row of `{label}`", label, "remove `region` from the card, or correct it",
                )  # fmt: skip
                return

    def _series(self) -> Iterator[Problem]:
        known = self.catalogue.series
        for label, locator in self._labels():
            named = said(self.card.series, label)
            if named is None or label is None:
                continue
            meant, printed = known.find(named), known.find(label)
            by_name = isinstance(self.card.series, dict) and printed is None
            if by_name or (meant is not None and meant == printed):
                continue
            if key_of(named) == key_of(label):
                continue
            what = f"the series `{named}`"
            series = known.get(meant) if meant else None
            if series is not None:
                what += f" ({series.names[0]})"
            remedy = "correct `series` in the card"
            if printed is None:
                remedy += f", or say that the two are one: `series: {{{label}: {named}}}`"
            else:
                remedy += f": that is `{printed}`"
            found = f"the file prints `{label}`"
            yield self._contradiction("indicator", locator, "series", what, found, label, remedy)

    def _mapped_labels(self) -> Iterator[Problem]:
        """Labels that the card maps and the file does not print."""
        ids = {key_of(name) for name in self.pairs["series_id"].drop_nulls()}
        printed = {key_of(label): label for label in self.pairs["series_label"].drop_nulls()}
        for key, value in (("series", self.card.series), ("unit", self.card.unit)):
            for label in value if isinstance(value, dict) else ():
                if key_of(label) in printed or (key == "unit" and key_of(label) in ids):
                    continue
                place = (*self.loaded.places.get(key, (key,)), label)
                yield self.loaded.document.problem(
                    place, f"a label that {self.file} prints: {_some(printed.values())}",
                    f"`{label}`", "correct the label, or remove the line", "label_not_printed",
                )  # fmt: skip

    def _units(self) -> Iterator[Problem]:
        for label, printed, series_id, unit, locator in self.pairs.iter_rows():
            from_card = said(self.card.unit, label) or said(self.card.unit, series_id)
            if printed and from_card and not _equal(printed, from_card):
                yield self._contradiction(
                    "unit", locator, "unit", f"the unit {from_card}",
                    f"the file prints {printed}", printed,
                    "remove `unit` from the card: it is for files that print none",
                )  # fmt: skip
            series = self.catalogue.series.get(series_id) if series_id else None
            if unit is None:
                continue
            try:
                parse_unit(unit)
            except UnitError as error:
                yield self._unknown_unit(locator, error, from_card=not printed)
                continue
            if series is not None and not _convertible(unit, series.unit):
                key = "unit" if from_card else "series"
                yield self._contradiction(
                    "unit", locator, key, f"`{series_id}` in {series.unit} or a multiple",
                    f"the unit {unit}", unit, "look whether series and unit belong together",
                )  # fmt: skip

    def _unknown_unit(self, locator: str, error: UnitError, *, from_card: bool) -> Problem:
        if from_card:
            place = self.loaded.places.get("unit", ())
            return self.loaded.document.problem(
                place, "a known unit", str(error), "correct it", "unknown_unit"
            )
        remedy = "nothing, while no study uses the series; then it cannot be converted"
        return Problem(
            self.file, locator, "a known unit", str(error), remedy, "warning", "unknown_unit"
        )

    def _dates(self) -> Iterator[Problem]:
        last = self.reading.cells.filter(pl.col("value").is_not_null())["period"].max()
        published = self.card.published
        if isinstance(last, int) and published is not None and published.year < last:
            yield Problem(
                self.file, "", f"nothing later than {published.year}, as "
                f"{self.loaded.where('published')} says", f"values of {last}",
                "correct `published`", code="disagrees_published",
            )  # fmt: skip

    def _labels(self) -> Iterator[tuple[str | None, str]]:
        unique = self.pairs.unique("series_label", keep="first", maintain_order=True)
        yield from unique.select("series_label", "locator").iter_rows()


def _publishers(text: str) -> set[str]:
    key = key_of(text)
    return {name for name, words in _PUBLISHERS.items() if any(word in key for word in words)}


def _equal(one: str, other: str) -> bool:
    try:
        return conversion(one, other) == 1
    except UnitError:
        return key_of(one) == key_of(other)


def _convertible(unit: str, canonical: str) -> bool:
    try:
        conversion(unit, canonical)
    except UnitError:
        return False
    return True


def _some(labels: object) -> str:
    listed = [str(label) for label in labels]  # type: ignore[attr-defined]
    return ", ".join(listed[:8]) + (" …" if len(listed) > 8 else "")
