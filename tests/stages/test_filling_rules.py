"""Nothing is filled unless the study says so, and what its numbers do not allow is left and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.defs.refresh import refresh
from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.inspection import everything_wrong
from nqpf_assets.stages.filling_rules import filling_rule
from nqpf_assets.steps.execute import warnings_of
from nqpf_assets.studies.spec import SeriesSource, Study
from nqpf_assets.user_input.project import Project
from tests.stages.mini import REGIONS, Walk, first_walk, write_mini

CARD = """\
publisher: Survey
title: Made up
status: survey
published: 2020
unit: 无
columns: {region: 地区, period: 年份, values: [real, whole, flag]}
"""
STUDY = """\
study: mini
title: Gaps
units: {level: province, only: [北京, 天津, 河北, 山西]}
periods: {first: 2015, last: 2018}
variables: {r: {series: real}, w: {series: whole}, f: {series: flag}}
"""
LINEAR = "interpolation: {method: linear, ends: %s}\n"


def data() -> str:
    """Every unit has 2015 and 2017 only; the flag is a zero and a one."""
    lines = ["地区,年份,real,whole,flag"]
    for place, name in enumerate(REGIONS.values()):
        lines += [
            f"{name},2015,{place}.5,{10 + place},0",
            f"{name},2017,{place + 2}.5,{20 + place},1",
        ]
    return "\n".join(lines) + "\n"


def project_of(root: Path, study: str) -> Project:
    files = {"raw/survey/2020/d.csv": data(), "raw/survey/2020/d.csv.card.yaml": CARD}
    return write_mini(root, study, files)


def built(root: Path, study: str) -> Walk:
    return first_walk(project_of(root, study), ("mini.filled_cell", "mini.series"))


def filled(done: Walk) -> dict[str, dict[int, tuple[float | None, str]]]:
    """Series → year → value and status of the first province."""
    cells = done.opened.store.scan(("mini", "filled_cell")).collect().to_dicts()
    found: dict[str, dict[int, tuple[float | None, str]]] = {}
    for row in cells:
        if row["unit"] == "110000":
            found.setdefault(row["variable"], {})[row["period"]] = (row["value"], row["status"])
    return found


def values(done: Walk, name: str) -> list[float | None]:
    return [filled(done)[name][year][0] for year in range(2015, 2019)]


@pytest.mark.slow
def test_a_study_that_says_nothing_fills_nothing(tmp_path: Path) -> None:
    done = built(tmp_path, STUDY)
    for name in ("real", "whole", "flag"):
        statuses = [filled(done)[name][year][1] for year in range(2015, 2019)]
        assert statuses == ["reported", "missing", "reported", "missing"]


@pytest.mark.slow
def test_a_line_goes_through_real_numbers_only(tmp_path: Path) -> None:
    done = built(tmp_path, STUDY + LINEAR % "trend")
    assert values(done, "real") == [0.5, 1.5, 2.5, 3.5]
    assert values(done, "whole") == [10, None, 20, None]
    assert values(done, "flag") == [0, None, 1, None]
    told = {one.where: one.found for one in warnings_of(done.made)}
    assert "8 cells" in told["check whole_numbers, series whole"]
    assert "zeros and ones" in told["check whole_numbers, series flag"]
    series = done.opened.store.scan(("mini", "series")).collect()
    kinds = dict(series.select("series_id", "value_kind").iter_rows())
    assert kinds == {"real": "real", "whole": "whole", "flag": "binary"}


@pytest.mark.slow
def test_the_nearest_value_is_one_that_was_published(tmp_path: Path) -> None:
    done = built(tmp_path, STUDY + "interpolation: {method: none, ends: nearest}\n")
    assert values(done, "real") == [0.5, None, 2.5, 2.5], "ends are filled, gaps are not"
    assert values(done, "whole") == [10, None, 20, 20]
    assert values(done, "flag") == [0, None, 1, 1]


@pytest.mark.slow
def test_one_series_can_be_filled_by_name(tmp_path: Path) -> None:
    own = (
        "sources: {series: {whole: {interpolate: true, ends: trend}, real: {interpolate: false}}}\n"
    )
    done = built(tmp_path, STUDY + own)
    assert values(done, "whole") == [10, 15, 20, 25]
    assert values(done, "real") == [0.5, None, 2.5, None]


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["interpolate: true", "ends: trend", "ends: growth"])
def test_a_line_through_zeros_and_ones_is_refused(tmp_path: Path, rule: str) -> None:
    study = STUDY + f"sources: {{series: {{flag: {{{rule}}}}}}}\n"
    project = project_of(tmp_path, study)
    problems = everything_wrong(project).problems
    with pytest.raises(InputError) as failed:
        refresh(project)
    assert failed.value.problems[0].code == "binary_line"
    assert [(one.code, one.file) for one in problems] == [("binary_line", "studies/mini.yaml")]
    assert "line" in problems[0].where


def test_what_is_said_of_a_series_comes_before_what_is_said_of_all() -> None:
    def rule(own: dict[str, object], kind: str = "real", ends: str = "none") -> tuple[str, str]:
        study = Study.model_validate({
            "study": "s", "title": "s", "units": {}, "periods": {"first": 1, "last": 2},
            "interpolation": {"method": "linear", "ends": ends},
            "sources": {"series": {"x": SeriesSource.model_validate(own)}},
        })  # fmt: skip
        found = filling_rule(study, "x", kind)  # type: ignore[arg-type]
        return found.gaps, found.ends

    assert rule({}) == ("linear", "none")
    assert rule({}, ends="trend") == ("linear", "trend")
    assert rule({"interpolate": False}, ends="trend") == ("none", "none")
    assert rule({"interpolate": False, "ends": "nearest"}) == ("none", "nearest")
    assert rule({"interpolate": True}, kind="whole", ends="trend") == ("linear", "none")
    assert rule({}, kind="binary", ends="nearest") == ("none", "nearest")


@pytest.mark.slow
def test_check_says_how_much_would_be_filled(tmp_path: Path) -> None:
    def remarks(study: str) -> tuple[str, ...]:
        return everything_wrong(project_of(tmp_path, study)).remarks

    assert remarks(STUDY) == (
        "study mini: of 48 cells of 3 series, 24 were not published: 24 stay missing (50.0 %)",
    )
    assert remarks(STUDY + LINEAR % "nearest") == (
        "study mini: of 48 cells of 3 series, 24 were not published: 4 are filled on a line (8.3 %), "
        "12 are filled beyond the published years (25.0 %), 8 stay missing (16.7 %)",
    )
