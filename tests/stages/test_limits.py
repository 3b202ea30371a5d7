"""Limits and accepted findings: a changed one makes stale what is held against it, and lets it pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from nqpf_assets.projects.opened import open_project
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.limits import setting_sql
from nqpf_assets.stages.sql import bind
from nqpf_assets.user_input.settings import Settings
from tests.command import nqpf
from tests.stages.mini import CARD, Walk, output, page, walked, write_mini

NEXT = {
    "raw/bureau/2020/output.csv": page("output", lambda r, y: 1e4 * (output(r, y) or 100)),
    "raw/bureau/2020/output.csv.card.yaml": CARD.format(
        publisher="Bureau", status="official", published="2020-10", unit="亿元", label="output", series="gdp"
    ),
}  # fmt: skip
"""The next vintage, printed in 万元 while the card still says 亿元."""


@pytest.fixture
def mini(tmp_path: Path) -> Walk:
    return walked(tmp_path)


def stale(walked: Walk, text: str) -> set[str]:
    """Steps that these settings make stale by themselves."""
    (walked.project.root / "nqpf.yaml").write_text(text, "utf-8")
    opened = open_project(walked.project)
    certain = {one.step.name for one in opened.plan(RawState.of(walked.project)) if one.is_certain}
    # Lineage is read from the queries, which have the settings in their text.
    return certain - {"catalog__column_lineage"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("limits: {magnitude: 2}", {"audit__magnitude"}),
        ("limits: {revision: 0.2}", {"audit__magnitude"}),
        ("limits: {totals: 0.01}", {"audit__total"}),
        ("limits: {totals_stop: 0.5}", {"audit__total"}),
        ("limits: {weight_shift: 0.5}", set()),
        ("keep: {publications: 3}", set()),
        ("accept: [{check: magnitude, about: x, reason: r, date: 2026-01-01}]", {"audit__magnitude"}),
        ("accept: [{check: totals, about: x, reason: r, date: 2026-01-01}]", {"audit__total"}),
        ("accept: [{check: series_break, about: x, reason: r, date: 2026-01-01}]", {"audit__series_break"}),
        ("accept: [{check: results, about: x, reason: r, date: 2026-01-01}]", set()),
    ],
)  # fmt: skip
def test_exactly_the_step_that_is_held_against_it_is_stale(
    mini: Walk, text: str, steps: set[str]
) -> None:
    assert stale(mini, text) == steps


@pytest.mark.slow
def test_another_size_holds_back_until_the_printed_lines_are_pasted(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    assert nqpf("refresh", project=tmp_path).status == 0
    published = project.database.read_bytes()
    for name, text in NEXT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    # The bounds of the study would stop it too, later and with another reason.
    study = tmp_path / "studies" / "mini.yaml"
    study.write_text(study.read_text("utf-8").replace(", minimum: 1, maximum: 1e9", ""), "utf-8")
    held = nqpf("refresh", project=tmp_path)
    assert held.status == 1
    assert "check magnitude, gdp Bureau 2020" in held.err
    assert "about 10000 times those of Bureau 2019" in held.err
    assert project.database.read_bytes() == published
    (lines,) = re.findall(r"in nqpf.yaml:\n((?:    .*\n)+)", held.err)
    entry = yaml.safe_load(lines)["accept"][0]
    # What has moved against the last publication is accepted beside it.
    moved = "".join(
        f"      - {{check: {check}, about: '*', reason: follows, date: 2026-11-24}}\n"
        for check in ("weights", "results", "coverage")
    )
    text = lines.replace("…", "printed in 万元 on purpose") + moved
    (tmp_path / "nqpf.yaml").write_text(text, "utf-8")
    assert entry["about"] == "gdp Bureau 2020"
    passed = nqpf("refresh", project=tmp_path)
    assert passed.status == 0
    assert "warning: audit.magnitude: check magnitude, gdp Bureau 2020" in passed.err
    assert "printed in 万元 on purpose" in passed.err
    assert project.database.read_bytes() != published


def test_a_star_stands_for_any_text_and_nothing_else_does() -> None:
    def accepted(about: str, found: str) -> bool:
        entry = {"check": "magnitude", "about": about, "reason": "r", "date": "2026-01-01"}
        return (
            Settings.model_validate({"accept": [entry]}).acceptance("magnitude", found) is not None
        )

    assert accepted("gdp * 2025", "gdp 国家统计局 2025")
    assert accepted("gdp [a] 2025", "gdp [a] 2025")
    assert not accepted("gdp", "gdp 2025")
    assert not accepted("gdp.2025", "gdp 2025")
    assert not accepted("gdp ?", "gdp 2")


def test_a_setting_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="which is no setting"):
        bind("SELECT a FROM setting.nothing", study=None, studies=())
    assert "SELECT 0.02 AS totals" in setting_sql("totals", Settings.model_validate({}))
