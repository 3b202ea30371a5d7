"""Small JSON files of our own that say whether they are still what was written.

Each carries the hash of its content: one that a disk or a hand changed counts as unreadable, never as
another truth.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from nqpf_assets.warehouse.durable import replace_file

SEAL = "seal"


def sealed(content: dict[str, Any]) -> str:
    """The content as JSON, with its hash as the last entry."""
    return json.dumps(content | {SEAL: _hash(content)}, indent=1, ensure_ascii=False)


def unsealed(text: str) -> dict[str, Any]:
    """The content of such a file; one of an earlier release, which has no hash, is taken as it is.

    Raises:
        ValueError: it is no such file, or not what was written.
    """
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("no entries")
    if SEAL in content and content.pop(SEAL) != _hash(content):
        raise ValueError("not what was written")
    return content


def write_sealed(path: Path, content: dict[str, Any], *, is_flushed: bool = True) -> None:
    """Put such a file in place, whole.

    Raises:
        OSError: it cannot be written.
    """
    text = sealed(content)
    replace_file(path, lambda beside: beside.write_text(text, "utf-8"), is_flushed=is_flushed)


def _hash(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
