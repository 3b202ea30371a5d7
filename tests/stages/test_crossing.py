"""A study of prefectures whose numbers are published for counties: values, and what is under them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.walk import all_stops
from tests.command import nqpf
from tests.stages.crossing import (
    AFTER,
    BEFORE,
    GAP,
    MOVED,
    PREFECTURES,
    STUDY,
    YEAR,
    cells,
    counties,
    number,
    unit_of,
    write_crossing,
)
from tests.stages.mini import Walk, first_walk, walk

pytestmark = pytest.mark.slow  # whole builds and publications

CORRECTION = {
    "name": "output_2014", "series": "gdp", "region": "341521", "period": 2014,
    "expect": number("gdp", MOVED, 2014), "value": 999.75, "reason": "a digit too few",
    "source": "yearbook 2015, 3-1", "date": "2021-12-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return first_walk(write_crossing(tmp_path_factory.mktemp("plain")), is_published=True)


def members_of(prefecture: str, year: int) -> list[str]:
    return [unit_of(code) for code, above in counties(year).items() if above == prefecture]


def test_values_are_those_of_the_counties_of_the_year(plain: Walk) -> None:
    rows = {
        (name, unit, period): value
        for name, unit, period, value in plain.query(
            "SELECT variable, unit, period, value FROM panel.cell"
            " WHERE unit IN ('340100', '340400', '341500')"
        )
    }
    for year in range(2013, 2019):
        for unit in PREFECTURES:
            inside = members_of(unit, year)
            output = sum(number("gdp", one, year) for one in inside) / 10_000  # 万元 to 亿元
            people = sum(number("population", one, year) for one in inside)
            towns = sum(
                number("urban_share", one, year) * number("population", one, year) for one in inside
            )
            expected = None if (unit, year) == (AFTER, GAP[1]) else pytest.approx(output, rel=1e-12)
            assert rows["output", unit, year] == expected
            assert rows["urban", unit, year] == pytest.approx(towns / people, rel=1e-12)
            land = sum(number("land", one, year) for one in inside) / len(inside)
            assert rows["land_each", unit, year] == pytest.approx(land, rel=1e-12)


def test_the_incomplete_cell_is_counted_told_and_filled_by_its_own_rule(plain: Walk) -> None:
    told = plain.query(
        "SELECT n_members, n_present, value, members_absent FROM panel.aggregated_cell"
        f" WHERE variable = 'gdp' AND unit = '{AFTER}' AND period = {GAP[1]}"
    )
    assert told == [(7, 6, None, GAP[0])]
    filled = plain.query(
        "SELECT status, value FROM panel.cell WHERE variable = 'gdp@linear/none' AND period = 2016"
        f" AND unit = '{AFTER}'"
    )
    sides = [
        sum(number("gdp", one, year) for one in members_of(AFTER, year)) for year in (2015, 2017)
    ]
    assert filled == [("interpolated", pytest.approx(sum(sides) / 20_000, rel=1e-12))]
    sources = plain.query(
        "SELECT from_period, count(*), min(weight_in_fill), max(weight_in_fill) FROM panel.filled_from"
        f" WHERE made_as = 'filled_from' AND unit = '{AFTER}' GROUP BY ALL ORDER BY 1"
    )
    assert sources == [(2015, 7, 0.5, 0.5), (2017, 7, 0.5, 0.5)]


def test_the_warning_names_the_cell_and_its_members(plain: Walk) -> None:
    (told,) = (
        check
        for made in plain.made
        if made.key == ("cities", "aggregated_cell")
        for check in made.checks
        if check.name == "members"
    )
    assert told.is_warning
    (of_gdp,) = (one for one in told.findings if one.about == "series gdp")
    assert (
        "1 of 21 cells left without a value: 340400 2016 (6 of 7, without 340402)" in of_gdp.found
    )


MOVES = [
    ("gdp", MOVED, 2014),
    ("gdp", MOVED, 2015),
    ("population", MOVED, 2015),
    ("land", "340402", 2017),
]


@pytest.mark.parametrize(("series", "county", "year"), MOVES)
def test_a_number_moves_with_a_county_if_and_only_if_it_lists_it(
    plain: Walk, tmp_path: Path, series: str, county: str, year: int
) -> None:
    before = number(series, county, year)
    text = cells(series, {(county, year): before + 1})
    project = write_crossing(tmp_path, files={f"raw/bureau/2020/{series}.csv": text})
    moved = first_walk(project, is_published=True)
    panel = (
        "SELECT c.variable, c.unit, c.period, c.value FROM panel.cell AS c INNER JOIN cities.variable AS v"
        " USING (variable) WHERE v.role <> 'series' AND c.value IS NOT NULL"
        " AND c.unit IN ('340100', '340400', '341500')"
    )
    was, now = ({row[:3]: row[3] for row in one.query(panel)} for one in (plain, moved))
    changed = {key: now[key] - value for key, value in was.items() if now[key] != value}
    at = f"series_id LIKE '{series}%' AND cell_unit = '{county}' AND cell_period = {year}"
    listed = {
        row[:3]: row[3]
        for row in plain.query(
            f"SELECT variable, unit, period, weight_in_fill FROM panel.provenance WHERE {at}"
        )
    }
    assert changed.keys() == listed.keys()
    assert changed
    direct = {"gdp": "output", "land": "land_each", "population": "urban"}[series]
    unit = BEFORE if county == MOVED and year < YEAR else AFTER
    scale = 1e-4 if series == "gdp" else 1.0
    weight = listed[direct, unit, year]
    assert changed[direct, unit, year] == pytest.approx(weight * scale, rel=2e-2)
    estimates = "SELECT column_label, term, estimate FROM result.estimate"
    was_told, now_told = (
        {row[:2]: row[2] for row in one.query(estimates)} for one in (plain, moved)
    )
    columns = {key[0] for key, value in was_told.items() if now_told[key] != value}
    listing = {
        label
        for (label,) in plain.query(
            "SELECT DISTINCT column_label FROM result.provenance"
            f" WHERE series_id LIKE '{series}%' AND unit = '{county}' AND period = {year}"
        )
    }
    assert columns == listing


def test_influence_is_what_a_percent_of_a_county_moves(plain: Walk, tmp_path: Path) -> None:
    series, county, year, told = plain.query(
        "SELECT series_id, unit, period, change FROM result.influence WHERE column_label = '(1)'"
        " AND term = 'urban' AND subject = 'cell' ORDER BY size_rank LIMIT 1"
    )[0]
    assert county not in PREFECTURES
    text = cells(series, {(county, year): 1.001 * number(series, county, year)})
    project = write_crossing(tmp_path, files={f"raw/bureau/2020/{series}.csv": text})
    moved = first_walk(project, is_published=True)
    estimate = "SELECT estimate FROM result.estimate WHERE column_label = '(1)' AND term = 'urban'"
    change = moved.query(estimate)[0][0] - plain.query(estimate)[0][0]
    assert 10 * change == pytest.approx(told, rel=1e-2)


def test_explain_shows_members_with_their_weights(plain: Walk) -> None:
    with duckdb.connect(str(plain.project.database), read_only=True) as connection:
        walk_down = [*all_stops(answer(connection, ("cities.urban", AFTER, "2015")).walk)]
    stops = [one for one in walk_down if one.kind == "aggregated_from"]
    inside = members_of(AFTER, 2015)
    people = sum(number("population", one, 2015) for one in inside)
    shares = {one.unit: one for one in stops if one.name == "urban_share"}
    assert {*shares} == {*inside}
    for unit, one in shares.items():
        assert one.value == number("urban_share", unit, 2015)
        assert one.weight == pytest.approx(number("population", unit, 2015) / people, rel=1e-12)
        assert [below.kind for below in one.below] == ["cell"]
    assert {one.unit for one in stops if one.name == "population"} == {*inside}
    series = next(one for one in walk_down if one.kind == "series")
    assert series.status == "aggregated"
    assert series.error is None
    assert "weighted_mean by population of 7 of 7 regions of the level county" in (
        series.text or ""
    )


def test_explain_says_why_a_gap_is_left_by_counties(plain: Walk) -> None:
    with duckdb.connect(str(plain.project.database), read_only=True) as connection:
        asked = answer(connection, ("cities.gdp@linear/none", AFTER, str(GAP[1])))
        told = [one.text or "" for one in all_stops(asked.walk) if one.kind == "series"]
    assert told
    for text in told:
        assert "not published" not in text
        assert f"not put together: 6 of 7 regions of the level county, without {GAP[0]}" in text
        assert text.endswith("filled by `linear`")


def test_a_correction_of_a_county_reaches_the_prefecture(plain: Walk, tmp_path: Path) -> None:
    project = first_walk(write_crossing(tmp_path), is_published=True).project
    written = yaml.safe_dump({"corrections": [CORRECTION]}, allow_unicode=True)
    (project.root / "corrections.yaml").write_text(written, encoding="utf-8")
    corrected = walk(project)
    corrected.publish()
    value = (
        "SELECT value, status FROM panel.cell WHERE variable = 'gdp' AND period = 2014"
        f" AND unit = '{BEFORE}'"
    )
    ((was, _),), ((now, status),) = plain.query(value), corrected.query(value)
    assert now - was == pytest.approx((999.75 - number("gdp", MOVED, 2014)) / 10_000, rel=1e-9)
    assert status == "aggregated"
    counts = dict(corrected.query("SELECT column_label, n_corrected_cells FROM result.model"))
    assert counts == {"(1)": 1, "(2)": 1, "(3)": 1, "filled": 1}
    listed = corrected.query(
        "SELECT DISTINCT role, unit, correction FROM result.provenance WHERE column_label = '(1)'"
        " AND status = 'corrected'"
    )
    assert listed == [("aggregated_from", MOVED, "output_2014")]
    told = " ".join(nqpf("diff", project=project.root).out.split())
    assert "寿县" in told
    assert "filled or put together from them" in told
    assert "1 cell of gdp put together otherwise" in told
    assert "filled otherwise" not in told


def test_the_sites_pages_have_the_counties(plain: Walk, tmp_path: Path) -> None:
    ran = nqpf("site", "-o", tmp_path / "site", project=plain.project.root)
    assert ran.status == 0, ran.err
    pages = [one for one in (tmp_path / "site").rglob("*.html") if "urban_share" in one.name]
    text = "".join(one.read_text("utf-8") for one in pages)
    assert f'id="{MOVED}-2015"' in text
    assert 'class="aggregated"' in text


def test_in_borders_of_one_year_a_county_that_moved_counts_where_it_lay_then(
    tmp_path: Path,
) -> None:
    study = STUDY.replace("level: prefecture, only", "level: prefecture, borders: 2014, only")
    fixed = first_walk(write_crossing(tmp_path, study), is_published=True)
    found = dict(
        fixed.query(
            "SELECT period, value FROM panel.aggregated_cell"
            f" WHERE variable = 'gdp' AND unit = '{BEFORE}'"
        )
    )
    for year in range(2013, 2019):
        inside = {*members_of(BEFORE, year), MOVED}
        output = sum(number("gdp", one, year) for one in inside) / 10_000
        assert found[year] == pytest.approx(output, rel=1e-12)
    listed = fixed.query(
        "SELECT DISTINCT period FROM panel.filled_from WHERE made_as = 'aggregated_from'"
        f" AND unit = '{BEFORE}' AND from_unit = '{MOVED}' AND from_series = 'gdp' ORDER BY 1"
    )
    assert [year for (year,) in listed] == [*range(2012, 2019)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["cities.gdp", "寿县", "2014"], "enters gdp of 六安 341500"),
        (["cities.gdp", "341521", "2015"], "enters gdp of 淮南 340400"),
        (["cities.population", MOVED, "2015"], "enters urban_share of 淮南 340400"),
        (["cities.gdp", *map(str, GAP)], "no value was published"),
    ],
)
def test_a_county_is_asked_for_its_own_cell(plain: Walk, words: list[str], told: str) -> None:
    with duckdb.connect(str(plain.project.database), read_only=True) as connection:
        found = answer(connection, words).walk
    assert told in found.text
    series, year = words[0].partition(".")[2], int(words[2])
    is_gap = (found.unit, year) == GAP
    raw = number(series, MOVED, year) / (10_000 if series == "gdp" else 1)
    assert found.value == (None if is_gap else pytest.approx(raw, rel=1e-12))
    places = [one.place.file for one in all_stops(found) if one.place.file]
    assert places == ([] if is_gap else [f"raw/bureau/2020/{series}.csv"])


def test_of_what_a_county_has_none_the_unit_to_ask_is_told(plain: Walk) -> None:
    ran = nqpf("explain", "cities.output", "寿县", "2014", project=plain.project.root)
    words = " ".join((ran.out + ran.err).split())
    assert ran.status == 2
    assert "寿县 340422, which is in 六安 341500 until 2014, 淮南 340400" in words
    assert "ask that unit; of itself it has the published cells of `gdp`, `land`," in words
