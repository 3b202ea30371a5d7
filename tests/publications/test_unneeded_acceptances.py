"""An accepted finding that is nowhere is told at its line; one that is there, or was, is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.unneeded_acceptances import TABLES, unneeded_acceptances
from tests.publications.revisions import revised
from tests.stages.mini import CARD, page, walked

SETTINGS = """\
limits: {weight_shift: 1}
accept:
  - {check: magnitude, about: "gdp *", reason: r, date: 2026-01-01}
  - check: magnitude
    about: gpd *
    reason: r
    date: 2026-01-01
  - {check: weights, about: "wealth *", reason: of a former publication, date: 2026-01-01}
"""
LATER = {
    "raw/bureau/2020/output.csv": page("output", revised(9.0)),
    "raw/bureau/2020/output.csv.card.yaml": CARD.format(
        publisher="Bureau", status="official", published="2020-10", unit="亿元", series="gdp", label="output"
    ),
}  # fmt: skip


@pytest.mark.slow
def test_an_accepted_finding_that_is_nowhere_is_told(tmp_path: Path) -> None:
    tables = tuple(f"audit.{name}" for name in TABLES.values())
    mini = walked(tmp_path, files={"nqpf.yaml": SETTINGS} | LATER, only=tables)
    (problem,) = unneeded_acceptances(open_project(mini.project))
    assert (problem.severity, problem.file, problem.where) == (
        "warning",
        "nqpf.yaml",
        "line 5, column 5",
    )
    assert "`gpd *`" in problem.found
