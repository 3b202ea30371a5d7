"""The quick reader of our own YAML files gives what the careful one gives, which knows doubled keys."""

from __future__ import annotations

from importlib.resources import files

import pytest

from nqpf_assets.user_input.lined_yaml import read_shipped_yaml, read_yaml


@pytest.mark.parametrize("name", ["series.yaml", "columns.yaml"])
def test_quick_reading_gives_the_same(name: str) -> None:
    text = files("nqpf_assets.catalog").joinpath(name).read_text(encoding="utf-8")
    careful = read_yaml(text, name)
    assert careful.problems == ()
    assert read_shipped_yaml(text) == careful.data
