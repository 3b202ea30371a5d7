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
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from nqpf_assets.formats.ledger import Account
from nqpf_assets.formats.registry import packages_that_read
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_files import is_card
from nqpf_assets.warehouse.code_hash import modules_behind, source_of
from nqpf_assets.warehouse.durable import replace_file
from nqpf_assets.warehouse.releases import releases_of

_ABOUT = "nqpf"
_LINE_OF_CARD = re.compile(r"\bline \d+ of .*card\.yaml")


@dataclass(frozen=True)
class FileContent:
    """What one file says, resolved: see `observations.observations_of` for the columns.

    `refused` names the series that a file with errors would have given.
    """

    observations: pl.DataFrame
    format: str
    n_cells: int
    account: Account
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    refused: tuple[str, ...] = ()


@dataclass
class ReadCache:
    """Files that were read, in a folder; without a folder nothing is kept."""

    folder: Path | None
    used: set[Path] = field(default_factory=set)

    def get(self, key: str) -> FileContent | None:
        """What is kept under a key; a damaged entry counts as none."""
        if self.folder is None:
            return None
        path = self.folder / key
        self.used.add(path)
        try:
            hash_, content = path.read_bytes().split(b"\n", 1)
            if hashlib.sha256(content).hexdigest().encode() != hash_:
                return None
            about = json.loads(pl.read_parquet_metadata(io.BytesIO(content))[_ABOUT])
            observations = pl.read_parquet(io.BytesIO(content))
        except (OSError, KeyError, TypeError, ValueError, pl.exceptions.PolarsError):
            return None
        return FileContent(
            observations,
            about["format"],
            about["n_cells"],
            Account(**about["account"]),
            tuple(about["notes"]),
            tuple(Problem(**problem) for problem in about["problems"]),
            tuple(about["refused"]),
        )

    def put(self, key: str, content: FileContent) -> None:
        """Keep a content; written beside its place and renamed, so that it is whole.

        One with problems that name a line of its card is read again: the line moves with a comment.
        """
        if self.folder is None or any(_names_line(problem) for problem in content.problems):
            return
        about = {
            "format": content.format,
            "n_cells": content.n_cells,
            "account": asdict(content.account),
            "notes": content.notes,
            "problems": [asdict(problem) for problem in content.problems],
            "refused": content.refused,
        }
        metadata = {_ABOUT: json.dumps(about, ensure_ascii=False)}
        written = io.BytesIO()
        content.observations.write_parquet(written, metadata=metadata)
        hash_ = hashlib.sha256(written.getbuffer()).hexdigest().encode()

        def write(beside: Path) -> None:
            with beside.open("wb") as file:
                file.write(hash_ + b"\n")
                file.write(written.getbuffer())

        replace_file(self.folder / key, write, is_flushed=False)

    def prune(self) -> None:
        """Remove what this run did not ask for."""
        if self.folder is not None and self.folder.is_dir():
            for path in self.folder.iterdir():
                if path not in self.used and path.is_file():
                    path.unlink(missing_ok=True)


def _names_line(problem: Problem) -> bool:
    return any(
        _LINE_OF_CARD.search(text) for text in (problem.expected, problem.found, problem.remedy)
    ) or is_card(problem.file.rpartition("/")[2])


def cache_key(sha256: str, shown: str, card: str, catalogue: str) -> str:
    """The key of a file's content.

    Args:
        sha256: hash of the file.
        shown: its path, which the problems name.
        card: everything its card says.
        catalogue: fingerprint of the catalogue.
    """
    parts = (sha256, shown, card, catalogue, reader_version())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def reader_version() -> str:
    """Hash of the code that reads one file, and of its libraries, so that a mended reader reads again.

    Packages that bring readers are among them: each of them may know any file.
    """
    code = source_of("nqpf_assets.sources.one_file")
    releases = releases_of(modules_behind(code), with_parsers=True) | packages_that_read()
    return hashlib.sha256(f"{code}{sorted(releases.items())}".encode()).hexdigest()
