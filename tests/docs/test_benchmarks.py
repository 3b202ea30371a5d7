"""The page of benchmarks: written from what is kept, its contestants agreeing about what they compute."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.suite.line import OURS, STRIPPED, lines
from benchmarks.suite.page import PAGE, page
from benchmarks.suite.results import Measured, Results, changes, kept, renewed

LINES = lines()
QUICK = [name for name, one in LINES.items() if one.of == "rows"]
"""Lines whose warm size takes a moment."""


def test_the_page_is_written_from_what_was_measured() -> None:
    assert PAGE.read_text("utf-8") == page(kept(), LINES)


def test_every_line_was_measured_and_nothing_failed() -> None:
    results = kept()
    assert {one.line for one in results.measured} == {*LINES}
    assert [one for one in results.measured if one.failed] == []
    for one in results.measured:
        assert one.difference is None or one.difference < LINES[one.line].contestants[one.who].same


@pytest.mark.parametrize("name", QUICK)
def test_ours_and_the_bare_arithmetic_agree(name: str) -> None:
    line = LINES[name]
    assert next(iter(line.contestants)) == OURS
    found = line.contestants[OURS].run(line.data(line.warm))
    assert found
    if STRIPPED in line.contestants:
        bare = line.contestants[STRIPPED]
        assert bare.run(line.data(line.warm)) == pytest.approx(found, rel=bare.same)


def test_ratios_that_changed_by_a_fifth_are_told() -> None:
    ours = Measured("line", OURS, 100, (2.0,))
    peer = Measured("line", "peer", 100, (10.0,))
    alone = Measured("other", OURS, 1, (1.0,))
    before = Results("", "", (ours, peer, alone))
    assert [*changes(before, before)] == []
    now = Results(
        "", "", (replace(ours, seconds=(3.0, 2.6, 2.0)), peer, replace(alone, seconds=(0.5,)))
    )
    assert [*changes(before, now)] == [
        "line at 100: slower: beside peer 5.00 → 3.85",
        "other at 1: faster: 1.00 s → 0.50 s",
    ]
    little = replace(before, measured=(replace(ours, seconds=(2.2,)), peer, alone))
    assert [*changes(before, little)] == []


def test_growth_is_the_power_of_the_size() -> None:
    rows = [Measured("line", OURS, size, (size**1.5,)) for size in (10, 100, 1000)]
    assert Results("", "", tuple(rows)).growth("line") == pytest.approx(1.5)
    assert Results("", "", (rows[0],)).growth("line") is None


def test_a_line_that_is_measured_anew_says_when_and_where() -> None:
    old = [Measured(line, OURS, 1, (1.0,)) for line in ("looking", "tobit")]
    before = Results("this one", "2026-11-28", tuple(old))
    again = Measured("tobit", OURS, 1, (2.0,))
    now = renewed(before, Results("another", "2026-11-30", (again,)))
    apart = "2026-11-30: another"
    assert now.measured == (old[0], replace(again, apart=apart))
    assert (now.apart("looking"), now.apart("tobit")) == ("", apart)
    head, _, tobit = page(now, LINES).partition("## Tobit")
    assert "Measured on\n2026-11-28, where a line does not say otherwise: this one." in head
    assert f"\nMeasured on {apart}.\n" in tobit
    assert apart not in head
    assert renewed(before, replace(before, measured=(again,))).measured == (old[0], again)
