"""Words in English and Chinese: both stand on a page, and its language says which is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from nqpf_assets.messages.shown_text import on_one_line

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Said:
    """The same in both languages, as plain text."""

    en: str
    zh: str

    def __html__(self) -> str:
        """Both, of which a page shows the one of its language."""
        if self.en == self.zh:
            return Markup("{}").format(on_one_line(self.en))
        return Markup(
            '<span class="en" lang="en">{}</span><span class="zh" lang="zh-Hans">{}</span>'
        ).format(on_one_line(self.en), on_one_line(self.zh))

    def of(self, language: str) -> str:
        """In one language."""
        return self.zh if language == "zh" else self.en


@cache
def words() -> Mapping[str, Said]:
    """All words of the pages by key."""
    import yaml

    known = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return {key: Said(*pair) for key, pair in known.items()}


def said(key: str) -> Said:
    """The words of a key."""
    return words()[key]
