"""What the tests read out of Markdown files: fenced blocks with commands, links, headings."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
_FENCE = re.compile(r"^(`{3,}|~{3,})[ ]*(\w*)[^\n]*\n(.*?)^\1[ ]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def markdown_files(*, committed: bool = False) -> list[Path]:
    """Every Markdown file of the project that git knows, or else would add; none of installed packages."""
    more = [] if committed else ["--others", "--exclude-standard"]
    command = ["git", "ls-files", "--cached", *more, "*.md"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, encoding="utf-8", check=True)
    paths = [CHECKOUT / line for line in done.stdout.splitlines()]
    return [path for path in paths if path.is_file() and "site-packages" not in path.parts]


def blocks(text: str, *languages: str) -> list[str]:
    """Contents of the fenced blocks in these languages."""
    return [body for _, language, body in _FENCE.findall(text) if language in languages]


def without_blocks(text: str) -> str:
    """The text less its fenced blocks and code spans, in which a bracket is no link."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text))


def links(text: str) -> list[str]:
    """Targets of all links and pictures."""
    return _LINK.findall(without_blocks(text))


def anchors(text: str) -> set[str]:
    """Anchors of the headings, as GitHub makes them."""
    found: dict[str, int] = {}
    names = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        words = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = found.get(anchor, 0)
        found[anchor] = count + 1
        names.add(f"{anchor}-{count}" if count else anchor)
    return names


def session(block: str) -> list[tuple[str, list[str]]]:
    """Commands of a ``console`` block, each with the lines that it is said to print.

    A command begins with ``$ `` and goes on over lines that end in a backslash or leave a quote open, and
    to the end of a text that it is given (``<<'END'``).
    """
    steps: list[tuple[str, list[str]]] = []
    is_open = False
    for line in block.splitlines():
        if is_open:
            command = steps[-1][0] + "\n" + line
            steps[-1] = (command, [])
        elif line.startswith("$ "):
            steps.append((line[2:], []))
            command = line[2:]
        else:
            if not steps:
                raise ValueError(f"a console block begins with output: {line!r}")
            steps[-1][1].append(line)
            continue
        is_open = not _is_whole(command)
    return steps


def _is_whole(command: str) -> bool:
    if command.endswith("\\"):
        return False
    if given := re.search(r"<<'(\w+)'$", command, re.MULTILINE):
        return command.endswith(f"\n{given[1]}")
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return False
    return True
