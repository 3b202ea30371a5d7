"""An origin card as text, written for a file: what is known as keys, what is open as comments.

Which facts a file gives is found in `card_draft`; here they become lines that a person can go on with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nqpf_assets.messages.pasted_yaml import yaml_word

_AT = 28
"""Where remarks begin, if the line is shorter."""


@dataclass(frozen=True)
class Open:
    """A fact that a file does not say and its card has to.

    Attributes:
        key: where it belongs: ``unit``, or ``columns.year``.
        what: in words: ``the year of all rows``.
        names: printed labels that it is asked for, each its own; none where one word will do.
        likely: the likely answer, empty where nothing speaks for any.
    """

    key: str
    what: str
    names: tuple[str, ...] = ()
    likely: str = ""


@dataclass(frozen=True)
class CardLines:
    """What is written into a card.

    Attributes:
        known: keys with their values, in order; blocks are mappings.
        remarks: key, with those above it (``columns.year``), to what is said behind it.
        opens: facts that are missing.
    """

    known: Mapping[str, Any]
    remarks: Mapping[str, str]
    opens: Sequence[Open]

    @property
    def text(self) -> str:
        """The card as a file."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        blocks: dict[str, list[tuple[str, Open]]]
        blocks = {one.key.partition(".")[0]: [] for one in self.opens if "." in one.key}
        for one in self.opens:
            block, dot, key = one.key.partition(".")
            if dot:
                blocks[block].append((key, one))
        for key, value in self.known.items():
            yield from _entry(key, value, 0, self.remarks)
            for inside, one in blocks.get(key, ()):
                yield _blank(f"  # {inside}:", one)
        for one in self.opens:
            if "." not in one.key:
                yield _blank(f"# {one.key}:", one)


def _blank(begin: str, one: Open) -> str:
    """A commented line to fill in."""
    inside = ", ".join(f"{yaml_word(name)}: " for name in one.names)
    line = f"{begin} {{{inside}}}" if one.names else begin
    likely = f"; {one.likely}?" if one.likely else ""
    return f"{line.ljust(_AT)}  # {one.what}{likely}"


def _entry(
    key: str, value: Any, depth: int, remarks: Mapping[str, str], within: str = ""
) -> Iterator[str]:
    """A key with its value: blocks and lists of them below each other, other lists in the line."""
    path = f"{within}{key}"
    is_block = isinstance(value, Mapping)
    is_list_of_blocks = isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
    if is_list_of_blocks:
        yield f"{'  ' * depth}{yaml_word(key)}:"
        yield from (f"{'  ' * (depth + 1)}- {flow(one)}" for one in value)
        return
    line = f"{'  ' * depth}{yaml_word(key)}:" + ("" if is_block else f" {flow(value)}")
    remark = remarks.get(path, "")
    yield f"{line.ljust(_AT)}  # {remark}" if remark else line
    if is_block:
        for name, inside in value.items():
            yield from _entry(str(name), inside, depth + 1, remarks, f"{path}.")


def flow(value: Any) -> str:
    """A list, mapping or word in YAML's flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{yaml_word(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | dt.date) else yaml_word(str(value))
