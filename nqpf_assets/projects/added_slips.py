"""Slips in files that were just added, written into their cards where by these the file is read whole.

Which slips a file has most likely is found in `sources.slip_draft`; a card that somebody has changed
meanwhile is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.added_files import put_again
from nqpf_assets.sources.card_draft import CardDraft
from nqpf_assets.sources.card_files import OWN_CARD
from nqpf_assets.sources.slip_draft import Asked, with_likely_slips


def mended_cards(
    added: Mapping[Path, CardDraft | None],
    told: Iterable[Problem],
    root: Path,
    catalogue: Catalogue,
    is_open: Callable[[CardDraft], frozenset[str]],
    asked: Asked | None,
) -> Iterator[tuple[Path, CardDraft]]:
    """The files whose cards got slips, with what their cards are now.

    Args:
        added: files in `raw/`, each with its card as it was written.
        told: what reading them by these cards tells.
        root: folder of the project.
        catalogue: its series and regions.
        is_open: codes of problems that a card has for its open facts.
        asked: what a person says is read for a slip; None takes what is likely.
    """
    wrong = {one.file.removesuffix(OWN_CARD) for one in told if one.severity == "error"}
    for path, draft in added.items():
        shown = path.relative_to(root).as_posix()
        if draft is None or shown not in wrong:
            continue
        mended = with_likely_slips(
            draft, path.read_bytes(), shown, catalogue, is_open=is_open(draft), asked=asked
        )
        if mended is not None and put_again(path, draft, mended):
            yield path, mended
