"""Files and their origin cards on the way to the disk.

A `RawFile` is one file with what its card says; folders get one ``card.yaml`` each. What stands
in which file is said in `province_files` and `chongqing_files`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LICENCE = "CC0-1.0; made up by a program, no publisher's data"


@dataclass(frozen=True)
class RawFile:
    """One raw file.

    Attributes:
        folder: ``publisher/vintage``.
        name: file name, which says nothing, as with the publishers.
        content: bytes.
        card: keys of the origin card for this file.
    """

    folder: str
    name: str
    content: bytes
    card: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Folder:
    """What holds for every file of a folder.

    Attributes:
        path: ``publisher/vintage``.
        comment: first lines of the card, for a reader.
        card: keys of the origin card.
    """

    path: str
    comment: str
    card: Mapping[str, Any]


def synthetic_folder(path: str, publisher: str, comment: str, **card: Any) -> Folder:
    """A folder of made-up files; `publisher` is whose layout they have, `card` holds further keys."""
    said = {"publisher": f"{publisher}（合成样例）", "status": "synthetic"}
    return Folder(path, comment, {**said, **card})


def card_text(folder: Folder, files: Sequence[RawFile]) -> bytes:
    """The ``card.yaml`` of a folder."""
    lines = [*(f"# {line}" for line in folder.comment.splitlines())]
    own = {"licence": LICENCE} if folder.card["status"] == "synthetic" else {}
    lines += _block({**folder.card, **own}, 0)
    lines.append("files:")
    for file in sorted(files, key=lambda one: one.name):
        lines.append(f"  {_scalar(file.name)}:")
        lines += _block(file.card, 4)
    return ("\n".join(lines) + "\n").encode()


def _block(keys: Mapping[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    pad = " " * indent
    for key, value in keys.items():
        name = _scalar(key)
        if isinstance(value, Mapping):
            lines += [f"{pad}{name}:", *_block(value, indent + 2)]
        elif isinstance(value, list | tuple):
            lines.append(f"{pad}{name}: [{', '.join(_scalar(one) for one in value)}]")
        else:
            lines.append(f"{pad}{name}: {_scalar(value)}")
    return lines


def _scalar(value: Any) -> str:
    """Plain where YAML takes it for a word, quoted otherwise."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = value and not set(value) & set(":#{}[],&*!|>'\"%@`\n") and value.strip() == value
    return value if plain and not value[0].isdigit() else json.dumps(value, ensure_ascii=False)
