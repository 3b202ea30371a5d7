"""Effects of a product, large-sample errors and a wild bootstrap, from raw files to the printed table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import nqpf
from tests.stages.mini import STUDY, walked

COLUMNS = """\
groups:
  halves: {north: [北京, 天津], south: [河北, 山西]}
tables:
  effects:
    title: Effects
    model: {outcome: output, regressors: [people_before]}
    columns:
      - {label: (1), effects: [unit, period, halves * period], vcov: {large_sample: true, type: robust}}
      - {label: (2), effects: [unit, unit * trend], vcov: {type: unadjusted}}
      - {label: (3), effects: [unit], vcov: {type: wild_bootstrap, multipliers: webb, draws: 199, seed: 3}}
      - {label: (4), effects: [unit], vcov: {type: wild_bootstrap}}
"""
WHOLE = STUDY[: STUDY.index("tables:")] + COLUMNS


@pytest.mark.slow
def test_from_raw_files_to_the_printed_table(tmp_path: Path) -> None:
    walk = walked(tmp_path, WHOLE)
    printed = {
        row[0]: row[1:]
        for row in walk.query('SELECT row_label, "(1)", "(2)", "(3)", "(4)" FROM mini.effects')
    }
    assert printed["Unit fixed effects"] == ("Yes", "Yes", "Yes", "Yes")
    assert printed["Halves × period fixed effects"] == ("Yes", "No", "No", "No")
    assert printed["Unit × trend fixed effects"] == ("No", "Yes", "No", "No")
    models = walk.query(
        "SELECT column_label, effects, vcov, small_sample, df_test, note FROM result.model "
        "WHERE table_name = 'effects' ORDER BY column_label"
    )
    assert models[0][1:5] == ("unit, period, halves * period", "robust", "large_sample", None)
    assert models[2][2:5] == ("wild_bootstrap by unit", "xtreg", None)
    assert "199 draws, seed 3" in models[2][5]
    assert "16 changes of sign alone" in models[3][5]
    p_values = walk.query(
        "SELECT column_label, p_value, conf_low FROM result.estimate "
        "WHERE table_name = 'effects' AND term = 'people_before' ORDER BY column_label"
    )
    assert [one[1] is None for one in p_values] == [False, False, False, True]
    assert p_values[3][2] is None


@pytest.mark.slow
def test_commands_tell_of_them(tmp_path: Path) -> None:
    """Numbers are explained with the cells that matter most, and a do-file says what it leaves out."""
    walked(tmp_path, WHOLE, is_published=True)
    for label in ("(1)", "(2)", "(3)"):
        told = nqpf("explain", "mini.effects", label, "people_before", project=tmp_path)
        assert told.status == 0, told.err
    assert "wild_bootstrap by unit" in told.out
