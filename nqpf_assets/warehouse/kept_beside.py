"""What was worked out from the program's own text, kept beside it as Python keeps its compiled modules.

It follows from the text alone and takes seconds: what runs of each module, how a query reads its tables. Kept
in `__pycache__` of the package, it serves every project. Where Python may write none, or nobody may write
there, it is worked out again. Nothing of a user's files stands there; all of it may be removed.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from nqpf_assets.user_input.project import PACKAGE
from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed

FOLDER = PACKAGE / "__pycache__"
MOST = 2000
"""So many of one kind are kept; of more, the older half goes."""


def recall(kind: str, *of: object) -> Any:
    """What was kept of these; None where nothing was, or it is not what was written."""
    try:
        return unsealed(_path(kind, of).read_text("utf-8"))["made"]
    except (OSError, ValueError, KeyError):
        return None


def keep(made: Any, kind: str, *of: object) -> None:
    """Keep what was made of these, if one may.

    Args:
        made: as JSON says it.
        kind: a word that names what it is.
        of: all that it follows from, each with a `repr` that tells it from any other.
    """
    if sys.dont_write_bytecode:
        return
    path = _path(kind, of)
    with suppress(OSError):
        write_sealed(path, {"made": made}, is_flushed=False)
        _thin_out(path.parent)


def _path(kind: str, of: tuple[object, ...]) -> Path:
    name = hashlib.sha256(repr(of).encode()).hexdigest()
    return FOLDER / f"nqpf_{kind}" / f"{name}.json"


def _thin_out(folder: Path) -> None:
    kept = list(folder.iterdir())
    if len(kept) > MOST:
        kept.sort(key=lambda one: one.stat().st_mtime)
        for one in kept[: len(kept) // 2]:
            one.unlink(missing_ok=True)
