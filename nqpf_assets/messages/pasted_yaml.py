"""Words in YAML that a message prints to be pasted.

A unit ``%``, a label with a colon or a ``#`` is no plain YAML; whatever a file prints is set in quotes
here by one rule, so that every remedy can be pasted as it stands.
"""

from __future__ import annotations

import json
import re

from nqpf_assets.messages.shown_text import without_controls

_PLAIN = re.compile(r"[^\W\d][\w()（）/%％. -]*(?<! )")
_NO_WORDS = frozenset(("yes", "no", "on", "off", "true", "false", "null", "y", "n"))


def yaml_word(text: str) -> str:
    """A word in quotes where YAML would take it for something else."""
    if _PLAIN.fullmatch(text) is not None and text.lower() not in _NO_WORDS:
        return text
    if "\n" in text or without_controls(text) != text:
        return json.dumps(text)
    return "'" + text.replace("'", "''") + "'"
