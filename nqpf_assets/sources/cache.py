"""What was read once: the observations of a file, kept until anything they depend on changes.

A file is known by its content, its place, its card, the catalogue and the code that reads. One
Parquet file holds the observations and, in its metadata, what else the reading said.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from nqpf_assets.problems import Problem
from nqpf_assets.sources.ledger import Account
from nqpf_assets.store import replace_file

_ABOUT = "nqpf"


@dataclass(frozen=True)
class FileContent:
    """What one file says, resolved: see `observations.observations_of` for the columns."""

    observations: pl.DataFrame
    format: str
    n_cells: int
    account: Account
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass
class ReadCache:
    """Files that were read, in a folder; without a folder nothing is kept."""

    folder: Path | None
    used: set[Path] = field(default_factory=set)

    def get(self, key: str) -> FileContent | None:
        """What is kept under a key; a damaged entry counts as none."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.parquet"
        self.used.add(path)
        try:
            about = json.loads(pl.read_parquet_metadata(path)[_ABOUT])
            observations = pl.read_parquet(path)
        except (OSError, KeyError, TypeError, ValueError, pl.exceptions.PolarsError):
            return None
        return FileContent(
            observations,
            about["format"],
            about["n_cells"],
            Account(**about["account"]),
            tuple(about["notes"]),
            tuple(Problem(**problem) for problem in about["problems"]),
        )

    def put(self, key: str, content: FileContent) -> None:
        """Keep a content; written beside its place and renamed, so that it is whole."""
        if self.folder is None:
            return
        about = {
            "format": content.format,
            "n_cells": content.n_cells,
            "account": asdict(content.account),
            "notes": content.notes,
            "problems": [asdict(problem) for problem in content.problems],
        }
        metadata = {_ABOUT: json.dumps(about, ensure_ascii=False)}
        replace_file(
            self.folder / f"{key}.parquet",
            lambda beside: content.observations.write_parquet(beside, metadata=metadata),
            is_flushed=False,
        )

    def prune(self) -> None:
        """Remove what this run did not ask for."""
        if self.folder is not None and self.folder.is_dir():
            for path in self.folder.glob("*.parquet"):
                if path not in self.used:
                    path.unlink(missing_ok=True)


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
    """Hash of the code that reads, so that a mended reader reads again."""
    digest = hashlib.sha256(pl.__version__.encode())
    package = Path(__file__).parent.parent
    for path in sorted(
        [
            path
            for glob in ("sources/*.py", "catalog/*.py", "catalog/*.csv")
            for path in package.glob(glob)
        ]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()
