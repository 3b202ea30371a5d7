"""Tables and indices for which a study has too few units or years are refused at their lines."""

from __future__ import annotations

import pytest
import yaml

from nqpf_assets.catalog.catalogue import Catalogue, load_catalogue
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.studies.reader import read_study_file

UNITS = ["北京", "天津", "河北", "山西"]
ABOUT = {
    "study": "s",
    "title": "T",
    "variables": {"y": {"series": "gdp"}, "x": {"series": "population"}},
}
COLUMN = {"label": "(1)", "outcome": "y", "regressors": ["x"], "estimator": "spatial_lag",
          "space": {"weights": "contiguity"}}  # fmt: skip
TREND = {"t": {"kind": "trend", "title": "T", "x": "x", "y": "y", "grouping": "g"}}
INDICATORS = {
    "all": [{"indicator": "a", "series": "gdp"}, {"indicator": "b", "series": "population"}]
}
INDEX = {"i": {"method": "entropy", "title": "I", "weights": "by_period", "dimensions": INDICATORS}}
GROUPS = {"g": {"a": UNITS[:2], "b": UNITS[2:3]}}
SERIES = {"gdp": "亿元", "population": "万人"}
MORAN = {"t": {"kind": "spatial_autocorrelation", "title": "T", "variable": "y"}}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("n_units", "n_years", "more", "line", "found"),
    [
        (3, 5, {"tables": MORAN}, "  t:", "3 units"),
        (2, 9, {"tables": {"t": {"title": "T", "columns": [COLUMN]}}}, "    - label:", "2 units"),
        (3, 2, {"tables": TREND, "groups": GROUPS}, "    grouping:", "2 rows in `b`"),
        (1, 9, {"indices": INDEX}, "  i:", "1"),
    ],
)  # fmt: skip
def test_too_few(
    catalogue: Catalogue, n_units: int, n_years: int, more: dict, line: str, found: str
) -> None:
    def told(units: int, years: int) -> list[tuple[str, str]]:
        study = ABOUT | {"units": {"level": "province", "only": UNITS[:units]},
                         "periods": {"first": 2012, "last": 2011 + years}} | more  # fmt: skip
        text = yaml.safe_dump(study, allow_unicode=True, sort_keys=False)
        problems = study_problems(
            read_study_file("s.yaml", text), catalogue, {"gdp": "亿元", "population": "万人"}
        )
        lines = text.splitlines()
        return [
            (lines[int(one.where.split(",")[0].removeprefix("line ")) - 1], one.found)
            for one in problems
            if one.code == "few_rows"
        ]

    assert [(at.startswith(line), said) for at, said in told(n_units, n_years)] == [(True, found)]
    assert told(n_units + 1 if "grouping" not in line else n_units, n_years + 1) == []
