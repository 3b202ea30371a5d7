"""Panel unit root tests as a table of a study: against the estimator on the published panel."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.estimators.descriptive.unit_roots import cross_section_dependence, unit_roots
from tests.command import nqpf
from tests.stages.mini import STUDY, Walk, walked
from tests.stages.refused import assert_refused

pytestmark = pytest.mark.slow  # whole projects are built

TABLES = """\
tables:
  roots: {kind: unit_roots, title: R, examine: [output, partly], lags: 0}
  apart: {kind: unit_roots, title: A, examine: [output], tests: [cross_section_dependence], first: 2016}
"""
PARTLY = '  partly: {expression: "lag(gdp, 1) * is_group(areas, big) / is_group(areas, big)"}\n'
"""A variable that only the units of a group have."""
GROUPS = "groups:\n  areas: {big: [北京, 天津, 河北], rest: [山西]}\n"


def study_of(tables: str) -> str:
    study = STUDY.replace("indices:\n", f"{PARTLY}indices:\n")
    return study.replace("tables:\n", GROUPS + tables)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("roots"), study_of(TABLES), is_published=True)


def values(mini: Walk, name: str, first: int = 2015) -> np.ndarray:
    rows = mini.query(
        f"SELECT {name} FROM mini.panel WHERE period >= {first} AND {name} IS NOT NULL ORDER BY unit, period"
    )
    return np.array(rows).reshape(-1, 2019 - first)


@pytest.mark.parametrize(("label", "name"), [("Output", "output"), ("partly", "partly")])
def test_a_row_is_that_of_the_units_with_all_years(mini: Walk, label: str, name: str) -> None:
    y = values(mini, name)
    expected, cd = unit_roots(y, 0), cross_section_dependence(y)
    (found,) = mini.query(
        "SELECT n_units, n_periods, levin_lin_chu, im_pesaran_shin_p_value, fisher, cross_section_dependence"
        f" FROM mini.roots WHERE row_label = '{label}'"
    )
    assert found == pytest.approx(
        (
            *y.shape,
            expected.levin_lin_chu.statistic,
            expected.im_pesaran_shin.p_value,
            expected.fisher.statistic,
            cd.statistic,
        ),
        rel=1e-10,
    )


def test_units_that_lack_a_year_are_told_and_no_cell_of_theirs_is_listed(mini: Walk) -> None:
    assert len(values(mini, "partly")) == 3
    notes = mini.query("SELECT row_label FROM mini.roots WHERE row_kind = 'note'")
    assert ("Units left out, for want of a value in some year: 1 of partly.",) in notes
    listed = mini.query(
        "SELECT DISTINCT from_unit FROM mini.table_read WHERE table_name = 'roots' AND group_name = 'partly'"
        " AND number = 'fisher' ORDER BY 1"
    )
    assert listed == [("110000",), ("120000",), ("130000",)]


def test_it_is_printed_with_stars(mini: Walk) -> None:
    ran = nqpf("show", "mini.roots", project=mini.project.root)
    assert re.search(r"n +T +LLC +IPS +Fisher +CD", ran.out)
    ((cd, p),) = mini.query(
        "SELECT cross_section_dependence, cross_section_dependence_p_value FROM mini.roots"
        " WHERE row_label = 'Output'"
    )
    mark = "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""
    assert re.search(rf"Output +4 +4 .* {re.escape(f'{cd:.3f}{mark}')}\s", ran.out)
    said = " ".join(ran.out.split())
    assert "the moments of 10 periods, the fewest there are; regressions have 3" in said
    assert "the moments of 25 periods, the fewest there are; here are 4" in said


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[outputs], lags: 0", "did you mean `output`?"),
        ("[output, output], lags: 0", "each variable once"),
        ("[output], lags: 5", "4"),
        ("[output], lags: 1", "6 or more years"),
        ("[output], lags: 0, trend: true", "5 or more years"),
        ("[output], lags: 0, last: 2017", "4 or more years"),
        ("[output], tests: [cross_section_dependence], lags: 0", "remove `lags`"),
        ("[output], tests: [cross_section_dependence], last: 2016", "3 or more years"),
    ],
)
def test_what_cannot_be_tested_is_told_with_its_line(
    tmp_path: Path, written: str, told: str
) -> None:
    assert_refused(
        tmp_path,
        study_of(f"tables:\n  roots: {{kind: unit_roots, title: S, examine: {written}}}\n"),
        written,
        told,
    )
