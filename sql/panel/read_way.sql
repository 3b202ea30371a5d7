-- panel.read_way (view)
-- The ways in which a variable reads its series (`panel.rests_on`), and winsorised variables (`panel.clipped_input`;
-- of these `is_series` is false), with the years resolved that depend on the unit whose row asks; and the rows whose
-- spatial lags take weights of a raw file (`panel.weights_under`; of these alone `is_weights` is true). Where `unit` is null
-- a row of any unit reads in this way; else only rows of this one do, which `is_of_study`, or is a region that a
-- formula names. A null `cell_unit` stands for the unit that asks.
-- Of one that is pooled, `pool` says which rows read in this way: `period`, all units in the year that asks; `panel`, all
-- units and years of the study; or a part of a formula, its rows.
-- A row that asks in the years from `asked_first` to `asked_last` (in any, where these are null) reads from its year,
-- or from `from_first` to `from_last` where these are given, plus `first_lag` and `last_lag`, within `earliest` and
-- `latest`.
WITH reads AS NOT MATERIALIZED (
    SELECT
        study, variable, series_id AS input, TRUE AS is_series, FALSE AS is_weights, role, is_pooled, pooled_by, at_year, of_region,
        first_lag, last_lag, not_before, not_after, at_part, since_part, since_lag, where_part, where_lag
    FROM panel.rests_on
    UNION ALL
    SELECT
        study, variable, input, FALSE AS is_series, FALSE AS is_weights, role, is_pooled, pooled_by, at_year, of_region,
        first_lag, last_lag, not_before, not_after, at_part, since_part, since_lag, where_part, where_lag
    FROM panel.clipped_input
    UNION ALL
    SELECT
        study, variable, weights_name AS input, FALSE AS is_series, TRUE AS is_weights, role, is_pooled, pooled_by, at_year,
        of_region, first_lag, last_lag, not_before, not_after, at_part, since_part, since_lag, where_part, where_lag
    FROM panel.weights_under
),

asking AS NOT MATERIALIZED (
    SELECT study, unit, TRUE AS is_of_study
    FROM panel.pool
    UNION ALL
    SELECT DISTINCT r.study, r.of_region AS unit, FALSE AS is_of_study
    FROM panel.rests_on AS r
    ANTI JOIN panel.pool AS p ON p.study = r.study AND p.unit = r.of_region
    WHERE r.of_region IS NOT NULL
),

year AS NOT MATERIALIZED (
    SELECT min(period) AS first_period, max(period) AS last_period
    FROM panel.cell
)

SELECT
    w.study,
    w.variable,
    CAST(NULL AS VARCHAR) AS unit,
    TRUE AS is_of_study,
    w.input,
    w.is_series,
    w.is_weights,
    w.role,
    w.is_pooled,
    CASE WHEN w.is_pooled THEN coalesce(w.pooled_by, 'panel') END AS pool,
    w.of_region AS cell_unit,
    CAST(NULL AS INTEGER) AS asked_first,
    CAST(NULL AS INTEGER) AS asked_last,
    w.at_year AS from_first,
    w.at_year AS from_last,
    w.first_lag,
    w.last_lag,
    greatest(w.not_before, y.first_period) AS earliest,
    least(w.not_after, y.last_period) AS latest
FROM reads AS w
CROSS JOIN year AS y
WHERE (w.is_series OR w.is_weights) AND w.at_part IS NULL AND w.since_part IS NULL AND w.where_part IS NULL
UNION ALL
SELECT
    w.study,
    w.variable,
    s.unit,
    s.is_of_study,
    w.input,
    w.is_series,
    w.is_weights,
    w.role,
    w.is_pooled,
    CASE WHEN w.is_pooled THEN coalesce(w.pooled_by, 'panel') END AS pool,
    coalesce(w.of_region, s.unit) AS cell_unit,
    c.first_period - w.where_lag AS asked_first,
    c.last_period - w.where_lag AS asked_last,
    coalesce(a.first_period, w.at_year) AS from_first,
    coalesce(a.last_period, w.at_year) AS from_last,
    w.first_lag,
    w.last_lag,
    greatest(w.not_before, b.first_period + w.since_lag, y.first_period) AS earliest,
    least(w.not_after, y.last_period) AS latest
FROM reads AS w
INNER JOIN asking AS s ON s.study = w.study
CROSS JOIN year AS y
LEFT JOIN panel.part_span AS a
    ON a.study = w.study AND a.part = w.at_part AND a.unit = coalesce(w.of_region, s.unit)
LEFT JOIN panel.part_span AS b
    ON b.study = w.study AND b.part = w.since_part AND b.unit = coalesce(w.of_region, s.unit)
LEFT JOIN panel.part_span AS c
    ON c.study = w.study AND c.part = w.where_part AND c.unit = s.unit
WHERE (
    NOT (w.is_series OR w.is_weights)
    OR w.at_part IS NOT NULL OR w.since_part IS NOT NULL OR w.where_part IS NOT NULL
)
    AND (w.at_part IS NULL OR a.part IS NOT NULL) AND (w.where_part IS NULL OR c.part IS NOT NULL)
