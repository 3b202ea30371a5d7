"""Where a study passes from one vintage or publisher to another: another unit is an error, growth is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.commands.status import show_status
from nqpf_assets.stages.sql import DEFAULTS
from nqpf_assets.steps.execute import TablesFailed
from nqpf_assets.user_input.settings import Settings
from tests.stages.mini import CARD, STUDY, output, page, walk, write_mini
from tests.stages.relations import Rows, run_file
from tests.stages.test_series_break import FIRST, levels


def joined(
    values: np.ndarray,
    newest_from: int,
    *,
    publisher: str = "P",
    declared: Rows = [],  # noqa: B006
    settings: Settings = DEFAULTS,
    given: dict[str, Rows] | None = None,
) -> Rows:
    """Rows of `study.series_join` where the years from one on stand in a vintage of their own."""
    codes = [f"{11 + place}0000" for place in range(len(values))]
    newer = {"file_id": "g", "publisher": publisher, "vintage": "2025"}
    older = {"file_id": "f", "publisher": "P", "vintage": "2024"}
    cells = [
        {"variable": "gdp", "unit": code, "period": FIRST + place, "value": value,
         "locator": f"S!{code}.{FIRST + place}"}
        | (newer if FIRST + place >= newest_from else older)
        for code, row in zip(codes, values, strict=True)
        for place, value in enumerate(row.tolist())
    ]  # fmt: skip
    tables: dict[str, Rows] = {
        "s.reported_cell": cells,
        "s.series": [{"series_id": "gdp", "published_name": "gdp"}],
        "catalog.region": [
            {"region_code": code, "unit_code": code, "name": f"R{code[:2]}", "level": "province"}
            for code in codes
        ],
        "s.growth_cell": [],
        "catalog.unit_measure": [{"unit_measure": "亿元", "factor": 1e8}],
        "catalog.series_break": declared,
        "source.file": [
            {"file_id": one["file_id"], "path": f"raw/{one['file_id']}.xls"}
            for one in (older, newer)
        ],
    }
    tables |= given or {}
    return run_file("study", "series_join", tables, settings=settings).to_dicts()


def in_another_unit(values: np.ndarray, newest_from: int, by: float) -> np.ndarray:
    scaled = values.copy()
    scaled[:, newest_from - FIRST :] *= by
    return scaled


@pytest.mark.parametrize("publisher", ["P", "Q"])
@pytest.mark.parametrize("newest_from", [2019, 2018])
@pytest.mark.parametrize(("n_years", "n_regions"), [(12, 20), (12, 2), (2, 2)])
def test_new_years_in_another_unit_are_an_error(
    newest_from: int, n_years: int, n_regions: int, publisher: str
) -> None:
    values = levels(n_regions)[:, :n_years]
    start = newest_from if n_years == 12 else FIRST + 1
    (row,) = joined(in_another_unit(values, start, 1e4), start, publisher=publisher)
    assert (row["severity"], row["period"], row["n_slips"]) == ("error", start, n_regions)
    assert (
        f"{n_regions} of {n_regions} regions that pass from P 2024 to {publisher} 2025"
        in row["found"]
    )
    assert f"by about 10000: R11 (raw/g.xls: S!110000.{start}" in row["found"]
    assert joined(values, start, publisher=publisher) == []


def test_percent_read_as_a_share_in_the_next_vintage_is_an_error() -> None:
    (row,) = joined(np.array([[87.5, 0.88], [80.1, 0.81]]), FIRST + 1)
    assert row["severity"] == "error"
    assert "by about 1/100: R11" in row["found"]


@pytest.mark.parametrize("sign", [1, -1])
def test_ten_times_in_a_short_series_is_an_error(sign: int) -> None:
    values = sign * in_another_unit(levels()[:, :4], FIRST + 3, 10)
    (row,) = joined(values, FIRST + 3)
    assert row["severity"] == "error"


def test_single_regions_in_another_unit_are_a_warning() -> None:
    values = levels(31)
    values[4, 11] *= 1e4
    (row,) = joined(values, FIRST + 11)
    assert (row["severity"], row["n_slips"], row["n_units_compared"]) == ("warning", 1, 31)
    assert "1 by about 10000: R15 (raw/g.xls" in row["found"]


@pytest.mark.parametrize("factor", [10, 0.1])
def test_one_region_ten_times_in_the_next_vintage_is_a_warning(factor: float) -> None:
    values = levels(31)
    values[4, 8:] *= factor
    (row,) = joined(values, FIRST + 8)
    assert (row["severity"], row["n_slips"], row["period"]) == ("warning", 1, FIRST + 8)
    assert f"1 by about {'10' if factor > 1 else '1/10'}: R15" in row["found"]


def test_it_is_told_where_every_year_is_of_a_vintage_of_its_own() -> None:
    """One yearbook a year: no region has a growth rate within a vintage."""
    values = levels(31)
    values[4, 8:] *= 10
    codes = [f"{11 + place}0000" for place in range(len(values))]
    cells: Rows = [
        {"variable": "gdp", "unit": code, "period": FIRST + place, "value": value, "locator": "S!A1",
         "file_id": f"f{place}", "publisher": "P", "vintage": str(FIRST + place + 1)}
        for code, row in zip(codes, values, strict=True) for place, value in enumerate(row.tolist())
    ]  # fmt: skip
    told = joined(values, FIRST, given={"s.reported_cell": cells})
    (row,) = [row for row in told if row["severity"] is not None]
    assert (row["severity"], row["n_slips"], row["period"]) == ("warning", 1, FIRST + 8)


def test_cells_of_a_series_that_a_column_fills_otherwise_count_once() -> None:
    """They are those of the published series: as many regions are compared, under its name."""
    again = "gdp@linear/nearest"
    values = in_another_unit(levels(12), FIRST + 8, 1e4)
    cells = [
        {"variable": name, "unit": f"{11 + region}0000", "period": FIRST + place, "value": value,
         "locator": f"S!{region}.{place}", "file_id": "f", "publisher": "P",
         "vintage": "2024" if place < 8 else "2025"}
        for name in ("gdp", again)
        for region, row in enumerate(values)
        for place, value in enumerate(row.tolist())
    ]  # fmt: skip
    series = [{"series_id": one, "published_name": "gdp"} for one in ("gdp", again)]
    twice = joined(values, FIRST + 8, given={"s.reported_cell": cells, "s.series": series})
    once = joined(values, FIRST + 8, given={"s.reported_cell": cells[: len(cells) // 2]})
    assert twice == once
    assert once


@pytest.mark.parametrize("factor", [10, 1e4])
def test_a_join_that_only_a_table_of_levels_reads_is_a_warning(factor: float) -> None:
    (values,) = levels(1)
    values[8:] *= factor
    cells: Rows = [
        {"table_name": "t", "row_position": 1, "series_id": "gdp", "region_code": "110000",
         "period": FIRST + place, "value": value, "unit_measure": "亿元", "locator": "S!A1",
         "file_id": "f" if place < 8 else "g", "publisher": "P",
         "vintage": "2024" if place < 8 else "2025"}
        for place, value in enumerate(values.tolist())
    ]  # fmt: skip
    given: dict[str, Rows] = {"s.reported_cell": [], "s.growth_cell": [*cells, *cells]}
    (row,) = joined(levels(1), FIRST, given=given)
    assert (row["severity"], row["n_slips"], row["period"]) == ("warning", 1, FIRST + 8)


@pytest.mark.slow
def test_growth_and_noise_at_a_join_are_not_told() -> None:
    for seed in range(20):
        told = joined(levels(31, noise=0.1, seed=seed), FIRST + 6)
        assert [row for row in told if row["severity"] is not None] == []


def test_a_join_that_is_accepted_or_declared_holds_nothing() -> None:
    values = in_another_unit(levels(), 2019, 1e3)
    (row,) = joined(values, 2019)
    entry = {"check": "series_join", "about": row["about"], "reason": "x", "date": "2026-11-24"}
    settings = Settings.model_validate({"accept": [entry]})
    (row,) = joined(values, 2019, settings=settings)
    assert (row["severity"], row["accepted_reason"]) == ("warning", "x")
    declared: Rows = [{"series_id": "gdp", "period": 2019, "note": "census", "is_rescaled": True}]
    (row,) = joined(values, 2019, declared=declared)
    assert (row["severity"], row["is_declared"]) == ("note", True)
    declared[0]["is_rescaled"] = False
    (row,) = joined(values, 2019, declared=declared)
    assert row["severity"] == "error"


def test_vintages_that_alternate_or_revise_by_half_are_no_join_in_another_unit() -> None:
    values = levels()
    values[:, 8:] *= 1.9
    assert joined(values, 2016) == []


def test_a_jump_of_a_tenth_power_in_a_quarter_of_short_series_is_none_by_chance() -> None:
    """Ratios of two years drawn without order reach a hundred times only by a unit."""
    draw = np.random.default_rng(5)
    values = np.exp(draw.normal(0, 0.8, (31, 2)))
    assert [row["severity"] for row in joined(values, FIRST + 1)] in ([], [None])


def paged(cell: Callable[[int, int], float | None]) -> str:
    return page("output", cell)


@pytest.mark.slow
@pytest.mark.parametrize("breaks", [None, "study", "catalogue"])
def test_a_new_vintage_of_one_year_in_another_unit_is_held_back_unless_declared(
    tmp_path: Path, breaks: str | None
) -> None:
    declared = "{2018: counted whole}, rescaled: [2018]"
    study = STUDY
    files = {
        "raw/bureau/2019/output.csv": paged(lambda at, y: output(at, y) if y < 2018 else None),
        "raw/bureau/2020/output.csv": paged(
            lambda at, y: None if y < 2018 else 1e4 * (output(at, y) or 0)
        ),
        "raw/bureau/2020/output.csv.card.yaml": CARD.format(
            publisher="Bureau", status="official", published="2020-10", unit="亿元", series="gdp",
            label="output",
        ),
    }  # fmt: skip
    if breaks == "study":
        study = STUDY.replace("  series:\n", f"  series:\n    gdp: {{breaks: {declared}}}\n")
    if breaks == "catalogue":
        files["catalog/series.yaml"] = f"gdp: {{breaks: {declared}}}\n"
    project = write_mini(tmp_path, study, files)
    if breaks is None:
        with pytest.raises(TablesFailed, match="gdp Bureau 2019 → Bureau 2020 2018"):
            walk(project)
        return
    done = walk(project)
    done.publish()
    ((severity, note),) = done.query("SELECT severity, note FROM result.series_join")
    # The catalogue of the package knows the census of that year; a project's own entry replaces its.
    known = "; fourth economic census" if breaks == "study" else ""
    assert (severity, note) == ("note", f"counted whole{known}")
    years = done.query("SELECT period FROM catalog.series_break WHERE series_id = 'gdp' ORDER BY 1")
    assert [year for (year,) in years] == [2004, 2008, 2013, 2018, 2023]
    told = done.query("SELECT caution FROM result.series_caution WHERE column_label = '(1)'")
    assert "changes its size in 2018 (4 of 4 regions that pass to another vintage" in told[0][0]


@pytest.mark.slow
def test_one_cell_in_another_unit_is_told_by_refresh_and_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "raw/bureau/2019/output.csv": paged(
            lambda at, y: (output(at, y) or 0) * (1e4 if (at, y) == (2, 2016) else 1) or None
        )
    }
    study = STUDY.replace(", minimum: 1, maximum: 1e9", "")
    project = write_mini(tmp_path, study, files)
    done = walk(project)
    done.publish()
    show_status(project, dt.date(2026, 1, 1))
    words = "single regions depart from the year before as in another unit: 河北省"
    assert words in " ".join(capsys.readouterr().out.split())
    told = done.query("SELECT check_name, found FROM audit.check_finding")
    assert any(name == "series_break_warning" and words in found for name, found in told), told
