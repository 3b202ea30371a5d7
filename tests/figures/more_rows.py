"""Rows of results that the small study does not have, put into a copy of its published file.

Numbers are made up, no two alike, so that one drawn in the place of another is seen.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

_SQL = """
CREATE TEMP TABLE u AS SELECT unit, row_number() OVER (ORDER BY unit) AS i FROM mini.unit;
CREATE TEMP TABLE y AS SELECT DISTINCT period, period - 2015 AS t FROM mini.panel;

INSERT INTO mini.unit_group SELECT 'side', if(i < 3, 'left', 'right'), unit FROM u;
ALTER TABLE mini.panel ADD COLUMN side VARCHAR;
UPDATE mini.panel SET side = (SELECT if(i < 3, 'left', 'right') FROM u WHERE u.unit = panel.unit);

INSERT INTO mini.local_moran BY NAME
SELECT 'clusters_1' AS table_name, 'wealth' AS variable, unit, unit AS unit_name, period,
       i * i + t AS value, (i * 7) % 5 - 2.1 - t AS spatial_lag,
       ((i * 7) % 5 - 2.1 - t) / 10 + i AS local_moran, ['HH', 'LL', 'HL', 'LH'][i] AS quadrant,
       0.01 * i AS p_value, 0.02 * i AS p_adjusted, i = 2 AS is_significant, 'synthetic' AS data_status
FROM u, y WHERE period IN (2015, 2018);
CREATE TABLE mini.clusters_1 AS
SELECT row_number() OVER (ORDER BY period)::INTEGER AS row_position, period::VARCHAR AS row_label,
       'period' AS row_kind, avg(local_moran) AS moran FROM mini.local_moran GROUP BY period;

INSERT INTO mini.trend BY NAME
SELECT 'figure_1' AS table_name, g AS group_name, x::DOUBLE AS x, x * k + k AS fitted,
       x * k + k - 1 AS conf_low, x * k + k + 2 AS conf_high
FROM (VALUES ('left', 1.5), ('right', 2.5)) AS v(g, k), range(5) AS r(x);
CREATE TABLE mini.figure_1 AS
FROM (VALUES (1, 'left', 'group', 8, 1.5), (2, 'right', 'group', 8, 2.5),
             (3, 'output = intercept + slope · people_before by least squares in each group of side, 2015',
              'note', NULL, NULL)) AS v(row_position, row_label, row_kind, n_obs, slope);

INSERT INTO mini.density BY NAME
SELECT 'regional_1' AS table_name, period, x::DOUBLE AS x, 1.0 / (1 + abs(x - t)) AS density,
       0.25 AS bandwidth FROM y, range(6) AS r(x);
INSERT INTO mini.inequality BY NAME
SELECT 'regional_1' AS table_name, period, measure, group_name, NULL AS other_group,
       k / 100 + t / 1000 AS value
FROM y, (VALUES ('gini', NULL, 30), ('gini', 'left', 20), ('gini', 'right', 25), ('gini_within', NULL, 10),
                ('gini_between', NULL, 13), ('gini_overlap', NULL, 7), ('gini_within_share', NULL, 33),
                ('log_sd', NULL, 52), ('log_sd', 'left', 41), ('log_sd', 'right', 47))
     AS v(measure, group_name, k);
INSERT INTO mini.inequality BY NAME
SELECT 'regional_1' AS table_name, 2015 AS period, 'gini' AS measure, 'left' AS group_name,
       'right' AS other_group, 0.99 AS value;
INSERT INTO mini.convergence BY NAME
FROM (VALUES ('regional_1', 'absolute', '', -0.11, -0.16, -0.06, 5.7, 12),
             ('regional_1', 'conditional', 'unit, period', -0.31, -0.42, 0.03, NULL, 12))
AS v(table_name, convergence, effects, estimate, conf_low, conf_high, half_life, n_obs);

INSERT INTO mini.model BY NAME
SELECT * REPLACE ('more_1' AS table_name, ['one', 'two', 'three'][column_position] AS column_label,
                  ['two_way_fe', 'mediation', 'spatial_durbin'][column_position] AS estimator,
                  if(column_position = 1, 'wealth', 'output') AS outcome)
FROM mini.model WHERE table_name = 'table_1';
INSERT INTO mini.model_variable BY NAME
FROM (VALUES ('more_1', 'one', 'people_before', 'regressor'), ('more_1', 'two', 'people_before', 'regressor'),
             ('more_1', 'two', 'wealth', 'mediator'), ('more_1', 'three', 'people_before', 'regressor'))
AS v(table_name, column_label, variable, role);
INSERT INTO mini.estimate BY NAME
FROM (VALUES ('more_1', 'one', 'people_before', 0.31, 0.21, 0.41),
             ('more_1', 'two', 'people_before', 0.12, -0.03, 0.27),
             ('more_1', 'two', 'wealth', 0.45, 0.35, 0.55),
             ('more_1', 'three', 'people_before', 0.77, 0.6, 0.94),
             ('more_1', 'three', 'people_before:lag', 0.15, -0.05, 0.35),
             ('more_1', 'three', 'rho', 0.33, 0.2, 0.46))
AS v(table_name, column_label, term, estimate, conf_low, conf_high);
INSERT INTO mini.effect BY NAME
FROM (VALUES ('more_1', 'two', 'indirect', 'people_before', 0.1395, 0.05, 0.2),
             ('more_1', 'two', 'total', 'people_before', 0.2595, 0.11, 0.4),
             ('more_1', 'two', 'share', 'people_before', 0.5375, 0.2, 0.9),
             ('more_1', 'three', 'direct', 'people_before', 0.81, 0.63, 0.98),
             ('more_1', 'three', 'indirect', 'people_before', 0.29, -0.1, 0.65),
             ('more_1', 'three', 'total', 'people_before', 1.1, 0.7, 1.5),
             ('more_1', 'one', 'threshold_1', 'output', 300, 250, 420))
AS v(table_name, column_label, effect, term, estimate, conf_low, conf_high);
INSERT INTO mini.threshold_ratio BY NAME
FROM (VALUES ('more_1', 'one', 'threshold_1', 'output', 240, 9.5, 7.35, false),
             ('more_1', 'one', 'threshold_1', 'output', 250, 6.1, 7.35, true),
             ('more_1', 'one', 'threshold_1', 'output', 300, 0, 7.35, true),
             ('more_1', 'one', 'threshold_1', 'output', 360, 8.2, 7.35, false),
             ('more_1', 'one', 'threshold_1', 'output', 420, 5.5, 7.35, true))
AS v(table_name, column_label, effect, term, threshold_value, likelihood_ratio, critical_value, is_in_set);
INSERT INTO mini.model BY NAME
SELECT * REPLACE ('more_2' AS table_name, 'years' AS column_label)
FROM mini.model WHERE table_name = 'table_1' AND column_position = 1;
INSERT INTO mini.model BY NAME
SELECT * REPLACE ('more_3' AS table_name, ['chain', 'levels'][column_position] AS column_label,
                  ['chain_mediation', 'moderated_mediation'][column_position] AS estimator)
FROM mini.model WHERE table_name = 'table_1' AND column_position < 3;
INSERT INTO mini.effect BY NAME
FROM (VALUES ('more_3', 'chain', 'indirect, first mediator', 'people_before', 0.21, 0.11, 0.31),
             ('more_3', 'chain', 'indirect, second mediator', 'people_before', -0.13, -0.24, -0.02),
             ('more_3', 'chain', 'indirect, chain', 'people_before', 0.04, NULL, NULL),
             ('more_3', 'chain', 'indirect', 'people_before', 0.12, -0.03, 0.28),
             ('more_3', 'chain', 'indirect (bias-corrected)', 'people_before', 0.12, -0.05, 0.29),
             ('more_3', 'levels', 'indirect, low moderator', 'people_before', 0.17, 0.07, 0.27),
             ('more_3', 'levels', 'indirect, high moderator', 'people_before', 0.46, 0.36, 0.56),
             ('more_3', 'levels', 'index of moderated mediation', 'people_before', 0.9, 0.8, 1.1))
AS v(table_name, column_label, effect, term, estimate, conf_low, conf_high);
INSERT INTO mini.model_definition BY NAME
SELECT * REPLACE ('more_2' AS table_name, 'years' AS column_label,
                  '{"label": "years", "outcome": "output", "by_year": {"of": "wealth", "base": 2016}, '
                  '"regressors": ["wealth_in_2015", "wealth_in_2017", "wealth_in_2018"]}' AS definition)
FROM mini.model_definition WHERE table_name = 'table_1' AND column_label = '(1)';
INSERT INTO mini.estimate BY NAME
FROM (VALUES ('more_2', 'years', 'wealth_in_2015', -0.11, -0.31, 0.09),
             ('more_2', 'years', 'wealth_in_2017', 0.23, 0.13, 0.33),
             ('more_2', 'years', 'wealth_in_2018', 0.41, NULL, NULL))
AS v(table_name, column_label, term, estimate, conf_low, conf_high);
INSERT INTO mini.test BY NAME
FROM (VALUES ('more_2', 'years', 'by_year', 4.56, 3.0, 0.0123))
AS v(table_name, column_label, test, statistic, df, p_value);
INSERT INTO mini.test BY NAME
SELECT 'more_1' AS table_name, 'one' AS column_label, 'threshold_1' AS test,
       9.7 AS statistic, 0.043 AS p_value;

INSERT INTO mini.table_definition BY NAME
FROM (VALUES ('corr_1', '{"kind": "correlation", "correlate": ["output", "people_before", "wealth"]}'),
             ('means_1', '{"kind": "group_means", "compare": ["output", "wealth"], "grouping": "side", '
                         '"groups": ["left", "right"]}'),
             ('stats_1', '{"kind": "descriptive", "describe": ["output", "wealth"], "grouping": "side"}'),
             ('stats_2', '{"kind": "descriptive", "describe": ["output"]}'),
             ('parts_1', '{"kind": "shapley", "outcome": "output", '
                         '"regressors": ["wealth", "people_before"]}'),
             ('obstacles_1', '{"kind": "obstacle_degree", "index": "wealth"}'),
             ('places_1', '{"kind": "rank_stability", "index": "wealth"}'))
AS v(table_name, definition);
CREATE TABLE mini.corr_1 AS
FROM (VALUES (1, 'Output', 'variable', 1.0, NULL, NULL),
             (2, 'People the year before', 'variable', 0.31, 1.0, NULL),
             (3, 'People the year before, p', 'p_value', 0.004, NULL, NULL),
             (4, 'People the year before, n', 'n_obs', 16.0, NULL, NULL),
             (5, 'Wealth', 'variable', -0.82, 0.12, 1.0), (6, 'Wealth, p', 'p_value', 0.03, 0.6, NULL),
             (7, 'Wealth, n', 'n_obs', 15.0, 14.0, NULL), (8, 'SYNTHETIC data.', 'note', NULL, NULL, NULL))
AS v(row_position, row_label, row_kind, output, people_before, wealth);
CREATE TABLE mini.means_1 AS
FROM (VALUES (1, 'Output', 'variable', 8, 12.0::DOUBLE, 7, 10.0::DOUBLE, 2.0::DOUBLE, 4.0::DOUBLE,
              10.0::DOUBLE, 0.0025::DOUBLE),
             (2, 'Wealth', 'variable', 8, 0.5, 8, 0.6, -0.1, -0.5, 13.5, 0.63),
             (3, 'SYNTHETIC data.', 'note', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
AS v(row_position, row_label, row_kind, n_first, mean_first, n_second, mean_second, difference, statistic, df,
     p_value);
CREATE TABLE mini.stats_1 AS
FROM (VALUES (1, 'Output: left', 'variable', 1.0, 3.0, 4.0, 6.0, 9.0),
             (2, 'Output: right', 'variable', 2.0, 3.5, 5.0, 6.5, 8.0),
             (3, 'Wealth: left', 'variable', 0.1, 0.2, 0.3, 0.5, 0.9),
             (4, 'Wealth: right', 'variable', 0.0, 0.15, 0.25, 0.4, 0.7),
             (5, 'SYNTHETIC data.', 'note', NULL, NULL, NULL, NULL, NULL))
AS v(row_position, row_label, row_kind, minimum, p25, median, p75, maximum);
CREATE TABLE mini.stats_2 AS
FROM (VALUES (1, 'Output', 'variable', 16, 5.0, 1.5, 1.0, 9.0),
             (2, 'SYNTHETIC data.', 'note', NULL, NULL, NULL, NULL, NULL))
AS v(row_position, row_label, row_kind, n_obs, mean, sd, minimum, maximum);
CREATE TABLE mini.parts_1 AS
FROM (VALUES (1, 'Wealth', 'group', 0.3, 0.75), (2, 'People the year before', 'group', 0.1, 0.25),
             (3, 'SYNTHETIC data.', 'note', NULL, NULL))
AS v(row_position, row_label, row_kind, r2_part, r2_part_share);
INSERT INTO mini.obstacle BY NAME
SELECT 'obstacles_1' AS table_name, 'wealth' AS index_name, 'all' AS dimension, name AS indicator, unit,
       period,
       if(place = 1, 0.5, 1.0 / 12) + if(place = 1, 1, -1.0 / 6) * i * t / 100 AS obstacle_degree
FROM u, y, (VALUES ('per_head', 1), ('people', 2), ('k3', 3), ('k4', 4), ('k5', 5), ('k6', 6), ('k7', 7))
     AS v(name, place);
CREATE TABLE mini.obstacles_1 AS
FROM (VALUES (1, 'per_head', 'group'),
             (2, 'SYNTHETIC data.', 'note')) AS v(row_position, row_label, row_kind);
INSERT INTO mini.rank_change BY NAME
SELECT 'places_1' AS table_name, 'wealth' AS index_name, name AS indicator, unit, period, i AS rank_all,
       if(t = 3 AND name = 'people', 5 - i, i) AS rank_without
FROM u, y, (VALUES ('per_person'), ('people')) AS v(name);
CREATE TABLE mini.places_1 AS
FROM (VALUES (1, 'people', 'group'), (2, 'SYNTHETIC data.', 'note')) AS v(row_position, row_label, row_kind);
"""


def with_more_rows(database: Path, folder: Path) -> Path:
    """A copy of a published file that has rows of all kinds of results."""
    made = folder / "more.duckdb"
    shutil.copyfile(database, made)
    with duckdb.connect(str(made)) as connection:
        connection.execute(_SQL)
    return made
