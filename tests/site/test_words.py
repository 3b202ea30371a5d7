"""Words of the pages: each is used, each that is used is there, in two languages that differ."""

from __future__ import annotations

import re
from pathlib import Path

import nqpf_assets.site.words as module
from nqpf_assets.site.grids import STATUSES
from nqpf_assets.site.words import words

ROOM = Path(module.__file__).parent


def test_every_word_is_used_and_every_used_word_is_known() -> None:
    used = set(STATUSES.values())
    for template in (ROOM / "templates").glob("*.html"):
        for call in re.findall(r"\bt\(([^)]*)\)", template.read_text("utf-8")):
            used |= set(re.findall(r"'(\w+)'", call))
    assert used == words().keys()


def test_both_languages_are_said() -> None:
    for key, pair in words().items():
        assert pair.en.strip(), key
        assert re.search(r"[\u4e00-\u9fff]", pair.zh) or pair.zh == "English" or key == "p_value", (
            key
        )
