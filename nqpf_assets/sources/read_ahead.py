"""Raw files read before their turn, by others: each alone, into the folder where readings are kept.

Who reads a file decides nothing. Its reading is found there like one of an earlier refresh, by content, card,
catalogue and the code that read it; a file of which none is found is read in its turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.formats.limits import FILE_BYTES
from nqpf_assets.sources.cache import ReadCache, key_of_reading
from nqpf_assets.sources.card_files import LoadedCard
from nqpf_assets.sources.one_file import read_file
from nqpf_assets.sources.raw_files import RawFile
from nqpf_assets.user_input.own_files import read_own


@dataclass(frozen=True)
class Unread:
    """A file of which no reading is kept.

    Attributes:
        path: where it is, for whoever reads it; shown: as the user knows it.
        sha256: hash of the content that is wanted.
        loaded: its card.
    """

    path: Path
    shown: str
    sha256: str
    loaded: LoadedCard


ReadAhead = Callable[[Callable[[Unread], None], Sequence[Unread]], None]
"""Lets others read files with the function that it is given, or leaves them alone."""


def unread(
    files: Iterable[tuple[RawFile, LoadedCard | None]],
    hashes: Mapping[str, str],
    cache: ReadCache,
    catalogue: Catalogue,
) -> dict[str, Unread]:
    """Key → file, of those with a card of which no reading is kept, each content once; not of weights.

    Args:
        files: in the order in which they are read, each with its card.
        hashes: path as the user knows it → SHA-256; what is not there is left out.
    """
    found: dict[str, Unread] = {}
    contents: set[str] = set()
    for file, loaded in files:
        sha256 = hashes.get(file.shown)
        if sha256 is None or sha256 in contents:
            continue
        contents.add(sha256)
        if loaded is not None and loaded.card.weights is None:
            key = key_of_reading(sha256, file.shown, loaded, catalogue)
            if not cache.has(key):
                found[key] = Unread(file.path, file.shown, sha256, loaded)
    return found


def read_into(folder: Path, catalogue: Catalogue, file: Unread) -> None:
    """Keep the reading of a file; nothing where it is another by now, or cannot be read.

    The key is made here, by the code that reads: a machine with another release keeps what nobody asks for.
    """
    content, problem = read_own(file.path, file.shown, most=FILE_BYTES)
    if problem is not None or hashlib.sha256(content).hexdigest() != file.sha256:
        return
    try:
        key = key_of_reading(file.sha256, file.shown, file.loaded, catalogue)
        found = read_file([content], file.loaded, catalogue, file.shown)
        ReadCache(folder).put(key, found)
    except Exception:  # whatever it is, it is met again in the file's turn, and told there
        return
