"""What stops a file before its cells count: no card, a content that its card does not mean, no vintage."""

from __future__ import annotations

from nqpf_assets.formats.reading import Reading
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.card_files import LoadedCard, ready_made_card
from nqpf_assets.sources.raw_files import RawFile


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
