"""What was read once: the observations of a file, kept until anything they depend on changes.

A file is known by its content, its place, its card, the catalogue, and the code and libraries that read.
One file holds the hash of what follows, and then a Parquet file: the observations and, in its metadata,
what else the reading said. What does not fit its hash is read again.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.formats.ledger import Account
from nqpf_assets.formats.registry import packages_that_read
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_files import LoadedCard, is_card
from nqpf_assets.warehouse.code_hash import modules_behind, source_of
from nqpf_assets.warehouse.durable import replace_file
from nqpf_assets.warehouse.put_aside import PutAside
from nqpf_assets.warehouse.releases import releases_of

_ABOUT = "nqpf"
_LINE_OF_CARD = re.compile(r"\bline \d+ of .*card\.yaml")


@dataclass(frozen=True)
class FileContent:
    """What one file says, resolved: see `observations.observations_of` for the columns.

    `refused` names the series that a file with errors would have given; `aside` holds the observations of a
    file that has many, of which there are none in `observations` then.
    """

    observations: pl.DataFrame
    format: str
    n_cells: int
    account: Account
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    refused: tuple[str, ...] = ()
    aside: PutAside | None = None

    def each(self) -> Iterator[pl.DataFrame]:
        """The observations, those of a file that has many some at a time."""
        if self.aside is None:
            yield self.observations
            return
        for part in self.aside.each():
            yield part.collect()

    def labels(self, column: str) -> set[str | None]:
        """What stands in a column of texts."""
        return {one for part in self.each() for one in part[column].unique()}


@dataclass
class ReadCache:
    """Files that were read, in a folder; without a folder nothing is kept."""

    folder: Path | None
    used: set[Path] = field(default_factory=set)

    def get(self, key: str) -> FileContent | None:
        """What is kept under a key; a damaged entry counts as none."""
        found = self._entry(key)
        if found is None:
            return None
        observations, about = found
        aside: PutAside | None = None
        for name in _lumps(key, about["n_lumps"]):
            lump = self._entry(name)
            if lump is None:
                return None
            aside = aside or PutAside()
            aside.add(lump[0])
        return FileContent(
            observations,
            about["format"],
            about["n_cells"],
            Account(**about["account"]),
            tuple(about["notes"]),
            tuple(Problem(**problem) for problem in about["problems"]),
            tuple(about["refused"]),
            aside,
        )

    def _entry(self, key: str) -> tuple[pl.DataFrame, dict[str, Any]] | None:
        """The rows that are kept under a key, and what else is."""
        if self.folder is None:
            return None
        path = self.folder / key
        self.used.add(path)
        try:
            hash_, content = path.read_bytes().split(b"\n", 1)
            if hashlib.sha256(content).hexdigest().encode() != hash_:
                return None
            about = json.loads(pl.read_parquet_metadata(io.BytesIO(content))[_ABOUT])
            return pl.read_parquet(io.BytesIO(content)), about
        except (OSError, KeyError, TypeError, ValueError, pl.exceptions.PolarsError):
            return None

    def has(self, key: str) -> bool:
        """Whether something is kept under a key."""
        return self.folder is not None and (self.folder / key).is_file()

    def put(self, key: str, content: FileContent) -> None:
        """Keep a content, its lumps each for itself before it.

        One with problems that name a line of its card is read again: the line moves with a comment.
        """
        if self.folder is None or any(_names_line(problem) for problem in content.problems):
            return
        n_lumps = 0 if content.aside is None else len(content.aside.paths)
        about = {
            "format": content.format,
            "n_cells": content.n_cells,
            "account": asdict(content.account),
            "notes": content.notes,
            "problems": [asdict(problem) for problem in content.problems],
            "refused": content.refused,
            "n_lumps": n_lumps,
        }
        if n_lumps:
            for name, lump in zip(_lumps(key, n_lumps), content.each(), strict=True):
                self._keep(self.folder / name, lump, {})
        self._keep(self.folder / key, content.observations, about)

    def _keep(self, path: Path, rows: pl.DataFrame, about: dict[str, Any]) -> None:
        """Keep rows; written beside their place and renamed, so that they are whole."""
        metadata = {_ABOUT: json.dumps(about, ensure_ascii=False)}
        written = io.BytesIO()
        rows.write_parquet(written, metadata=metadata)
        hash_ = hashlib.sha256(written.getbuffer()).hexdigest().encode()

        def write(beside: Path) -> None:
            with beside.open("wb") as file:
                file.write(hash_ + b"\n")
                file.write(written.getbuffer())

        self.used.add(path)
        replace_file(path, write, is_flushed=False)

    def prune(self) -> None:
        """Remove what this run did not ask for."""
        if self.folder is not None and self.folder.is_dir():
            for path in self.folder.iterdir():
                if path not in self.used and path.is_file():
                    path.unlink(missing_ok=True)


def _lumps(key: str, n_lumps: int) -> Iterator[str]:
    """Names under which the lumps of a content are kept."""
    return (f"{key}-{number:04}" for number in range(n_lumps))


def _names_line(problem: Problem) -> bool:
    return any(
        _LINE_OF_CARD.search(text) for text in (problem.expected, problem.found, problem.remedy)
    ) or is_card(problem.file.rpartition("/")[2])


def key_of_reading(sha256: str, shown: str, loaded: LoadedCard, catalogue: Catalogue) -> str:
    """The key under which a reading is kept.

    Args:
        sha256: hash of the file.
        shown: its path, which the problems name.
        loaded: its card, of which everything counts.
        catalogue: of the project.
    """
    parts = (sha256, shown, loaded.card.model_dump_json(), catalogue.fingerprint, reader_version())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def reader_version() -> str:
    """Hash of the code that reads one file, and of its libraries, so that a mended reader reads again.

    Packages that bring readers are among them: each of them may know any file.
    """
    code = source_of("nqpf_assets.sources.one_file")
    releases = releases_of(modules_behind(code), with_parsers=True) | packages_that_read()
    return hashlib.sha256(f"{code}{sorted(releases.items())}".encode()).hexdigest()
