"""A file beside its origin card, and the problem of their saying different things."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.formats.reading import Reading
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.resolution import accepts, resolve_labels


@dataclass(frozen=True)
class FileAndCard:
    """What one file says and what its card says.

    Attributes:
        loaded: the file's card, with the lines it was read from.
        reading: what the file says.
        catalogue: regions and series.
        file: path as the user knows it.
    """

    loaded: LoadedCard
    reading: Reading
    catalogue: Catalogue
    file: str

    @property
    def card(self) -> OriginCard:
        """The card without its lines."""
        return self.loaded.card

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Printed labels and units with what they resolve to, `resolution.RESOLUTION_SCHEMA`."""
        return resolve_labels(self.reading.cells, self.card, self.catalogue)

    def contradiction(
        self,
        fact: str,
        *,
        where: str = "",
        key: str,
        inside: tuple[str, ...] = (),
        expected: str,
        printed: str,
        found: str,
        remedy: str,
    ) -> Problem:
        """A statement of the file that the card contradicts; a warning where it is accepted.

        Args:
            fact: name under which the card can accept it.
            where: place in the file.
            key: key of the card that says otherwise.
            inside: the key in it, where it is a block.
            expected: what that key says.
            printed: the statement as printed.
            found: the statement in words.
            remedy: what to do if the card is wrong.
        """
        accepted = accepts(self.card, fact, printed)
        severity: Literal["error", "warning"] = "warning" if accepted else "error"
        otherwise = (
            f"if the file is wrong, write `accept: {{{fact}: {yaml_word(printed)}}}` in the card"
        )
        return Problem(
            file=self.file,
            where=where,
            expected=f"{expected}, as {self.loaded.where(key, *inside)} says",
            found=found,
            remedy="nothing: the card accepts it" if accepted else f"{remedy}; {otherwise}",
            severity=severity,
            code=f"disagrees_{fact}",
        )
