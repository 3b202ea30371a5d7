"""A mini project of which every cell is known: statuses, origin, and what a coefficient rests on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.stages.mini import (
    CARD,
    REGIONS,
    STUDY,
    YEARS,
    Walk,
    locator,
    output,
    people,
    walk,
    walked,
    write_mini,
)

CODES = list(REGIONS)
OUTPUT, PEOPLE = "raw/bureau/2019/output.csv", "raw/survey/2019/people.csv"


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("mini"), is_published=True)


def cells_under(mini: Walk, label: str, variable: str) -> dict[tuple[str, str, int], tuple]:
    rows = mini.query(
        "SELECT series_id, unit, period, path, locator, status FROM result.provenance"
        f" WHERE study = 'mini' AND column_label = '{label}' AND variable = '{variable}'"
        " AND role IN ('value', 'lag')"
    )
    found = {row[:3]: row[3:] for row in rows}
    assert len(found) == len(rows), "a cell is listed once for a variable"
    return found


def expected(series: str, years: range, units: range = range(4)) -> dict[tuple, tuple]:
    cell, path = (output, OUTPUT) if series == "gdp" else (people, PEOPLE)
    imputed = "interpolated" if series == "gdp" else "extrapolated"
    return {
        (series, CODES[unit], year): (path, locator(unit, year), "reported")
        if cell(unit, year) is not None
        else (None, None, imputed)
        for unit in units
        for year in years
    }


@pytest.mark.slow
def test_the_exact_cells_under_each_coefficient(mini: Walk) -> None:
    sample = range(2015, 2019)
    lagged = range(2014, 2018)
    assert cells_under(mini, "(1)", "output") == expected("gdp", sample)
    assert cells_under(mini, "(1)", "people_before") == expected("population", lagged)
    both = expected("gdp", sample) | expected("population", sample)
    assert cells_under(mini, "(2)", "wealth") == both
    assert cells_under(mini, "(3)", "output") == expected("gdp", range(2017, 2019), range(3))
    late = expected("population", range(2016, 2018), range(3))
    assert cells_under(mini, "(3)", "people_before") == late


def test_what_a_filled_cell_is_made_from_is_listed_with_its_place_and_weight(mini: Walk) -> None:
    """Output of the first region in 2016 lies on a line, people of the second in 2014 repeat 2015."""
    rows = mini.query(
        "SELECT column_label, variable, series_id, unit, period, weight_in_fill, value, locator IS NULL"
        " FROM result.provenance WHERE role = 'filled_from' ORDER BY ALL"
    )
    line = [("gdp", CODES[0], year, 0.5, output(0, year), False) for year in (2015, 2017)]
    repeated = [("population", CODES[1], 2015, 1.0, people(1, 2015), False)]
    assert rows == [
        *[("(1)", "output", *cell) for cell in line],
        *[("(1)", "people_before", *cell) for cell in repeated],
        *[("(2)", variable, *cell) for variable in ("output", "wealth") for cell in line],
    ]


def test_imputed_cells_are_counted_alike_in_the_model_and_in_its_provenance(mini: Walk) -> None:
    counted = dict(mini.query("SELECT column_label, n_imputed_cells FROM result.model"))
    listed = dict(
        mini.query("""
        SELECT m.column_label, count(DISTINCT p.series_id || p.unit || p.period)
        FROM result.model AS m LEFT JOIN result.provenance AS p
            ON p.study = m.study AND p.table_name = m.table_name AND p.column_label = m.column_label
            AND p.status IN ('interpolated', 'extrapolated')
        GROUP BY ALL""")
    )
    assert counted == listed == {"(1)": 2, "(2)": 1, "(3)": 0}


def test_panel_cells_keep_status_and_origin(mini: Walk) -> None:
    rows = mini.query(
        "SELECT variable, unit, period, value, reported_value, status, file_id, locator, vintage"
        " FROM panel.cell WHERE variable IN ('gdp', 'population')"
    )
    files = {
        "gdp": hashlib.sha256((mini.project.root / OUTPUT).read_bytes()).hexdigest()[:12],
        "population": hashlib.sha256((mini.project.root / PEOPLE).read_bytes()).hexdigest()[:12],
    }
    seen = {row[:3]: row[3:] for row in rows}
    assert len(seen) == len(rows) == 2 * 4 * len(YEARS)
    between = (output(0, 2015) + output(0, 2017)) / 2  # type: ignore[operator]
    assert seen.pop(("gdp", CODES[0], 2016)) == (between, None, "interpolated", None, None, None)
    first = people(1, 2015)
    assert seen.pop(("population", CODES[1], 2014)) == (
        first, None, "extrapolated", None, None, None,
    )  # fmt: skip
    for (variable, unit, year), found in seen.items():
        place = CODES.index(unit)
        value = (output if variable == "gdp" else people)(place, year)
        origin = (files[variable], locator(place, year), "2019")
        assert found == (value, value, "reported", *origin)


def test_computed_cells_are_as_weak_as_their_inputs(mini: Walk) -> None:
    rows = mini.query(
        "SELECT variable, unit, period, status FROM panel.cell WHERE status <> 'reported'"
        " AND variable NOT IN ('gdp', 'population') ORDER BY ALL"
    )
    assert rows == [
        ("output", "110000", 2016, "interpolated"),
        ("output_per_person", "110000", 2016, "interpolated"),
        ("people_before", "120000", 2015, "extrapolated"),
        ("per_person", "110000", 2016, "interpolated"),
    ]


def test_the_weakest_status_travels_to_every_column_and_note(mini: Walk) -> None:
    assert mini.query("SELECT DISTINCT data_status FROM result.model") == [("synthetic",)]
    notes = mini.query("SELECT row_label FROM mini.table_1 WHERE row_kind = 'note'")
    assert notes[0][0].lower().startswith("synthetic data")
    assert all(label in notes[0][0] for label in ("(1)", "(2)", "(3)"))
    assert any("(1) 2 of 32 (6.2 %), (2) 1 of 32 (3.1 %)" in note for (note,) in notes)


@pytest.mark.slow
def test_official_data_are_called_official(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    card = tmp_path / "raw/survey/2019/people.csv.card.yaml"
    card.write_text(card.read_text().replace("synthetic", "official"))
    done = walk(project)
    done.publish()
    assert done.query("SELECT DISTINCT data_status FROM result.model") == [("official",)]


@pytest.mark.slow
def test_what_rests_on_what_with_lags(tmp_path: Path) -> None:
    more = """\
variables:
  early: {expression: "lag(output, 2) - lead(output, 1)"}
  chain: {expression: "lag(early, 1) + gdp"}
  only_lead: {expression: "lead(population, 1)"}
"""
    done = walked(tmp_path, STUDY.replace("variables:\n", more), is_published=True)
    rows = done.query(
        "SELECT variable, series_id, role, is_pooled, first_lag, last_lag FROM panel.rests_on"
    )
    found: dict[tuple, set[tuple]] = {}
    for variable, series_id, *way in rows:
        found.setdefault((variable, series_id), set()).add(tuple(way))
    assert found["people_before", "population"] == {("lag", False, -1, -1)}
    assert found["early", "gdp"] == {("lag", False, -2, -2), ("lag", False, 1, 1)}
    own = ("value", False, 0, 0)
    assert found["chain", "gdp"] == {("lag", False, -3, -3), own}
    assert found["only_lead", "population"] == {("lag", False, 1, 1)}
    assert found["wealth", "gdp"] == found["wealth", "population"] == {own, ("scale", True, 0, 0)}
    assert ("chain", "output") not in found
    # The grid is the study's years and what its lags reach, as far as the data go.
    years = done.query("SELECT min(period), max(period) FROM mini.filled_cell")
    assert years == [(2014, 2018)]


def test_many_ways_to_one_series_are_walked_once(tmp_path: Path) -> None:
    """Forty variables that each read the one before twice: 2^40 ways, forty steps."""
    chain = "".join(
        f'  v{n:02}: {{expression: "v{n - 1:02} + lag(v{n - 1:02}, 1)"}}\n' for n in range(1, 41)
    )
    study = STUDY.replace("variables:\n", "variables:\n  v00: {series: gdp}\n" + chain)
    from nqpf_assets.expressions.compile import Reach
    from nqpf_assets.stages.dependencies import direct_inputs, series_under
    from nqpf_assets.studies.reader import read_study_file

    file = read_study_file("mini.yaml", study)
    below = series_under(direct_inputs(file.study, file.formulas, {}), {"gdp", "population"})
    assert below["v40"] == {"gdp": (Reach(-40, 0),)}


PHONES = {"110000": 40, "120000": 55, "140000": 20}
USERS = {2014: 90.0, 2015: 100.0, 2017: 130.0, 2018: 145.0}
INTERACTED = {
    "raw/bureau/1985/phones.csv": "地区,年份,phones\n"
    + "".join(f"{REGIONS[code]},1984,{number}\n" for code, number in PHONES.items()),
    "raw/bureau/1985/phones.csv.card.yaml": CARD.format(
        publisher="Bureau", status="official", published="1985-12", unit="部",
        series="fixed_telephones", label="phones",
    ),
    "raw/bureau/2019/users.csv": "地区,年份,users\n"
    + "".join(f"全国,{year},{number}\n" for year, number in USERS.items()),
    "raw/bureau/2019/users.csv.card.yaml": CARD.format(
        publisher="Bureau", status="official", published="2019-10", unit="万人",
        series="network_users", label="users",
    ),
}  # fmt: skip
INSTRUMENT = """\
variables:
  instrument: {expression: "at(fixed_telephones, 1984) * of_region(network_users, 全国)"}
"""


@pytest.fixture(scope="module")
def interacted(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Telephones in 1984, which one province lacks, times the country's users, with a gap in 2016."""
    study = STUDY.replace("variables:\n", INSTRUMENT)
    # Users are printed in whole numbers, which nobody fills on a line but by name.
    study = study.replace("  series:\n", "  series:\n    network_users: {interpolate: true}\n")
    study = study.replace(
        "{label: (2), regressors: [wealth]}",
        "{label: (2), regressors: [instrument], expect: {n: 12}}",
    )
    return walked(tmp_path_factory.mktemp("interacted"), study, INTERACTED, is_published=True)


@pytest.mark.slow
def test_a_year_of_the_past_times_a_series_of_the_country(interacted: Walk) -> None:
    rows = interacted.query(
        "SELECT unit, period, value, status, reason FROM panel.cell WHERE variable = 'instrument'"
    )
    users = USERS | {2016: 115.0}
    expected = {
        (code, year): (
            PHONES[code] * users[year],
            "interpolated" if year == 2016 else "reported",
            None,
        )
        if code in PHONES
        else (None, "missing", "no value in 1984")
        for code in CODES
        for year in range(2015, 2019)
    }
    assert {row[:2]: row[2:] for row in rows} == expected


@pytest.mark.slow
def test_the_grid_has_the_years_and_regions_that_are_read_and_none_between(
    interacted: Walk,
) -> None:
    rows = interacted.query(
        "SELECT variable, unit, period FROM mini.filled_cell"
        " WHERE variable IN ('fixed_telephones', 'network_users') OR period < 2014"
    )
    phones = {("fixed_telephones", code, 1984) for code in CODES}
    assert set(rows) == phones | {("network_users", "000000", year) for year in YEARS}
    assert {unit for (unit,) in interacted.query("SELECT unit FROM mini.panel")} == set(CODES)


@pytest.mark.slow
def test_provenance_lists_the_cells_of_that_year_and_of_that_region(interacted: Walk) -> None:
    found = cells_under(interacted, "(2)", "instrument")
    phones = {("fixed_telephones", code, 1984): "reported" for code in PHONES}
    users = {
        ("network_users", "000000", year): "reported" if year in USERS else "interpolated"
        for year in range(2015, 2019)
    }
    assert {key: status for key, (_, _, status) in found.items()} == phones | users
    path, locator_1984, _ = found["fixed_telephones", "120000", 1984]
    assert (path, locator_1984) == ("raw/bureau/1985/phones.csv", "line 3, column 3")
    counted = interacted.query(
        "SELECT n_imputed_cells FROM result.model WHERE column_label = '(2)'"
    )
    assert counted == [(2,)], "the country's users in 2016, and the first province's output"


@pytest.mark.slow
def test_no_rule_for_ends_invents_a_year_before_the_series_begins(tmp_path: Path) -> None:
    """The survey of people begins in 2014, and its ends are filled by the nearest year."""
    variables = """\
variables:
  in_1984: {expression: "at(population, 1984)"}
  two_before: {expression: "lag(population, 2)"}
"""
    done = walked(tmp_path, STUDY.replace("variables:\n", variables), INTERACTED)
    cells = done.opened.store.scan(("mini", "derived_cell")).collect().to_dicts()
    found = {
        (row["variable"], row["period"], row["reason"])
        for row in cells
        if row["variable"] in ("in_1984", "two_before")
    }
    assert found == {
        *(("in_1984", year, "no value in 1984") for year in range(2015, 2019)),
        ("two_before", 2015, "missing input: lag(population, 2)"),
        *(("two_before", year, None) for year in range(2016, 2019)),
    }


def test_tables_of_what_did_not_happen_are_empty(mini: Walk) -> None:
    assert mini.query("SELECT count(*) FROM source.correction") == [(0,)]
    assert mini.query("SELECT count(*) FROM source.warning") == [(0,)]
    assert mini.query("SELECT count(*) FROM audit.finding WHERE found IS NULL") == [(0,)]


def test_the_unit_of_a_formula_is_computed_where_none_is_written(mini: Walk) -> None:
    found = dict(mini.query("SELECT variable, unit_measure FROM mini.variable"))
    assert found["people_before"] == "万人"
    assert found["output_per_person"] == "元/人"  # as written
    assert found["per_person"] == "亿元/万人"
