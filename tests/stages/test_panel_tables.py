"""Regional differences and fitted trends as tables of a study: what stands in them, and what is said.

The measures have tests of their own; here their way through the warehouse is held against sums over
pairs, NumPy's least squares and SciPy's densities on the published panel.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import gaussian_kde, t

from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.stages.regional_differences import _sigma_words
from tests.command import nqpf
from tests.stages.mini import STUDY, Walk, walked, write_mini

EXACT = 1e-12  # the same sums in another order
GROUPS = """\
groups:
  areas: {north: [北京, 天津], south: [河北, 山西]}
tables:
  regional: {kind: regional_differences, title: Differences, variable: output, grouping: areas}
  late: {kind: regional_differences, title: Late, variable: wealth, grouping: areas, first: 2017}
  figure: {kind: trend, title: Lines, x: people_before, y: output, grouping: areas, note: A remark.}
"""
SYNTHETIC = {"figure", "late"}  # people are made up, output is official


def with_tables(study: str = STUDY, groups: str = GROUPS) -> str:
    return study.replace("tables:\n", groups)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("described"), with_tables(), is_published=True)


def panel(mini: Walk, *columns: str) -> list[np.ndarray]:
    rows = mini.query(f"SELECT {', '.join(columns)} FROM mini.panel ORDER BY unit, period")
    return [np.array(column) for column in zip(*rows, strict=True)]


def pairs(y: np.ndarray, x: np.ndarray) -> float:
    """Gini coefficient between two groups, or of one with itself, from all pairs."""
    return float(np.abs(y[:, None] - x).mean() / (y.mean() + x.mean()))


def inequality(mini: Walk, table: str = "regional") -> dict[tuple, float]:
    rows = mini.query(
        "SELECT period, measure, group_name, other_group, value FROM result.inequality"
        f" WHERE study = 'mini' AND table_name = '{table}'"
    )
    return {row[:4]: row[4] for row in rows}


@pytest.mark.slow
def test_ginis_of_all_units_of_groups_and_between_them_are_sums_over_pairs(mini: Walk) -> None:
    y, year, area = panel(mini, "output", "period", "areas")
    found = inequality(mini)
    for period in range(2015, 2019):
        now = {name: y[(year == period) & (area == name)] for name in ("north", "south")}
        both = np.concatenate(list(now.values()))
        expected = {
            (None, None): pairs(both, both),
            ("north", None): pairs(now["north"], now["north"]),
            ("south", None): pairs(now["south"], now["south"]),
            ("north", "south"): pairs(now["north"], now["south"]),
        }
        for groups, value in expected.items():
            assert found[period, "gini", *groups] == pytest.approx(value, rel=EXACT)
        spread = both.std() / both.mean()
        assert found[period, "coefficient_of_variation", None, None] == pytest.approx(spread)
        share = both / both.sum()
        theil = float((share * np.log(share * len(both))).sum())
        assert found[period, "theil", None, None] == pytest.approx(theil, rel=EXACT)


@pytest.mark.slow
@pytest.mark.parametrize("table", ["regional", "late"])
def test_parts_add_up_in_the_printed_table_and_are_those_of_the_long_one(
    mini: Walk, table: str
) -> None:
    rows = mini.query(
        "SELECT row_label, gini, gini_within, gini_between, gini_overlap, theil, theil_within,"
        " theil_between, gini_within_share + gini_between_share + gini_overlap_share,"
        f" theil_within_share + theil_between_share FROM mini.{table} WHERE row_kind = 'period'"
        " ORDER BY row_position"
    )
    years = range(2015, 2019) if table == "regional" else range(2017, 2019)
    assert [row[0] for row in rows] == [str(year) for year in years]
    long = inequality(mini, table)
    for year, gini, *gini_parts, theil, theil_within, theil_between, shares, theil_shares in rows:
        assert sum(gini_parts) == pytest.approx(gini, rel=EXACT)
        assert theil_within + theil_between == pytest.approx(theil, rel=EXACT)
        assert (shares, theil_shares) == pytest.approx((1, 1), rel=EXACT)
        assert long[int(year), "gini", None, None] == gini
        assert long[int(year), "gini_overlap", None, None] == gini_parts[2]


@pytest.mark.slow
def test_beta_convergence_is_least_squares_of_growth_on_the_initial_level(mini: Walk) -> None:
    (y,) = panel(mini, "output")
    logs = np.log(y).reshape(4, 4)  # units × years
    start, growth = logs[:, :-1], np.diff(logs, axis=1)

    def slope(x: np.ndarray, g: np.ndarray) -> float:
        return float((x * g).sum() / (x * x).sum())

    def unit(a: np.ndarray) -> np.ndarray:
        return a - a.mean(axis=1, keepdims=True)

    def both(a: np.ndarray) -> np.ndarray:
        return unit(a) - unit(a).mean(axis=0)

    expected = {
        ("absolute", ""): slope(start - start.mean(), growth - growth.mean()),
        ("conditional", "unit"): slope(unit(start), unit(growth)),
        ("conditional", "unit, period"): slope(both(start), both(growth)),
    }
    rows = mini.query(
        "SELECT convergence, effects, estimate, std_error, n_obs, n_clusters, speed, half_life"
        " FROM result.convergence WHERE table_name = 'regional'"
    )
    assert {row[:2]: row[2] for row in rows} == pytest.approx(expected, rel=1e-9)
    for *_, beta, std_error, n_obs, n_clusters, speed, half_life in rows:
        assert (n_obs, n_clusters) == (12, 4)
        assert std_error > 0
        assert speed == (pytest.approx(-np.log1p(beta)) if beta > -1 else None)
        converges = speed is not None and speed > 0
        assert half_life == (pytest.approx(np.log(2) / speed) if converges else None)
    notes = mini.query("SELECT row_label FROM mini.regional WHERE row_kind = 'note'")
    assert ("β: 4 clusters are few, and such errors reject too often.",) in notes


@pytest.mark.slow
def test_densities_are_those_of_scipy(mini: Walk) -> None:
    y, year = panel(mini, "output", "period")
    for period in (2015, 2018):
        rows = mini.query(
            "SELECT x, density, bandwidth FROM result.density"
            f" WHERE table_name = 'regional' AND period = {period} ORDER BY x"
        )
        x, density, bandwidth = map(np.array, zip(*rows, strict=True))
        kde = gaussian_kde(y[year == period], "silverman")
        np.testing.assert_allclose(density, kde(x), rtol=1e-9, atol=1e-15)
        assert bandwidth[0] == pytest.approx(np.sqrt(kde.covariance[0, 0]))


@pytest.mark.slow
def test_lines_and_bands_are_those_of_least_squares(mini: Walk) -> None:
    x, y, area = panel(mini, "people_before", "output", "areas")
    for name in ("north", "south"):
        own_x, own_y = x[area == name], y[area == name]
        slope, intercept = np.polyfit(own_x, own_y, 1)
        design = np.column_stack([np.ones(len(own_x)), own_x])
        error = own_y - design @ [intercept, slope]
        covariance = np.linalg.inv(design.T @ design) * (error @ error) / (len(own_x) - 2)
        row = mini.query(
            "SELECT n_obs, slope, std_error, intercept, r2 FROM mini.figure"
            f" WHERE row_label = '{name}' AND row_kind = 'group'"
        )[0]
        r2 = 1 - error @ error / ((own_y - own_y.mean()) ** 2).sum()
        expected = (8, slope, np.sqrt(covariance[1, 1]), intercept, r2)
        assert row == pytest.approx(expected, rel=1e-8)
        line = np.array(
            mini.query(
                "SELECT x, fitted, conf_low, conf_high FROM result.trend"
                f" WHERE table_name = 'figure' AND group_name = '{name}' ORDER BY x"
            )
        )
        assert (line[0, 0], line[-1, 0]) == pytest.approx((own_x.min(), own_x.max()))
        grid = np.column_stack([np.ones(len(line)), line[:, 0]])
        half = t.ppf(0.975, len(own_x) - 2) * np.sqrt(((grid @ covariance) * grid).sum(axis=1))
        fitted = intercept + slope * line[:, 0]
        # The normal equations of the uncentred design lose digits that the centred line keeps.
        np.testing.assert_allclose(line[:, 1], fitted, rtol=1e-7)
        np.testing.assert_allclose(line[:, 2], fitted - half, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(line[:, 3], fitted + half, rtol=1e-6, atol=1e-6)


@pytest.mark.slow
def test_notes_tell_what_the_numbers_rest_on(mini: Walk) -> None:
    for table in ("regional", "late", "figure"):
        notes = [
            note
            for (note,) in mini.query(
                f"SELECT row_label FROM mini.{table} WHERE row_kind = 'note' ORDER BY row_position"
            )
        ]
        assert (notes[0] == "SYNTHETIC data.") == (table in SYNTHETIC)
        imputed = "Interpolated or extrapolated cells underneath: {} of "
        counted = {"regional": 1, "figure": 2}
        told = [note for note in notes if note.startswith(imputed.format(counted.get(table)))]
        assert len(told) == (table in counted)
    assert notes[-1] == "A remark."


def test_show_prints_years_with_shares_below_and_groups_with_their_lines(mini: Walk) -> None:
    ran = nqpf("show", "mini.regional", project=mini.project.root)
    assert ran.status == 0
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["Gini", "within", "between", "overlap", "Theil", "within", "between", "CV"] in lines
    gini, within = mini.query(
        "SELECT gini, gini_within_share FROM mini.regional WHERE row_label = '2015'"
    )[0]
    at = next(place for place, words in enumerate(lines) if words[:1] == ["2015"])
    assert lines[at][1] == f"{gini:.3f}"
    assert lines[at + 1][0] == f"({100 * within:.1f})"
    assert "β convergence, absolute:" in ran.out
    ran = nqpf("show", "mini.figure", project=mini.project.root)
    assert "SYNTHETIC data." in ran.out
    assert [words[:2] for words in map(str.split, ran.out.splitlines()) if words[:1] == ["north"]] == [
        ["north", "8"]
    ]  # fmt: skip


@pytest.mark.slow
def test_a_study_without_such_tables_has_their_long_forms_empty(tmp_path: Path) -> None:
    forms = ("inequality", "convergence", "density", "trend", "local_moran")
    done = walked(tmp_path, only=tuple(f"result.{table}" for table in forms))
    for table in forms:
        assert done.query(f"SELECT count(*) FROM result.{table}") == [(0,)]


GAP = STUDY.replace("population: {ends: nearest}", "population: {ends: none}")


@pytest.mark.slow
def test_a_missing_value_stops_differences_and_is_told_under_trends(tmp_path: Path) -> None:
    figure = with_tables(GAP.replace(", expect: {n: 16}", ""))
    done = walked(tmp_path / "figure", figure, only=("mini.figure",))
    notes = done.opened.store.scan(("mini", "figure")).collect()["row_label"].to_list()
    told = "Left out, for want of people_before, output or a group: 1 of 16 rows."
    assert told in notes
    regional = figure.replace("variable: output", "variable: people_before")
    with pytest.raises(CheckFailed, match="no value of people_before in 天津市 2015"):
        walked(tmp_path / "regional", regional, only=("mini.regional",))


@pytest.mark.slow
def test_a_unit_without_a_group_stops_differences(tmp_path: Path) -> None:
    study = with_tables(groups=GROUPS.replace("[河北, 山西]", "[河北]"))
    with pytest.raises(
        CheckFailed, match="no group of areas in 山西省 2015, 山西省 2016"
    ) as failed:
        walked(tmp_path, study)
    assert {problem.where for problem in failed.value.problems} == {"regional", "late"}


@pytest.mark.slow
def test_what_cannot_be_estimated_says_so_and_keeps_the_rest(tmp_path: Path) -> None:
    """One year has no growth, but inequality all the same."""
    groups = GROUPS.replace("first: 2017", "first: 2018")
    only = ("mini.late", "result.convergence")
    done = walked(tmp_path, with_tables(groups=groups), only=only)
    rows = done.query("SELECT estimate, note FROM result.convergence WHERE table_name = 'late'")
    assert rows == [(None, "no region has values 1 period apart: no growth to explain")] * 3
    assert done.query("SELECT count(*) FROM mini.late WHERE gini > 0") == [(1,)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("variable: output", "variable: outputs", "did you mean `output`?"),
        ("grouping: areas, first", "grouping: area, first", "did you mean `areas`?"),
        ("y: output", "y: wealht", "did you mean `wealth`?"),
        ("first: 2017", "first: 1999", "a year from 2015 to 2018"),
        ("kind: trend", "kind: trends", "did you mean `trend`?"),
        ("kind: trend, ", "kind: trend, variable: output, ", "`variable`"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = with_tables().replace(old, new, 1)
    project = write_mini(tmp_path, text).root
    ran = nqpf("check", project=project)
    assert ran.status == 2
    line = next(n for n, written in enumerate(text.splitlines(), 1) if new in written)
    assert f"line {line}" in ran.out + ran.err
    assert said in ran.out + ran.err


def test_the_shipped_studies_ask_for_them() -> None:
    from importlib.resources import files

    from nqpf_assets.studies.reader import read_study

    asked = {}
    for name in ("province", "chongqing"):
        text = files("nqpf_assets.studies").joinpath(f"{name}.yaml").read_text("utf-8")
        for key, table in read_study(f"{name}.yaml", text).tables.items():
            if table.kind in ("regional_differences", "trend"):
                asked[name, key] = table.grouping
    assert asked == {
        ("province", "regional_rural_revitalization"): "four_regions",
        ("province", "regional_nqpf"): "four_regions",
        ("province", "regional_coupling"): "four_regions",
        ("chongqing", "regional_governance"): "three_areas",
        ("chongqing", "regional_nqpf"): "three_areas",
        ("chongqing", "figure_4_1"): "terrain",
    }


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0.3, 0.2), "falls from 0.300 in 2015 to 0.200 in 2016"),
        ((0.1234, 0.12342), "rises from 0.12340 in 2015 to 0.12342 in 2016"),
        ((0.25, 0.25), "stays from 0.250 in 2015 to 0.250 in 2016"),
    ],
)
def test_a_coefficient_of_variation_that_changes_is_shown_to_change(
    values: tuple[float, float], words: str
) -> None:
    sigma: Any = SimpleNamespace(variation=values, periods=(2015, 2016))
    assert words in _sigma_words(sigma)
