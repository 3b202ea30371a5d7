"""Shapley shares of R² as a table of a study: against the estimator on the published panel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimators.descriptive.shapley import shapley_shares
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.stages.printed_panel_table import PanelRows
from nqpf_assets.stages.shapley import divide_r2
from nqpf_assets.studies.table_kinds.shapley import ShapleyTable
from tests.command import nqpf
from tests.stages.mini import STUDY, Walk, walked
from tests.stages.refused import assert_refused

TABLE = "{kind: shapley, title: P, outcome: output, regressors: [people_before, output_per_person]"


def study_of(table: str) -> str:
    return STUDY.replace("tables:\n", f"tables:\n  parts: {table}\n")


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folder = tmp_path_factory.mktemp("shapley")
    return walked(folder, study_of(f"{TABLE}, effects: [unit]}}"), is_published=True)


@pytest.mark.slow
def test_parts_are_those_of_the_rows_that_have_all(mini: Walk) -> None:
    rows = mini.query(
        "SELECT unit, output, people_before, output_per_person FROM mini.panel"
        " WHERE people_before IS NOT NULL AND output_per_person IS NOT NULL AND output IS NOT NULL"
    )
    values = np.array([row[1:] for row in rows])
    unit = np.unique([row[0] for row in rows], return_inverse=True)[1]
    expected = shapley_shares(values[:, 0], values[:, 1:], [unit])
    found = dict(mini.query("SELECT row_label, r2_part FROM mini.parts WHERE row_kind = 'group'"))
    assert found["People the year before"] == pytest.approx(expected.parts[0], rel=1e-9)
    assert found["output_per_person"] == pytest.approx(expected.parts[1], rel=1e-9)
    shares = mini.query("SELECT sum(r2_part_share) FROM mini.parts WHERE row_kind = 'group'")
    assert shares == [(pytest.approx(1),)]
    read = mini.query("SELECT DISTINCT variable FROM mini.table_read WHERE table_name = 'parts'")
    assert {one for (one,) in read} == {"output", "people_before", "output_per_person"}
    ran = nqpf("show", "mini.parts", project=mini.project.root)
    assert "part of R²" in ran.out
    assert "once effects of units are removed" in " ".join(ran.out.split())


def test_an_outcome_of_which_nothing_is_explained_is_told() -> None:
    signs = {"x": [1.0, -1.0, 1.0, -1.0], "z": [1.0, 1.0, -1.0, -1.0], "y": [1.0, -1.0, -1.0, 1.0]}
    rows = pl.DataFrame({"unit": list("aabb"), "period": [1, 2, 1, 2], **signs})
    table = ShapleyTable(title="P", kind="shapley", outcome="y", regressors=("x", "z"), effects=())
    with pytest.raises(EstimationError, match="regressors explain nothing of `y`"):
        divide_r2(table, PanelRows("mini.parts", rows))


MANY = ", ".join(f"output_{n}" for n in range(13))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "told"),
    [
        (f"{{kind: shapley, title: P, outcome: output, regressors: [{MANY}]}}", "12 regressors"),
        (TABLE.replace("[people_before", "[output") + "}", "`output`, the outcome"),
        (TABLE + ", effects: [unit, unit]}", "each effect once"),
        (TABLE.replace("outcome: output,", "outcome: outputs,") + "}", "did you mean `output`"),
    ],
)
def test_what_cannot_be_divided_is_told_with_its_line(
    tmp_path: Path, written: str, told: str
) -> None:
    assert_refused(tmp_path, study_of(written), written, told)
