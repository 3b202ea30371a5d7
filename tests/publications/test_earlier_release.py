"""Commands of this release over tables of an earlier one: words and what to do, never a failure of ours."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from nqpf_assets import cli
from nqpf_assets.explanations.published import NotPublished
from nqpf_assets.publications.earlier_release import told_of_earlier_release
from nqpf_assets.publications.levels import changed_levels
from tests.stages.mini import walked
from tests.steps.test_plan import as_of_an_earlier_release


def raised_by_duckdb(sql: str) -> Exception:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE file (path VARCHAR)")
        with pytest.raises(duckdb.Error) as caught:
            connection.execute(sql)
    return caught.value


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT vintage_order FROM file", "vintage_order"),
        ("SELECT f.vintage_order FROM file AS f", "vintage_order"),
        ("SELECT row(f.path, f.vintage_order) FROM (VALUES ('x')) AS f(path)", "vintage_order"),
        ("FROM observation", "observation"),
        ("FROM file JOIN (SELECT 'x' AS unit) AS other USING (unit)", "unit"),
        ("SELECT * EXCLUDE (vintage_order) FROM file", "vintage_order"),
        ("SELECT * REPLACE (1 AS vintage_order) FROM file", "vintage_order"),
    ],
)
def test_a_name_of_this_release_that_is_not_there_is_told(sql: str, name: str) -> None:
    told = told_of_earlier_release(raised_by_duckdb(sql))
    assert told is not None
    assert f"`{name}`" in told.problems[0].found
    assert "nqpf refresh" in told.problems[0].remedy


def test_polars_is_told_too() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError) as caught:
        pl.DataFrame({"path": ["x"]}).lazy().select("vintage_order").collect()
    assert told_of_earlier_release(caught.value) is not None


def test_rows_that_were_read_without_it_are_told_too() -> None:
    told = told_of_earlier_release(NotPublished("no column data_status"))
    assert told is not None
    assert "`data_status`" in told.problems[0].found


@pytest.mark.parametrize(
    "sql", ["SELECT no_such_name FROM file", "FROM no_such_table", "SELECT 1 +"]
)
def test_other_errors_stay_what_they_are(sql: str) -> None:
    assert told_of_earlier_release(raised_by_duckdb(sql)) is None


@pytest.mark.slow
def test_status_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mini = walked(tmp_path, is_published=True)
    as_of_an_earlier_release(mini.opened, ("source", "file"), without="vintage_order")
    monkeypatch.setattr("sys.argv", ["nqpf", "status", "--project", str(mini.project.root)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "an earlier release made them" in capsys.readouterr().err


def test_levels_of_a_release_that_named_no_vintages_are_compared(tmp_path: Path) -> None:
    rows = {"row_label": ["People"], "2018": [10.0], "annual_growth": [2.0]}
    said = {"vintages": ["2019"], "corrected_years": [None], "unit_measure": ["万人"]}
    pl.DataFrame(rows).write_parquet(tmp_path / "old.parquet")
    pl.DataFrame(rows | {"2018": [11.0]} | said).write_parquet(tmp_path / "new.parquet")
    found = changed_levels(
        ["mini.levels"], lambda _: tmp_path / "old.parquet", lambda _: tmp_path / "new.parquet"
    )
    (row,) = found.to_dicts()
    assert (row["column"], row["old_value"], row["new_value"]) == ("2018", 10.0, 11.0)
    assert (row["old_vintages"], row["new_vintages"]) == (None, "2019")
