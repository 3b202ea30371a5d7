"""Breaks that several declare for one series and year."""

from __future__ import annotations

from nqpf_assets.catalog.declared_breaks import breaks_frame


def test_notes_of_all_are_kept() -> None:
    declared = [
        ("gdp", 2018, "economic census", False),
        ("gdp", 2018, "new sample", True),
        ("gdp", 2018, "economic census", False),
        ("gdp", 2013, "economic census", False),
    ]
    assert sorted(breaks_frame(declared).rows()) == [
        ("gdp", 2013, "economic census", False),
        ("gdp", 2018, "new sample; economic census", True),
    ]
