"""One raw file with its card: what stops it before it is read, and what reading it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.vintages import day_of, order_of
from nqpf_assets.formats.labels import find_label
from nqpf_assets.formats.ledger import Account, merged
from nqpf_assets.formats.lumps import Lumps
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.agreement import check_agreement
from nqpf_assets.sources.cache import FileContent
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.card_files import LoadedCard, ready_made_card
from nqpf_assets.sources.lumps_of_observations import lumps_of_observations, may_be_lumps
from nqpf_assets.sources.observations import observations_of
from nqpf_assets.sources.raw_files import RawFile
from nqpf_assets.sources.resolution import series_of
from nqpf_assets.warehouse.put_aside import PutAside


def read_file(
    contents: list[bytes], loaded: LoadedCard, catalogue: Catalogue, shown: str
) -> FileContent:
    """Read one file, sheet by sheet where its card names them, and resolve its cells.

    Args:
        contents: its bytes, which are taken out of the list and let go once its cells are known.
    """
    sheets = loaded.card.sheets
    if not sheets:
        return _read_one(contents, loaded, catalogue, shown)
    content = contents.pop()
    found = [
        _read_one(
            [content],
            loaded.for_sheet(name),
            catalogue,
            shown,
            [one for one in sheets if one != name],
        )
        for name in sheets
    ]
    problems = tuple(
        problem
        for problem in dict.fromkeys(one for each in found for one in each.problems)
        if problem.code != "hidden_sheet" or find_label(problem.where, list(sheets)) is None
    )
    observations = pl.concat(each.observations for each in found)
    account = merged([each.account for each in found], sheets)
    if any(problem.severity == "error" for problem in problems):
        observations, account = observations.clear(), account.refusing()
    notes = tuple(dict.fromkeys(note for each in found for note in each.notes))
    n_cells = sum(each.n_cells for each in found)
    refused = tuple(dict.fromkeys(name for each in found for name in each.refused))
    return FileContent(observations, found[0].format, n_cells, account, notes, problems, refused)


def _read_one(
    contents: list[bytes],
    loaded: LoadedCard,
    catalogue: Catalogue,
    shown: str,
    other_sheets: Sequence[str] = (),
) -> FileContent:
    """Read one file or sheet, hold it against its card, and resolve its cells."""
    card = loaded.card
    whole = read(
        contents.pop(), file=shown, layout=card.layout, columns=card.columns, years=card.years,
        is_left_out=_is_ignored(card.ignore) if card.ignore else None,
        slips=card.slips, other_sheets=other_sheets,
        lumps=Lumps() if may_be_lumps(card) else None,
    )  # fmt: skip
    if whole.lumps is not None and (found := _read_lumps(whole, loaded, catalogue, shown)):
        return found
    reading, unprinted = _without_ignored(whole.whole(), loaded)
    observations, unresolved = observations_of(reading, card, catalogue, file=shown)
    problems = [
        *(_at_its_line(one, loaded) for one in reading.problems),
        *unprinted,
        *check_agreement(loaded, reading, catalogue, file=shown),
        *(_at_its_line(one, loaded) for one in unresolved),
    ]
    account = reading.account
    refused: tuple[str, ...] = ()
    if any(problem.severity == "error" for problem in problems):
        refused = series_named(reading, card, catalogue)
        observations, account = observations.clear(), account.refusing()
    elif lost := _lost_on_the_way(_n_values(observations), account, shown):
        problems.append(lost)
        observations, account = observations.clear(), account.refusing()
    return FileContent(
        observations,
        reading.format,
        reading.n_cells,
        account,
        reading.notes,
        tuple(problems),
        refused,
    )


def _read_lumps(
    reading: Reading, loaded: LoadedCard, catalogue: Catalogue, shown: str
) -> FileContent | None:
    """What `_read_one` gives of a file with many cells; None where they are to be looked at together."""
    lumps, card = reading.lumps, loaded.card
    assert lumps is not None
    found = lumps_of_observations(lumps, card, catalogue, file=shown, region_at=reading.region_at)
    disagreed = check_agreement(loaded, reading, catalogue, file=shown)
    if found is None or any(one.code == "disagrees_unit" for one in disagreed):
        return None
    problems = [
        *(_at_its_line(one, loaded) for one in reading.problems),
        *disagreed,
        *(_at_its_line(one, loaded) for one in found.problems),
    ]
    account, aside = reading.account, PutAside()
    refused: tuple[str, ...] = ()
    if any(problem.severity == "error" for problem in problems):
        refused = series_named(reading, card, catalogue)
    else:
        n_values = 0
        for part in found.each():
            n_values += _n_values(part)
            aside.add(part)
        if lost := _lost_on_the_way(n_values, account, shown):
            problems.append(lost)
    is_refused = any(problem.severity == "error" for problem in problems)
    return FileContent(
        found.nothing(),
        reading.format,
        reading.n_cells,
        account.refusing() if is_refused else account,
        reading.notes,
        tuple(problems),
        refused,
        None if is_refused else aside,
    )


def _at_its_line(problem: Problem, loaded: LoadedCard) -> Problem:
    """A problem of the file with the line of the card that asks for what is not there."""
    key, *inside = problem.asked_at or ("",)
    if key not in loaded.places:
        return replace(problem, asked_at=())
    said = f"{problem.remedy}: {loaded.where(str(key), *inside)}"
    return replace(problem, remedy=said, asked_at=())


def series_named(
    reading: Reading, card: OriginCard | None, catalogue: Catalogue
) -> tuple[str, ...]:
    """The series of a file as far as its cells show them, or its card names them."""
    labels = reading.cells["series_label"].drop_nulls().unique().to_list()
    if card is None:
        return tuple(sorted({catalogue.series.id_for(label) for label in labels}))
    labels += card.columns.values if card.columns is not None else ()
    labels += card.layout.columns if card.layout is not None else ()
    named = {series_of(label, card, catalogue) for label in (None, *labels)}
    return tuple(sorted(name for name in named if name is not None))


def _n_values(observations: pl.DataFrame) -> int:
    """How many of some observations have a value."""
    return observations.height - observations["value"].null_count()


def _lost_on_the_way(n: int, account: Account, shown: str) -> Problem | None:
    """The problem of numbers that were read and did not become observations, or twice.

    Args:
        n: values of the observations.
    """
    if n == account.read:
        return None
    found = f"{counted(account.read, 'values')} read, {n} of them under a series, region and year"
    remedy = "look which label is in no catalogue; this should have been told one by one"
    return Problem(
        file=shown,
        where="",
        expected="an observation of every value",
        found=found,
        remedy=remedy,
        code="lost_cells",
    )


def _without_ignored(reading: Reading, loaded: LoadedCard) -> tuple[Reading, list[Problem]]:
    """The reading less what the card ignores; a label that the file does not print is a problem."""
    ignored = loaded.card.ignore
    if not ignored:
        return reading, []
    cells = reading.cells
    series, rows = (
        _labels_named(cells, column, ignored) for column in ("series_label", "region_label")
    )
    printed = {key_of(label) for label in (*series, *rows)}
    document, place = loaded.document, loaded.places.get("ignore", ())
    unprinted = [
        document.problem(
            place,
            "an indicator or row that the file prints",
            name,
            "correct or remove it",
            "ignored",
        )
        for name in ignored
        if key_of(name) not in printed
    ]
    account = reading.account
    for kind, column, names in (
        ("indicator", "series_label", series),
        ("row", "region_label", rows),
    ):
        left_out = pl.col(column).is_in(names).fill_null(False)
        values = cells.filter(left_out & pl.col("value").is_not_null())
        for name, n in values[column].value_counts(sort=True).iter_rows():
            account = account.passing_over(f"{kind} {name}", n)
        cells = cells.filter(~left_out)
    return replace(reading, cells=cells, account=account), unprinted


def _labels_named(cells: pl.DataFrame, column: str, names: Sequence[str]) -> list[str]:
    """The printed labels of a column that a list of names means."""
    is_named = _is_ignored(names)
    return [label for label in cells.get_column(column).drop_nulls().unique() if is_named(label)]


def _is_ignored(names: Sequence[str]) -> Callable[[str], bool]:
    """Whether a printed label is meant by one of these names."""
    keys = {key_of(name) for name in names}
    return lambda label: key_of(label) in keys


def file_id(sha256: str) -> str:
    """The short name of a content."""
    return sha256[:12]


def file_row(
    file: RawFile, sha256: str, card: OriginCard, vintage: str, found: FileContent
) -> dict[str, object]:
    """The row of `source.file` for a file, without ``also_at``."""
    from_card = ("publisher", "title", "edition", "published", "accessed", "next_edition")
    return {
        "file_id": file_id(sha256),
        "path": file.shown,
        "sha256": sha256,
        "data_status": card.status,
        "format": found.format,
        "vintage": vintage,
        "vintage_day": day_of(card.published, card.accessed, vintage),
        "vintage_order": order_of(card.published, card.accessed, vintage),
        "n_cells": found.n_cells,
        "n_cells_seen": found.account.seen,
        "n_cells_read": found.account.read,
        "n_cells_ignored": found.account.n_ignored,
        "cells_ignored": found.account.words,
        "n_series": len(found.labels("series_id")),
        "notes": "\n".join(filter(None, (card.notes, *found.notes))) or None,
        **{key: getattr(card, key) for key in (*from_card, "licence", "citation", "url")},
    }


def same_meaning(one: OriginCard, other: OriginCard) -> bool:
    """Whether two cards make the same of one content; dates and notes may differ."""
    return all(
        getattr(one, key) == getattr(other, key)
        for key in (
            "publisher",
            "status",
            "series",
            "unit",
            "region",
            "names_of",
            "years",
            "layout",
            "columns",
            "sheets",
            "weights",
            "ignore",
            "slips",
        )
    )


def missing_card(file: RawFile, reading: Reading, sha256: str) -> tuple[Problem, ...]:
    """The card to write for a file that has none, and what else stops the file.

    A file in no known format is told alone: a card would not help it.
    """
    undeclared = any(problem.code == "undeclared" for problem in reading.problems)
    if reading.format == "unknown" and not undeclared:
        return reading.problems
    missing = Problem(
        file=file.shown,
        where="",
        expected=f"an origin card, {file.path.name}.card.yaml or an entry in card.yaml",
        found="none",
        remedy=f"save this as {file.shown}.card.yaml and fill in what is empty:\n"
        f"{ready_made_card(file.shown, sha256, reading)}",
        code="missing_card",
    )
    return missing, *(problem for problem in reading.problems if problem.code != "undeclared")


def wrong_content(loaded: LoadedCard, sha256: str, file: RawFile) -> Problem | None:
    """A file that is not the one its card was written for."""
    if loaded.card.sha256 in (None, sha256):
        return None
    return Problem(
        file=file.shown,
        where="",
        expected=f"the content that {loaded.where('sha256')} names: {loaded.card.sha256}",
        found=sha256,
        remedy="restore the file; if it was replaced on purpose, it is a vintage of its own: "
        "`nqpf add FILE --vintage NAME` puts it beside the old one, with its card",
        code="changed_content",
    )


def no_vintage(loaded: LoadedCard, file: RawFile) -> Problem | None:
    """A file whose vintage nothing says."""
    if loaded.card.vintage or file.vintage:
        return None
    return Problem(
        file=file.shown,
        where="",
        expected="a place under raw/<publisher>/<vintage>/, or `vintage` in the card",
        found="neither",
        remedy="move the file, or write `vintage: 2026-05` in its card",
        code="missing_vintage",
    )
