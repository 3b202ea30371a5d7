"""Walks over the sample: both studies, every estimator, spatial lags and regimes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.walk import all_stops, errors
from nqpf_assets.user_input.project import Project

pytestmark = pytest.mark.slow
N_DRAWN = 40
SEED = 7


@pytest.fixture(scope="module")
def warehouse(built_sample: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_sample.database), read_only=True) as connection:
        yield connection


def questions(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    draw, asked = random.Random(SEED), list[tuple[str, ...]]()
    for name in ("province", "chongqing"):
        study = PublishedStudy(connection, name)

        def row(study: PublishedStudy = study) -> tuple[str, str]:
            years = study.periods
            return draw.choice([*study.units]), str(draw.randint(years.first, years.last))

        asked += [(f"{name}.{one}", *row()) for one in study.variables]
        for one in study.rows("FROM {study}.estimate"):
            asked.append((f"{name}.{one['table_name']}", one["column_label"], one["term"], *row()))
        for one in study.rows("FROM {study}.effect"):
            term = f"{one['effect']}: {one['term']}"
            asked.append((f"{name}.{one['table_name']}", one["column_label"], term))
    draw.shuffle(asked)
    return asked


def test_walks_of_the_sample_add_up(warehouse: duckdb.DuckDBPyConnection) -> None:
    for words in questions(warehouse)[:N_DRAWN]:
        answered = answer(warehouse, words)
        assert not list(errors(answered.walk)), words
        told = [one.text or "" for one in all_stops(answered.walk) if one.name == "data"]
        assert any("SYNTHETIC" in text for text in told), words


def test_a_number_of_another_table_is_found_by_row_and_column(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    walk = answer(warehouse, ("province.regional_nqpf", "2015", "gini")).walk
    known = warehouse.execute(
        "SELECT value FROM result.inequality WHERE table_name = 'regional_nqpf' AND period = 2015"
        " AND measure = 'gini' AND group_name IS NULL"
    ).fetchone()
    assert known is not None
    assert walk.value == known[0]
    assert any("SYNTHETIC" in (one.text or "") for one in walk.below)
    rows = warehouse.execute('SELECT row_label, "2022" FROM chongqing.table_3_1').fetchall()
    for label, value in rows:
        assert answer(warehouse, ("chongqing.table_3_1", label, "2022")).walk.value == value


def test_a_spatial_lag_is_its_neighbours_with_their_weights(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    words = ("province.spatial", "SDM", "nqpf:lag", "北京", "2015")
    walk = answer(warehouse, words).walk
    (lag,) = [one for one in all_stops(walk) if one.kind == "design" and one.name == "nqpf:lag"]
    neighbours = {one.unit: one for one in lag.below}
    assert {*neighbours} == {"120000", "130000"}
    panel = dict(
        warehouse.execute("SELECT unit, nqpf FROM province.panel WHERE period = 2015").fetchall()
    )
    assert lag.value == pytest.approx(sum(0.5 * panel[unit] for unit in neighbours), rel=1e-12)
    (index,) = [one for one in all_stops(walk) if one.kind == "index"]
    assert index.unit in neighbours, "the walk goes on with a neighbour, whose value it is"


@pytest.mark.parametrize("regime", ["nqpf:regime_1", "nqpf:regime_2"])
def test_a_term_of_a_regime_is_zero_in_the_other(
    warehouse: duckdb.DuckDBPyConnection, regime: str
) -> None:
    rows = warehouse.execute(
        "SELECT s.unit, s.period, p.infrastructure, p.nqpf, e.estimate FROM chongqing.model AS m"
        " INNER JOIN chongqing.model_sample AS s ON s.sample_id = m.sample_id"
        " INNER JOIN chongqing.panel AS p ON p.unit = s.unit AND p.period = s.period"
        " INNER JOIN chongqing.effect AS e ON e.table_name = m.table_name AND e.effect = 'threshold_1'"
        " WHERE m.table_name = 'threshold' ORDER BY ALL LIMIT 4"
    ).fetchall()
    for unit, period, side, value, threshold in rows:
        words = ("chongqing.threshold", "one threshold", regime, unit, str(period))
        walk = answer(warehouse, words).walk
        (design,) = [one for one in all_stops(walk) if one.kind == "design" and one.name == regime]
        is_here = (side <= threshold) == (regime == "nqpf:regime_1")
        assert design.value == (value if is_here else 0.0)
