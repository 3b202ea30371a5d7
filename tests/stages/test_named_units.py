"""A unit that a study names and does not have is refused where it stands."""

from __future__ import annotations

from importlib.resources import files

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.stages.named_units import unit_problems
from nqpf_assets.stages.study import samples_in_codes
from nqpf_assets.studies.reader import StudyFile, read_study_file
from nqpf_assets.studies.spec import RegressionTable


def province(old: str = "", new: str = "") -> StudyFile:
    text = files("nqpf_assets.studies").joinpath("province.yaml").read_text(encoding="utf-8")
    assert old in text
    return read_study_file("province.yaml", text.replace(old, new, 1) if old else text)


def test_the_shipped_study_names_units_that_it_has():
    assert unit_problems(province(), load_catalogue().regions) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("[[广东, 海南]]", "[[广东, 海男]]", "`海男`"),
        ("[[海南, 广东]]", "[[海男, 广东]]", "`海男`"),
        ("exclude: [北京,", "exclude: [北京市区,", "`北京市区`"),
    ],
)
def test_a_name_that_is_no_unit_is_told_with_its_line(old, new, found):
    file = province(old, new)
    (problem,) = unit_problems(file, load_catalogue().regions)
    lines = files("nqpf_assets.studies").joinpath("province.yaml").read_text("utf-8").splitlines()
    line = next(k for k, text in enumerate(lines, start=1) if old in text)
    assert problem.found == found
    assert problem.where.startswith(f"line {line}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parent", "remedy"), [("江苏", "write its code: '320000'"), ("某地", "correct it")]
)
def test_units_belong_to_a_region_that_is_named_by_its_code(parent: str, remedy: str) -> None:
    file = province("level: province", f"level: prefecture\n  parent: {parent}")
    (problem,) = unit_problems(file, load_catalogue().regions)
    assert problem.found == f"`{parent}`"
    assert problem.remedy == remedy


def test_joins_and_samples_become_codes():
    study = samples_in_codes(province().study, load_catalogue().regions)
    spatial = study.tables["spatial"]
    assert isinstance(spatial, RegressionTable)
    assert spatial.model.space is not None
    assert spatial.model.space.join == (("440000", "460000"),)
