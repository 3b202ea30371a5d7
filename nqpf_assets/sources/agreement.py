"""Whether a file and its origin card say the same.

A download keeps its name when its content changes, and a card is copied from file to file. So
whatever a file says about itself is held against its card: publisher, region, year of the
edition, whether its data are synthetic; and in `agreement_of_labels` series and units. Reading
stops at a contradiction; a statement of the file that is known to be wrong is accepted by name
and text in the card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.region_match import find_region, match_regions
from nqpf_assets.formats.labels import YEARS
from nqpf_assets.formats.reading import Reading
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.agreement_of_labels import check_labels
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.file_and_card import FileAndCard
from nqpf_assets.sources.names_of_year import name_years

# Publishers that sign their files, with other words that name them on a card.
_PUBLISHERS = {
    "国家统计局": ("国家统计局", "nbs", "nationalbureauofstatistics"),
    "EPS": ("eps",),
}
_BUREAU = re.compile(r"[\u4e00-\u9fff]+?统计局")
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
    both = FileAndCard(card, reading, catalogue, file)
    return (
        *_status(both),
        *_publisher(both),
        *_edition(both),
        *_year(both),
        *_region(both),
        *_published(both),
        *check_labels(both),
    )


def _status(both: FileAndCard) -> Iterator[Problem]:
    if both.reading.facts.get("status") == "synthetic" and both.card.status != "synthetic":
        yield Problem(
            file=both.file,
            where="",
            expected=f"{both.card.status} data, as {both.loaded.where('status')} says",
            found="the file says that its data are synthetic",
            remedy="write `status: synthetic`",
            code="disagrees_status",
        )


def _publisher(both: FileAndCard) -> Iterator[Problem]:
    signed = [both.reading.facts.get(fact, "") for fact in ("source", "database")]
    signed += [note for note in both.reading.notes if "由EPS" in note.upper()]
    for text in signed:
        named, on_card = _publishers(text), _publishers(both.card.publisher)
        if named and not any(a.endswith(b) or b.endswith(a) for a in named for b in on_card):
            yield both.contradiction(
                "source",
                key="publisher",
                expected=f"a file of {both.card.publisher}",
                printed=text,
                found=f"the file is signed `{text}`",
                remedy=f"name the publisher, {' or '.join(sorted(named))}, or move the card",
            )


def _publishers(text: str) -> set[str]:
    key = key_of(text)
    signed = {name for name, words in _PUBLISHERS.items() if any(word in key for word in words)}
    return signed | set(_BUREAU.findall(key))


def _edition(both: FileAndCard) -> Iterator[Problem]:
    title = both.reading.facts.get("title", "")
    printed = [int(year) for year in _YEAR.findall(title)]
    if not printed:
        return
    for key, text in (("edition", both.card.edition or ""), ("title", both.card.title)):
        years = [int(year) for year in _YEAR.findall(text)]
        # The yearbook of 2018 prints the data of 2017.
        if years and not any(min(printed) <= year <= max(printed) + 1 for year in years):
            yield both.contradiction(
                "title",
                where="title",
                key=key,
                expected=f"{key} {text}",
                printed=title,
                found=f"the file is titled `{title}`",
                remedy=f"correct `{key}`, or look whether this is another file",
            )


def _year(both: FileAndCard) -> Iterator[Problem]:
    """The year that the card gives the page, against the years of its title."""
    layout, columns = both.card.layout, both.card.columns
    title = both.reading.facts.get("title", "")
    first, last = both.card.years or YEARS
    years = map(int, re.findall(r"(?<!\d)\d{4}(?!\d)", title))
    printed = [year for year in years if first <= year <= last]
    for key, table in (("layout", layout), ("columns", columns)):
        if table is None or table.year is None or not printed:
            continue
        if not min(printed) <= table.year <= max(printed):
            yield both.contradiction(
                "title",
                where="title",
                key=key,
                inside=("year",),
                expected=f"values of {table.year}",
                printed=title,
                found=f"the file is titled `{title}`",
                remedy="remove `year`, or look whether this is another file",
            )


def _region(both: FileAndCard) -> Iterator[Problem]:
    cells, regions = both.reading.cells, both.catalogue.regions
    if both.card.region is None or cells.is_empty():
        return
    years = name_years(cells["period"], both.card)
    code, near = find_region(both.card.region, regions, years[-1])
    if code is None:
        yield both.loaded.document.problem(
            both.loaded.places.get("region", ()),
            "a region of the catalogue",
            f"`{both.card.region}`" + (f"; near: {near}" if near else ""),
            "correct the name, or add the region to catalog/regions.csv",
            "unknown_region",
        )
        return
    rows = (
        cells.select("region_label", years.alias("period"), "locator")
        .drop_nulls("region_label")
        .unique("region_label", keep="first", maintain_order=True)
    )
    found = match_regions(rows["region_label"], rows["period"], regions, within=code, whole=code)
    for (label, _, locator), other in zip(rows.iter_rows(), found.codes, strict=True):
        if other is not None and code not in (other, regions.parents.get(other)):
            problem = both.contradiction(
                "region",
                where=locator,
                key="region",
                expected=f"data of {both.card.region}",
                printed=label,
                found=f"a row of `{label}`",
                remedy="remove `region` from the card, or correct it",
            )
            yield problem
            if problem.severity == "error":
                return  # the next rows will say the same


def _published(both: FileAndCard) -> Iterator[Problem]:
    with_value = pl.col("period").filter(pl.col("value").is_not_null())
    last = both.reading.cells.select(with_value.max()).item()
    published = both.card.published
    if isinstance(last, int) and published is not None and published.year < last:
        yield Problem(
            file=both.file,
            where="",
            expected=f"nothing later than {published.year}, as {both.loaded.where('published')} says",
            found=f"values of {last}",
            remedy="correct `published`",
            code="disagrees_published",
        )
