"""What is remembered of a source between runs: which file it became, of which state, and what was said of it.

A small note in `warehouse/fetch/`; without it everything is asked for again, and nothing else is lost.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from nqpf_assets.sources.said import Said
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import replace_file, sha256_of


@dataclass(frozen=True)
class Remembered:
    """What is known of a source from the last time.

    Attributes:
        path: of its file below the project.
        etag, modified: the server's mark of it.
        said: what `sources.yaml` said of it when its card was written, as `said_of` has it.
    """

    path: str
    sha256: str
    etag: str = ""
    modified: str = ""
    said: str = ""


def said_of(said: Said) -> str:
    """What was said beside the file, for comparison with another time."""
    return json.dumps(asdict(replace(said, accessed=None)), ensure_ascii=False)


class Notes:
    """What is remembered of all sources of a project, by key."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.file = project.warehouse / "fetch" / "fetched.json"
        self.of: dict[str, Remembered] = {}
        with suppress(OSError, ValueError, TypeError, AttributeError):
            stored = json.loads(self.file.read_text("utf-8"))
            self.of = {key: Remembered(**one) for key, one in stored.items()}

    def standing(self, key: str) -> Remembered | None:
        """What is remembered, where its file stands in `raw/` as it came."""
        one = self.of.get(key)
        if one is None:
            return None
        with suppress(OSError):
            if sha256_of(self.project.root / one.path) == one.sha256:
                return one
        return None

    def keep(self, key: str, one: Remembered) -> None:
        """Remember a source from now on."""
        self.of[key] = one
        text = json.dumps({key: asdict(one) for key, one in sorted(self.of.items())}, indent=1,
                          ensure_ascii=False)  # fmt: skip
        replace_file(self.file, lambda beside: beside.write_text(f"{text}\n", "utf-8"))
