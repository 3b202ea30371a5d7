"""Moran's I of a study's variable as a table, and local Moran's I of every unit in the warehouse.

The statistics have tests of their own, against PySAL; here their way through the warehouse is held
against sums written out over the pairs of the small study, whose borders are facts: of 北京, 天津,
河北 and 山西 the first three touch each other, and 山西 touches 河北.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.geography import load_geography
from nqpf_assets.estimators.spatial.local_moran import local_morans_i
from nqpf_assets.estimators.spatial.weights import contiguity_weights
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.stages.printed_panel_table import Described, PanelRows
from nqpf_assets.stages.spatial_autocorrelation import describe_autocorrelation
from nqpf_assets.studies.table_kinds.spatial_autocorrelation import CLUSTERS, AutocorrelationTable
from tests.command import nqpf
from tests.stages.mini import STUDY, Walk, walk, walked, write_mini

GEOGRAPHY, _ = load_geography()
EXACT = 1e-12  # the same sums in another order
UNITS = ["110000", "120000", "130000", "140000"]
BORDERS = [(0, 1), (0, 2), (1, 2), (2, 3)]
TABLES = """\
tables:
  clusters: {kind: spatial_autocorrelation, title: Clusters, variable: output, local: true, permutations: 199}
  global_only: {kind: spatial_autocorrelation, title: Global, variable: people_before, first: 2017,
    space: {weights: inverse_distance}}
"""


def with_tables(tables: str = TABLES, study: str = STUDY) -> str:
    return study.replace("tables:\n", tables)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("maps"), with_tables(), is_published=True)


def borders() -> np.ndarray:
    w = np.zeros((4, 4))
    for i, j in BORDERS:
        w[i, j] = w[j, i] = 1
    return w / w.sum(axis=1, keepdims=True)


def output(mini: Walk, year: int) -> np.ndarray:
    rows = mini.query(f"SELECT output FROM mini.panel WHERE period = {year} ORDER BY unit")
    return np.array([row[0] for row in rows])


@pytest.mark.slow
def test_local_statistics_are_sums_over_neighbours(mini: Walk) -> None:
    rows = mini.query(
        "SELECT unit, period, value, local_moran, spatial_lag, quadrant FROM result.local_moran"
        " WHERE study = 'mini' AND table_name = 'clusters' AND variable = 'output'"
        " ORDER BY period, unit"
    )
    assert [row[:2] for row in rows] == [(u, y) for y in range(2015, 2019) for u in UNITS]
    for year in range(2015, 2019):
        y = output(mini, year)
        z = y - y.mean()
        lags = borders() @ z
        now = [row for row in rows if row[1] == year]
        assert [row[2] for row in now] == y.tolist()
        np.testing.assert_allclose(
            [row[3] for row in now], z * lags / (z @ z / 4), rtol=1e-9, atol=EXACT
        )
        np.testing.assert_allclose([row[4] for row in now], lags, rtol=1e-9, atol=1e-9)
        for row, own, other in zip(now, z, lags, strict=True):
            # 北京 in 2015 has neighbours that are average to the last digit: either is right.
            allowed = "HL" if abs(other) < 1e-9 else "H" if other > 0 else "L"
            assert row[5][0] == ("H" if own > 0 else "L")
            assert row[5][1] in allowed
        printed = mini.query(f"SELECT moran, geary FROM mini.clusters WHERE row_label = '{year}'")
        assert printed[0][0] == pytest.approx(np.mean([row[3] for row in now]), rel=EXACT)
        squares = sum(w * (y[i] - y[j]) ** 2 for (i, j), w in np.ndenumerate(borders()))
        assert printed[0][1] == pytest.approx(3 * squares / (2 * 4 * (z @ z)), rel=EXACT)


@pytest.mark.slow
def test_p_values_are_seeded_by_the_table_and_adjusted_within_a_year(mini: Walk) -> None:
    rows = mini.query(
        "SELECT p_value, p_adjusted, is_significant, data_status FROM result.local_moran"
        " WHERE period = 2016 ORDER BY unit"
    )
    p = np.array([row[0] for row in rows])
    assert ((p > 0) & (p <= 1)).all()
    ranks = np.argsort(np.argsort(p, kind="stable"))
    raw = p * 4 / (ranks + 1)
    expected = [min(1.0, min(raw[ranks >= r])) for r in ranks]
    np.testing.assert_allclose([row[1] for row in rows], expected, rtol=EXACT)
    # Four units on 199 random maps: nothing can be significant.
    assert [row[2:] for row in rows] == [(False, "official")] * 4
    again = walk(write_mini(mini.project.root.parent / "again", with_tables()))
    again.publish()
    everything = "SELECT * FROM result.local_moran ORDER BY ALL"
    assert again.query(everything) == mini.query(everything)


@pytest.mark.slow
def test_a_table_without_local_has_no_clusters_and_no_local_rows(mini: Walk) -> None:
    columns = mini.query("DESCRIBE mini.global_only")
    assert [column[0] for column in columns] == [
        "row_position", "row_label", "row_kind", "n_units", "moran", "moran_z", "p_value", "geary",
    ]  # fmt: skip
    assert mini.query("SELECT DISTINCT table_name FROM result.local_moran") == [("clusters",)]
    labels = mini.query("SELECT row_label FROM mini.global_only ORDER BY row_position")
    assert [row[0] for row in labels[:3]] == ["2017", "2018", "SYNTHETIC data."]


@pytest.mark.slow
def test_show_prints_clusters_by_year(mini: Walk) -> None:
    ran = nqpf("show", "mini.clusters", project=mini.project.root)
    assert ran.status == 0
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["n", "Moran's", "I", "z", "p", "Geary's", "C", "HH", "LL", "HL", "LH"] in lines
    moran = mini.query("SELECT moran FROM mini.clusters WHERE row_label = '2015'")[0][0]
    at = next(words for words in lines if words[:1] == ["2015"])
    assert (at[1], at[-4:]) == ("4", ["0"] * 4)
    assert float(at[2]) == pytest.approx(moran, abs=5e-4)
    assert "No unit is significant in any year." in ran.out


NAMES = {"110000": "北京", "120000": "天津", "130000": "河北", "140000": "山西", "460000": "海南"}


def with_an_island(**options: Any) -> Described:
    """Five units in two years, 海南 among them; 天津 has no value in 2019."""
    values = [[3.0, 2.0, 4.0, 1.0, 9.0], [3.5, None, 4.5, 1.5, 8.0]]
    rows = [
        {"unit": code, "unit_name": name, "period": year, "y": values[year - 2018][place]}
        for year in (2018, 2019)
        for place, (code, name) in enumerate(NAMES.items())
    ]
    table = AutocorrelationTable.model_validate(
        {"kind": "spatial_autocorrelation", "title": "T", "variable": "y", "local": True,
         "permutations": 99} | options
    )  # fmt: skip
    return describe_autocorrelation(table, PanelRows("s.t", pl.DataFrame(rows), GEOGRAPHY))


def test_an_island_is_named_and_has_no_local_statistic() -> None:
    made = with_an_island()
    notes = " ".join(made.notes)
    assert (
        "Without neighbours, and so without a local statistic: 海南; counted in Moran's I" in notes
    )
    assert "Left out, for want of a value: 1 of 10 rows." in notes
    rows = made.long["local_moran"].filter(unit="460000").to_dicts()
    assert [row["value"] for row in rows] == [9.0, 8.0]
    for row in rows:
        empty = {"local_moran", "spatial_lag", "quadrant", "p_value", "p_adjusted"}
        assert {key for key, value in row.items() if value is None} == empty
        assert row["is_significant"] is False
    assert made.long["local_moran"].filter(period=2019).get_column("unit").to_list() == [
        "110000", "130000", "140000", "460000",
    ]  # fmt: skip
    assert [row["n_units"] for row in made.printed] == [5, 4]
    joined = with_an_island(space={"join": (("460000", "110000"),)})
    assert joined.long["local_moran"].get_column("local_moran").null_count() == 0
    assert "Without neighbours" not in " ".join(joined.notes)


def test_weights_by_year_are_those_of_the_years_values_and_no_other_year_is_read() -> None:
    """天津 has no wealth in 2019, and so is no neighbour there."""
    wealth = [[1.0, 2.0, 4.0, 8.0, 16.0], [5.0, None, 1.0, 9.0, 3.0]]
    values = [[3.0, 2.0, 4.0, 1.0, 9.0], [3.5, 7.0, 4.5, 1.5, 8.0]]
    rows = [
        {
            "unit": code,
            "unit_name": name,
            "period": 2018 + k,
            "y": values[k][i],
            "gdp": wealth[k][i],
        }
        for k in (0, 1)
        for i, (code, name) in enumerate(NAMES.items())
    ]
    space = {"weights": "economic", "economic_variable": "gdp", "by_period": True}
    table = AutocorrelationTable.model_validate(
        {"kind": "spatial_autocorrelation", "title": "T", "variable": "y", "permutations": 99,
         "space": space}
    )  # fmt: skip
    made = describe_autocorrelation(table, PanelRows("s.t", pl.DataFrame(rows), GEOGRAPHY))
    for k, row in enumerate(made.printed):
        there = [i for i in range(5) if wealth[k][i] is not None]
        x, y = (np.array([one[k][i] for i in there]) for one in (wealth, values))
        gaps = np.abs(x[:, None] - x) + np.eye(len(x))
        w = (1 / gaps - np.eye(len(x))) / (1 / gaps - np.eye(len(x))).sum(axis=1, keepdims=True)
        z = y - y.mean()
        assert row["moran"] == pytest.approx(z @ w @ z / (z @ z), rel=1e-9)
    assert "economic distance, of each period, row-standardised" in made.notes[0]
    of_wealth = [one for one in made.reads if one.variable == "gdp"]
    assert of_wealth
    assert all(one.first == one.last == one.period for one in of_wealth)


def test_clusters_are_counted_and_named_at_the_rate_that_is_asked_for() -> None:
    """Longitude is as clustered as a map can be: east among east, west among west."""
    places = [row for row in GEOGRAPHY.coordinates.iter_rows() if row[0].endswith("0000")]
    units = sorted({code for pair in GEOGRAPHY.neighbours.iter_rows() for code in pair})
    rows = [
        {"unit": code, "unit_name": f"<{code}>", "period": 2020, "y": longitude}
        for code, longitude, _ in places
        if code in units
    ]
    found = {}
    for rate in (0.05, 0.0001):
        table = AutocorrelationTable.model_validate(
            {"kind": "spatial_autocorrelation", "title": "T", "variable": "y", "local": True,
             "false_discovery_rate": rate}
        )  # fmt: skip
        made = describe_autocorrelation(table, PanelRows("s.t", pl.DataFrame(rows), GEOGRAPHY))
        year = made.long["local_moran"]
        expected = year.get_column("p_adjusted") <= rate
        assert year.get_column("is_significant").to_list() == expected.to_list()
        significant = year.filter("is_significant")
        (row,) = made.printed
        counts = significant.get_column("quadrant").to_list()
        assert {key: row[name] for key, name in CLUSTERS.items()} == {
            key: counts.count(key) for key in CLUSTERS
        }
        (named,) = [note for note in made.notes if note.startswith(("2020: ", "No unit"))]
        assert {name for name in year.get_column("unit_name") if name in named} == {
            *significant.get_column("unit_name")
        }
        found[rate] = counts
    assert len(found[0.05]) >= 3
    assert {*found[0.05]} <= {"HH", "LL"}
    assert found[0.0001] == []


@pytest.mark.slow
def test_a_join_is_written_with_names(tmp_path: Path) -> None:
    far = (
        "clusters: {kind: spatial_autocorrelation, title: C, variable: output, local: true,"
        " space: {join: [[北京, 山西]]}}"
    )
    only = ("mini.panel", "result.local_moran")
    done = walked(tmp_path, with_tables(f"tables:\n  {far}\n"), only=only)
    y = output(done, 2015)
    w = contiguity_weights(UNITS, [(UNITS[i], UNITS[j]) for i, j in [*BORDERS, (0, 3)]])
    expected = local_morans_i(y, UNITS, w, permutations=1).statistics
    found = done.query(
        "SELECT local_moran FROM result.local_moran WHERE period = 2015 ORDER BY unit"
    )
    np.testing.assert_allclose([row[0] for row in found], expected, rtol=EXACT)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("variable: output, space: {join: [[北京, 广州]]}", "units of the study, by code or name"),
        ("variable: outptu", "a variable or an index of the study"),
    ],
)
def test_mistakes_are_told(table: str, said: str, tmp_path: Path) -> None:
    made = f"tables:\n  clusters: {{kind: spatial_autocorrelation, title: C, {table}}}\n"
    ran = nqpf("check", project=write_mini(tmp_path, with_tables(made)).root)
    assert ran.status == 2
    assert said in ran.out + ran.err


@pytest.mark.slow
def test_values_that_cannot_be_mapped_name_the_year(tmp_path: Path) -> None:
    study = STUDY.replace(
        "variables:\n", "variables:\n  flat: {expression: output - output, title: Nothing}\n"
    )
    made = "tables:\n  clusters: {kind: spatial_autocorrelation, title: C, variable: flat}\n"
    with pytest.raises(CheckFailed, match="flat in 2015: the values do not vary between units"):
        walked(tmp_path, with_tables(made, study), only=("mini.clusters",))
