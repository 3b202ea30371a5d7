"""An earlier publication as the database file it was, put together again from the archive."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from nqpf_assets.publications.archive import content_path, require_kept
from nqpf_assets.publications.assemble import assemble
from nqpf_assets.publications.manifest import Manifest, manifests
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import SUFFIXES


@contextmanager
def recalled(project: Project, manifest: Manifest) -> Iterator[Path]:
    """The file while it is needed: a reader that opened it may go on after it is removed.

    Raises:
        InputError: a content of the archive is missing or is not what it was.
    """
    path = project.warehouse / f".recalled-{manifest.number}.{os.getpid()}"
    with ExitStack() as stack:
        if not os.access(project.warehouse, os.W_OK):  # on a read-only share, say
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="nqpf-"))
            path = Path(folder) / f"recalled{SUFFIXES[0]}"
        stack.callback(path.unlink, missing_ok=True)
        write_recalled(project, manifest, path)
        yield path


def write_recalled(project: Project, manifest: Manifest, path: Path) -> None:
    """Write an earlier publication as a database file.

    Raises:
        InputError: a content of the archive is missing or is not what it was.
    """
    require_kept(project, manifest, manifest.tables)
    past = manifests(project, before=manifest.number)
    assemble(path, past, manifest, lambda name: content_path(project, manifest.tables[name].sha256))
