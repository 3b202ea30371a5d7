"""Every check of a table: once where it fails, and where it passes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
import yaml

import nqpf_assets
from nqpf_assets.catalog.columns import registry
from nqpf_assets.checks import table_rules
from nqpf_assets.checks.check import TableCheck, lacks, sql_check, sql_rule
from nqpf_assets.checks.registry import CHECKS, checks_of
from nqpf_assets.checks.study_rules import range_rule
from nqpf_assets.checks.table_rules import rules_of
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.checks import Check, check_table
from nqpf_assets.steps.execute import execute
from nqpf_assets.steps.step import Step
from nqpf_assets.user_input.settings import Settings
from nqpf_assets.warehouse.store import Store
from tests.scratch import scratch
from tests.stages.relations import registered

Row = dict[str, object]

GOOD: Mapping[str, Row] = {
    "observation": {"series_id": "gdp", "region_code": "110000", "region_label": "北京",
                    "unit_measure": "亿元", "period": 2020, "vintage": "2021", "value": 1.0},
    "filled_cell": {"variable": "x", "unit": "u", "period": 2020, "value": 1.0, "status": "reported"},
    "variable_cell": {"variable": "x", "unit": "u", "period": 2020, "value": 1.0, "status": "reported"},
    "magnitude": {"about": "gdp P 2025", "severity": None, "found": "as before"},
    "series_break": {"series_id": "gdp", "publisher": "P", "vintage": "2025", "level": "province",
                     "period": 2020, "about": "gdp P 2025 2020", "severity": None, "found": "as before"},
    "series_join": {"series_id": "gdp", "publisher": "P", "vintage": "2025", "publisher_before": "P",
                    "vintage_before": "2024", "level": "province", "period": 2020,
                    "about": "gdp 2020", "severity": "note", "found": "declared"},
    "remarkable_cell": {"series_id": "gdp", "publisher": "P", "vintage": "2025", "level": "province",
                        "region_code": "110000", "period": 2020, "kind": "spike", "factor": 10.0,
                        "about": "gdp 北京市 2020 P 2025", "severity": "note", "found": "as before"},
    "total": {"about": "gdp P 2025", "severity": "note", "found": "accepted"},
    "vintage_tie": {"about": "gdp P 2025", "severity": "note", "found": "accepted"},
    "index_test": {"index_name": "i", "test": "kmo", "term": "", "statistic": 0.8, "detail": "d"},
    "index_weight": {"index_name": "i", "indicator": "a", "entropy": 0.5, "weight": 1.0},
    "model": {"table_name": "t", "column_label": "(1)", "n_obs": 5, "n_expected": 5},
    "estimate": {"table_name": "t", "column_label": "(1)", "term": "x", "estimate": 0.3, "std_error": 0.1,
                 "statistic": 3.0, "p_value": 0.003, "conf_low": 0.104, "conf_high": 0.496},
    "effect": {"table_name": "t", "column_label": "(1)", "effect": "total", "term": "x", "estimate": -0.3,
               "std_error": 0.2, "statistic": -1.5, "p_value": 0.134, "conf_low": -0.7, "conf_high": 0.1},
    "convergence": {"table_name": "t", "convergence": "absolute", "effects": "none", "estimate": 0.3,
                    "std_error": 0.1, "statistic": 3.0, "p_value": 0.003, "conf_low": 0.1, "conf_high": 0.5},
    "test": {"table_name": "t", "column_label": "(1)", "test": "sobel", "statistic": 3.0, "p_value": 0.003},
    "local_moran": {"table_name": "t", "unit": "u", "period": 2020, "p_value": 0.5},
}  # fmt: skip

BAD: list[tuple[str, str, Row, str]] = [
    ("observation", "units", {"unit_measure": None}, "gdp"),
    ("observation", "units", {"unit_measure": " "}, "gdp"),
    ("observation", "regions", {"region_code": None}, "北京"),
    ("observation", "regions", {"region_code": "990000"}, "990000"),
    ("observation", "periods", {"period": 20}, "20"),
    ("observation", "periods", {"period": 10101}, "10101"),
    ("filled_cell", "finite", {"value": float("inf")}, "x u 2020"),
    ("filled_cell", "finite", {"value": float("nan")}, "x u 2020"),
    ("filled_cell", "flagged", {"value": None}, "x u 2020 reported"),
    ("filled_cell", "flagged", {"status": "missing"}, "x u 2020 missing"),
    ("variable_cell", "finite", {"value": float("-inf")}, "x u 2020"),
    ("variable_cell", "flagged", {"status": "missing"}, "x u 2020 missing"),
    ("magnitude", "magnitude", {"severity": "error"}, "gdp P 2025: as before"),
    ("series_break", "series_break", {"severity": "error"}, "gdp P 2025 2020: as before"),
    ("series_join", "series_join", {"severity": "error"}, "gdp 2020: declared"),
    ("vintage_tie", "vintage_tie", {"severity": "error"}, "gdp P 2025: accepted"),
    ("total", "totals", {"severity": "error"}, "gdp P 2025: accepted"),
    ("index_weight", "weights", {"weight": 0.99}, "i 0.99"),
    ("model", "n_expected", {"n_obs": 4}, "4 instead of 5"),
    ("estimate", "std_error", {"std_error": 0.0}, "t (1) x: standard error 0.0"),
    ("estimate", "std_error", {"std_error": None}, "t (1) x: a statistic without a standard error"),
    ("estimate", "numbers", {"std_error": float("nan")}, "std_error in 1 row"),
    ("model", "numbers", {"rss": float("inf")}, "rss in 1 row"),
    ("test", "numbers", {"p_value": float("nan")}, "p_value in 1 row"),
    ("convergence", "numbers", {"half_life": float("-inf")}, "half_life in 1 row"),
    ("effect", "std_error", {"std_error": -0.2}, "t (1) total x: standard error -0.2"),
    ("effect", "statistic", {"statistic": 1.5}, "t (1) total x: -0.3 / 0.2 is not 1.5"),
    ("convergence", "statistic", {"statistic": 3.1}, "0.3 / 0.1 is not 3.1"),
    ("effect", "interval", {"p_value": 0.04}, "t (1) total x: p = 0.04, interval -0.7 to 0.1"),
    ("effect", "interval", {"conf_high": -0.01}, "p = 0.134, interval -0.7 to -0.01"),
    ("estimate", "interval", {"p_value": 0.2}, "p = 0.2, interval 0.104 to 0.496"),
    ("estimate", "interval", {"p_value": 1.2}, "p = 1.2"),
    ("estimate", "interval", {"conf_high": 0.05}, "interval 0.104 to 0.05"),
    ("estimate", "interval", {"conf_high": None}, "interval 0.104 to none"),
    ("test", "p_value", {"p_value": -0.1}, "t (1) sobel: p = -0.1"),
    ("local_moran", "p_value", {"p_value": 2.0}, "t u 2020: p = 2"),
]


TOLD: list[tuple[str, str, Row, str]] = [
    ("variable_cell", "covered", {"value": None, "status": "missing", "reason": "missing input: gdp"},
     "x: none in 1 of 1, most for missing input: gdp"),
    ("index_test", "index_tests", {"statistic": 0.3}, "index i: KMO 0.300: d"),
    ("test", "weak_weights", {"test": "weights_std_error", "statistic": 0.2},
     "t (1): a standard error of 0.200 from the weights alone"),
    ("magnitude", "magnitude_warning", {"severity": "warning"}, "gdp P 2025: as before"),
    ("series_break", "series_break_warning", {"severity": "warning", "n_slips": 1},
     "gdp P 2025 2020: as before"),
    ("series_join", "series_join_warning", {"severity": "warning"}, "gdp 2020: declared"),
    ("remarkable_cell", "remarkable_cell_warning", {"severity": "warning"},
     "1 remarkable cell: gdp as before"),
    ("vintage_tie", "vintage_tie_warning", {"severity": "warning"}, "gdp P 2025: accepted"),
    ("total", "totals_warning", {"severity": "warning"}, "gdp P 2025: accepted"),
]  # fmt: skip
"""Rows that are told, and stop nothing."""


def schema_of_table(table: str) -> str:
    """Where a table of the cases is registered."""
    return {
        "observation": "source",
        "magnitude": "audit",
        "series_break": "audit",
        "remarkable_cell": "audit",
        "total": "audit",
        "vintage_tie": "audit",
    }.get(table, "study")


def checks(table: str, rows: list[Row], **more: object) -> dict[str, Check]:
    schema = schema_of_table(table)
    return checked((schema, table), registered(schema, table, rows), **more)


def checked(key: tuple[str, str], frame: pl.DataFrame, **more: object) -> dict[str, Check]:
    with scratch() as connection:
        regions = registered("catalog", "region", [{"region_code": "110000"}])
        connection.execute("CREATE SCHEMA catalog")
        for name, given in (("catalog.region", regions), ("made", frame)):
            connection.register("given", given.to_arrow())
            connection.execute(f"CREATE TABLE {name} AS FROM given")
            connection.unregister("given")
        found = check_table(connection, "made", rules_of(key, **more))  # type: ignore[arg-type]
    return {one.name: one for one in found}


@pytest.mark.parametrize("table", GOOD)
def test_good_rows_pass_every_check(table: str) -> None:
    assert all(check.passed for check in checks(table, [GOOD[table]]).values())
    assert all(check.passed for check in checks(table, []).values())


@pytest.mark.parametrize(("table", "name", "change", "found"), BAD)
def test_bad_rows_fail_the_check_that_is_theirs(
    table: str, name: str, change: Row, found: str
) -> None:
    made = checks(table, [GOOD[table] | change])
    failed = {check.name for check in made.values() if not check.passed}
    assert name in failed
    assert found in made[name].found
    assert made[name].stops


@pytest.mark.parametrize(("table", "name", "change", "found"), TOLD)
def test_rows_worth_knowing_are_told_and_stop_nothing(
    table: str, name: str, change: Row, found: str
) -> None:
    made = checks(table, [GOOD[table] | change])
    assert {check.name for check in made.values() if not check.passed} == {name}
    assert made[name].found == found
    assert not made[name].stops


def test_every_rule_has_a_case_in_which_it_fails() -> None:
    rules = {rule.name for check in CHECKS.own.values() for rule in check.rules}
    assert rules <= {name for _, name, _, _ in [*BAD, *TOLD]}


def test_checks_bear_the_names_of_their_modules_and_are_whole() -> None:
    folder = Path(nqpf_assets.__file__).parent / "checks" / "registered"
    assert {*CHECKS.own} == {path.stem for path in folder.glob("[a-z]*.py")}
    assert [name for name, check in CHECKS.own.items() if lacks(check)] == []


@pytest.mark.parametrize("check", CHECKS.own.values(), ids=lambda one: one.name)
def test_every_check_has_a_table(check: TableCheck) -> None:
    assert any(check in checks_of(key) for key in registry()) or check.tables == ("*",)


NOT_WHOLE = [
    sql_check("grain", "a row", "SELECT NULL", tables=("*",)),
    sql_check("ranges", "a row", "SELECT NULL", tables=("*",)),
    sql_check("Of GDP", "a row", "SELECT NULL", tables=("*",)),
    sql_check("gdp", "a row", "SELECT NULL"),
    TableCheck("gdp", (), ("*",)),
    TableCheck("gdp", (sql_rule("income", "a row", "SELECT NULL"),), ("*",)),
]


@pytest.mark.parametrize("check", NOT_WHOLE)
def test_a_check_that_is_not_whole_is_none(check: TableCheck) -> None:
    assert lacks(check)


def test_no_table_of_a_study_with_inference_is_without_its_rules() -> None:
    for (schema, table), info in registry().items():
        if schema != "study" or info.collects:
            continue
        names = {one.name for one in rules_of((schema, table))}
        assert "numbers" in names, table
        if "p_value" in info.names:
            assert names & {"interval", "p_value"}, table
        if {"estimate", "std_error", "statistic"} <= {*info.names}:
            assert {"std_error", "statistic"} <= names, table


def test_a_table_that_a_study_makes_up_is_held_to_numbers_too() -> None:
    made = checked(
        ("demo", "table_1"), pl.DataFrame({"row_label": ["2020"], "moran": [float("nan")]})
    )
    assert made["numbers"].found == "moran in 1 row"


@pytest.mark.parametrize(
    "change",
    [
        {
            "std_error": None,
            "statistic": None,
            "p_value": None,
            "conf_low": None,
            "conf_high": None,
        },
        {
            "std_error": None,
            "statistic": None,
            "conf_high": 1.0,
        },  # a likelihood ratio up to the bound
        {"p_value": 0.05 + 1e-12, "conf_low": -1e-13, "conf_high": 0.6},
        {"p_value": 0.05 - 1e-12, "conf_low": -1e-13, "conf_high": 0.6},
    ],
)
def test_what_is_not_known_and_what_is_on_the_edge_pass(change: Row) -> None:
    assert all(one.passed for one in checks("estimate", [GOOD["estimate"] | change]).values())


def test_a_finding_says_which_lines_accept_it() -> None:
    (finding,) = checks("magnitude", [GOOD["magnitude"] | {"severity": "error"}])[
        "magnitude"
    ].findings
    entry = yaml.safe_load(finding.remedy.partition("nqpf.yaml:")[2])["accept"][0]
    settings = Settings.model_validate({"accept": [entry | {"reason": "looked at"}]})
    assert settings.acceptance("magnitude", "gdp P 2025") is not None


def test_weights_add_up_in_each_year_of_their_own() -> None:
    rows: list[Row] = [
        {
            "index_name": "i",
            "indicator": name,
            "entropy": 0.5,
            "weight": weight,
            "weight_period": year,
        }
        for year, weights in ((2012, (0.4, 0.6)), (2013, (0.5, 0.5)))
        for name, weight in zip("ab", weights, strict=True)
    ]
    assert checks("index_weight", rows)["weights"].passed
    rows[0]["weight"] = -0.4
    assert not checks("index_weight", rows)["weights"].passed
    loadings: list[Row] = [{"index_name": "p", "indicator": "a", "weight": 3.0}]
    assert checks("index_weight", loadings)["weights"].passed  # components do not add up to one


@pytest.mark.parametrize("key", [key for key, info in registry().items() if not info.is_open])
def test_columns_and_grain_of_every_table(key: tuple[str, str]) -> None:
    info, empty = registry()[key], registered(*key, [])  # type: ignore[arg-type]
    assert checked(key, empty)["grain"].passed
    twice = pl.DataFrame([{}, {}], schema=empty.schema)  # the same key of nulls, two times
    assert "2 times" in checked(key, twice)["grain"].found
    last = info.names[-1]
    for wrong in (
        empty.drop(last),
        empty.rename({last: "another"}),
        empty.with_columns(more=pl.lit(1)),
        empty.select(reversed(empty.columns)) if len(info.names) > 1 else empty.drop(last),
        empty.with_columns(pl.lit(None, pl.Int8).alias(last)),
    ):
        assert not checked(key, wrong)["grain"].passed


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        (["110000", "120000", None], ""),  # in order, in which nulls come last
        (["110000", "120000", "120000"], "2 times"),
        (["120000", "110000", "120000"], "2 times"),
        (["120000", "110000", None], ""),
        (["110000", None, None], "2 times"),
    ],
)
def test_keys_of_a_large_table_are_told_whatever_its_order(
    regions: list[str | None], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_rules, "LARGE", 1)
    rows: list[Row] = [{"series_id": "gdp", "region_code": one, "period": 2012} for one in regions]
    grain = checked(("source", "observation"), registered("source", "observation", rows))["grain"]
    assert grain.passed == (not found)
    assert found in grain.found


def test_open_tables_go_on_with_columns_of_their_own() -> None:
    key = ("mine", "panel")
    panel = pl.DataFrame({"unit": ["a"], "unit_name": ["A"], "period": [2012], "gdp": [1.0]})
    panel = panel.cast({"period": pl.Int32})
    assert checked(key, panel)["grain"].passed
    assert not checked(key, panel.select("gdp", "unit", "unit_name", "period"))["grain"].passed


def test_finished_tables_have_rows() -> None:
    key = ("mine", "table_1")
    assert checked(key, pl.DataFrame({"row_label": ["x"]}))["not_empty"].passed
    assert not checked(key, pl.DataFrame({"row_label": []}))["not_empty"].passed


def test_values_outside_their_range_stop() -> None:
    """Also where they were clipped to something inside: a wrong unit must not hide behind that."""
    own = range_rule({"x": (0.0, 2.0), "free": (None, None), "low": (10.0, None)})
    rows = [
        GOOD["variable_cell"] | {"unit": unit, "value": 1.0, "reported_value": value}
        for unit, value in (("a", 0.0), ("b", 2.0), ("c", 5.0), ("d", -1.0), ("e", None))
    ]
    rows[-1] |= {"status": "missing", "value": None}
    check = checks("variable_cell", rows, own=own)["ranges"]
    assert not check.passed
    assert check.stops
    assert "2 values" in check.found
    assert "the farthest 5 in c 2020" in check.found
    inside = checks("variable_cell", [*rows[:2], rows[-1]], own=own)["ranges"]
    assert inside.passed
    low = [GOOD["variable_cell"] | {"variable": "low", "reported_value": 9.0}]
    assert "from 10 on" in checks("variable_cell", low, own=own)["ranges"].found
    assert range_rule({"free": (None, None)}) == ()


def test_a_failed_check_records_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from nqpf_assets.messages.problems import CheckFailed
    from nqpf_assets.user_input.project import Project

    store, key = Store(tmp_path), ("mine", "estimate")
    bad = registered(
        "study", "estimate", [GOOD["estimate"] | {"std_error": -1.0, "statistic": -0.3}]
    )
    step = Step("result", (key,), (), lambda inputs: {key: bad}, rules={key: rules_of(key)})
    with pytest.raises(CheckFailed) as caught:
        execute(step, Project(tmp_path), store, RawState({}))
    problem = caught.value.problems[0]
    assert (problem.file, problem.where, problem.found) == (
        "mine.estimate", "check std_error", "t (1) x: standard error -1.0",
    )  # fmt: skip
    assert store.record(key) is None
