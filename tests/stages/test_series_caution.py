"""What a column is told of the series under it: breaks inside its sample and vintages that it mixes."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.stages.relations import Rows, run_file

FILES: Rows = [
    {"file_id": "a", "publisher": "P", "vintage": "2020", "published": dt.date(2020, 12, 31)},
    {"file_id": "b", "publisher": "P", "vintage": "2024", "published": dt.date(2024, 12, 31)},
]
OWN_YEAR = {"variable": "ln_gdp", "series_id": "gdp", "first_lag": 0, "last_lag": 0}
BREAK = {
    "series_id": "gdp", "publisher": "P", "vintage": "2024", "level": "province", "period": 2016,
    "n_units_compared": 31, "n_jumps": 7, "largest_region": "山西省", "largest_growth": -0.48,
    "median_growth": 0.02, "usual_growth": 0.05, "is_break": True, "severity": "warning",
}  # fmt: skip


def used(vintage: str, first: int, last: int) -> Rows:
    return [
        {"variable": "gdp", "unit": "110000", "period": year, "publisher": "P", "vintage": vintage}
        for year in range(first, last + 1)
    ]


def compared(vintage: str, other: str, period: int, is_break: bool = True) -> dict:
    return {
        "series_id": "gdp", "publisher": "P", "vintage": vintage, "other_publisher": "P",
        "other_vintage": other, "period": period, "growth_gap": 0.057, "is_break": is_break,
        "is_own_break": is_break,
    }  # fmt: skip


def observed(vintage: str, value: float) -> dict:
    return {"series_id": "gdp", "region_code": "110000", "period": 2013, "vintage": vintage,
            "value": value, "unit_measure": "亿元", "file_id": "a" if vintage == "2020" else "b"}  # fmt: skip


def told(
    cells: Rows,
    *,
    breaks: Rows = [],  # noqa: B006
    vintages: Rows = [],  # noqa: B006
    observations: Rows = [],  # noqa: B006
    remarkable: Rows = [],  # noqa: B006
    reach: dict | None = None,
    as_of: dt.date | None = None,
    weight: str | None = None,
) -> str | None:
    """The caution of one column on 2013–2018 whose regressor rests on `gdp`."""
    column = {"table_name": "t", "column_label": "(1)"}
    rows = run_file("study", "series_caution", {
        "s.model": [column | {"sample_id": "x"}],
        "s.model_variable": [column | {"variable": "ln_gdp", "role": "regressor"}],
        "s.model_sample": [{"sample_id": "x", "unit": "110000", "period": y} for y in (2013, 2018)],
        "s.rests_on": [OWN_YEAR | (reach or {})],
        "s.reported_cell": cells,
        "s.series": [
            {"series_id": one, "published_name": "gdp", "as_of": as_of}
            for one in ("gdp", "gdp@linear/nearest")
        ] + [{"series_id": "share", "published_name": "share", "weight_series": weight}],
        "audit.series_break": breaks,
        "audit.vintage_break": vintages,
        "audit.remarkable_cell": remarkable,
        "source.observation": observations,
        "source.file": FILES,
        "catalog.unit_measure": [{"unit_measure": "亿元", "factor": 1e8}],
    }).to_dicts()  # fmt: skip
    assert len(rows) <= 1
    return str(rows[0]["caution"]) if rows else None


def test_a_break_inside_the_sample_is_told_with_its_size() -> None:
    words = "breaks in 2016 (7 of 31 regions jump, most 山西省 by -48.0 %)"
    assert told(used("2024", 2013, 2018), breaks=[BREAK]) == words
    twice = told(used("2024", 2013, 2018), breaks=[BREAK, BREAK | {"period": 2017}])
    assert twice == f"{words}, 2017 (7 of 31 regions jump, most 山西省 by -48.0 %)"


@pytest.mark.parametrize(
    ("cells", "change"),
    [
        (used("2024", 2013, 2018), {"period": 2013}),  # what came before is not in the sample
        (used("2024", 2013, 2018), {"period": 2019}),
        (used("2024", 2013, 2018), {"vintage": "2020"}),
        (used("2024", 2013, 2018), {"severity": "note"}),  # somebody has accepted it
        (used("2024", 2013, 2018), {"severity": None}),
        (used("2020", 2013, 2015) + used("2024", 2016, 2018), {}),  # taken from another vintage before
    ],
)  # fmt: skip
def test_a_break_that_the_column_does_not_meet_is_not_told(cells: Rows, change: dict) -> None:
    assert told(cells, breaks=[BREAK | change]) is None


def test_a_series_that_the_column_fills_otherwise_breaks_as_the_published_one() -> None:
    other = "gdp@linear/nearest"
    cells = [
        *used("2024", 2013, 2018),
        *(one | {"variable": other} for one in used("2024", 2013, 2018)),
    ]
    found = told(cells, breaks=[BREAK], reach={"series_id": other})
    assert found == "breaks in 2016 (7 of 31 regions jump, most 山西省 by -48.0 %)"


def test_lags_reach_further_and_a_calendar_year_nowhere_else() -> None:
    early = [BREAK | {"period": 2013}]
    assert told(used("2024", 2010, 2018), breaks=early, reach={"first_lag": -1}) is not None
    assert told(used("2024", 2010, 2018), breaks=early, reach={"at_year": 2018}) is None


def test_a_declared_break_without_jumps_is_told_by_its_median() -> None:
    declared = BREAK | {"n_jumps": 0, "note": "census"}
    assert told(used("2024", 2013, 2018), breaks=[declared]) == (
        "breaks in 2016 (the median region grows by 2.0 %, where 5.0 % is usual: census)"
    )


def test_a_year_that_departs_from_other_vintages_is_told_by_those_known_then() -> None:
    cells = used("2020", 2013, 2018)
    words = "departs from other vintages in 2015 (by 5.9 % in the median region)"
    both = [observed("2020", 100.0), observed("2024", 103.0)]
    assert told(cells, vintages=[compared("2020", "2024", 2015)]) == words
    day = {
        "vintages": [compared("2020", "2024", 2015)],
        "as_of": dt.date(2024, 12, 30),
        "observations": both,
    }
    assert told(cells, **day) is None
    assert told(cells, **day | {"as_of": dt.date(2024, 12, 31)}) == words
    of_two = [compared("2020", "2024", 2015), compared("2020", "2023", 2015, is_break=False)]
    assert told(cells, vintages=of_two) is None


def test_mixed_vintages_are_told_with_years_and_difference() -> None:
    cells = used("2020", 2013, 2015) + used("2024", 2016, 2018)
    both = [observed("2020", 100.0), observed("2024", 103.0)]
    assert told(cells, observations=both) == (
        "mixes the vintages P 2020 (2013–2015), P 2024 (2016–2018), which differ by 3.0 % in the median cell"
    )
    assert told(cells, observations=[observed("2020", 100.0), observed("2024", 100.4)]) is None
    assert told(cells, observations=both[:1]) is None  # no cell in common, no size
    before = used("2020", 2010, 2012) + used("2024", 2013, 2018)
    assert told(before, observations=both) is None  # mixed, but not in the sample


def test_cells_as_of_another_unit_are_told_of_the_years_and_vintage_in_use() -> None:
    """Of a level, whose row is of the last year, in whatever years the column has."""
    cell = {
        "series_id": "gdp", "publisher": "P", "vintage": "2024", "level": "province",
        "unit_code": "110000", "period": 2013, "kind": "spike", "factor": 10.0,
        "about": "gdp 2013", "severity": "warning", "found": "北京市 2013: 10 is about 10 times",
    }  # fmt: skip
    cells = used("2024", 2013, 2018)
    words = "has cells as of another unit: 北京市 2013: 10 is about 10 times"
    assert told(cells, remarkable=[cell]) == words
    assert told(cells, remarkable=[cell | {"period": 2024, "kind": "level"}]) == words
    for other in ({"period": 2019}, {"vintage": "2020"}, {"severity": "note"}):
        assert told(cells, remarkable=[cell | other]) is None


def test_what_weighs_regions_that_are_put_together_is_told_like_what_is_read() -> None:
    cells, both = (
        [*used("2020", 2013, 2014), *used("2024", 2015, 2018)],
        [("2020", 90.0), ("2024", 100.0)],
    )
    observations = [observed(*one) for one in both]
    words = (
        "mixes the vintages P 2020 (2013–2014), P 2024 (2015–2018), which differ by 11.1 % in the "
        "median cell"
    )
    share = {"series_id": "share"}
    assert told(cells, observations=observations, reach=share, weight="gdp") == words
    assert told(cells, observations=observations, reach=share) is None
    late = share | {"not_before": 2015}
    assert told(cells, observations=observations, reach=late, weight="gdp") is None
