"""One raw file with its card: what reading it gives, and the problems of both at the lines of the card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
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
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.ignored_labels import is_ignored, without_ignored
from nqpf_assets.sources.lumps_of_observations import lumps_of_observations, may_be_lumps
from nqpf_assets.sources.observations import observations_of
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
        is_left_out=is_ignored(card.ignore) if card.ignore else None,
        slips=card.slips, other_sheets=other_sheets,
        lumps=Lumps() if may_be_lumps(card) else None,
    )  # fmt: skip
    if whole.lumps is not None and (found := _read_lumps(whole, loaded, catalogue, shown)):
        return found
    reading, unprinted = without_ignored(whole.whole(), loaded)
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
