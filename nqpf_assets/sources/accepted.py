"""What cards accept, and whether any file of theirs needs it.

An `accept` that nothing needs is a slip (the fact is spelled otherwise in the file), or is left from a file
that was replaced; either way its author believes something that is not so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.cache import FileContent
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.mixed_levels import CODE
from nqpf_assets.sources.resolution import accepts

Read = tuple[LoadedCard, FileContent]


def unneeded(files: Iterable[Read]) -> list[Problem]:
    """A warning for every accepted statement that no file of its card makes.

    A file with errors may make it where it was not read, so that nothing is said of its card.
    """
    by_place: dict[tuple[str, tuple[str | int, ...], str], list[Read]] = {}
    for loaded, content in files:
        for fact in loaded.card.accept:
            place = (*loaded.places.get("accept", ("accept",)), fact)
            by_place.setdefault((loaded.document.file, place, fact), []).append((loaded, content))
    return [
        _unneeded(about[0][0], place, fact)
        for (_, place, fact), about in by_place.items()
        if not any(_needs(loaded, content, fact) for loaded, content in about)
    ]


def labels_alone(loaded: LoadedCard, content: FileContent) -> FileContent:
    """What is looked at of a file here: cells may have gigabytes, which are let go before."""
    names = content.labels("region_label") if "region" in loaded.card.accept else ()
    labels = pl.DataFrame(
        {"region_label": sorted(filter(None, names))}, {"region_label": pl.String}
    )
    return replace(content, observations=labels, aside=None)


def _needs(loaded: LoadedCard, content: FileContent, fact: str) -> bool:
    """Whether a file makes the statement, or may make it."""
    codes = {f"disagrees_{fact}", *([CODE] if fact == "level" else [])}
    if any(one.severity == "error" or one.code in codes for one in content.problems):
        return True
    labels = content.observations["region_label"].unique() if fact == "region" else ()
    return any(accepts(loaded.card, fact, label) for label in labels)


def _unneeded(loaded: LoadedCard, place: tuple[str | int, ...], fact: str) -> Problem:
    problem = loaded.document.problem(
        place,
        f"an `accept` of something that a file says and the card contradicts ({fact})",
        f"`{loaded.card.accept[fact]}`, which nothing contradicts",
        "remove it, or write it as the file prints it",
        "accept_unneeded",
    )
    return replace(problem, severity="warning")
