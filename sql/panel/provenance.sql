-- panel.provenance (view)
-- Which published cells a value of a variable rests on, and in which role: one row per value (study, variable, unit,
-- period), series cell under it and role. Values that are missing rest on nothing; of an index, see `index.provenance`.
-- Weights of a raw file, by which `W(x, NAME)` counts `other_unit` as a neighbour of `cell_unit`, are told by their
-- `weights_name`, and have neither series nor year. Roles:
--   value           read in the row itself, in its own year
--   lag             read in another year
--   scale           of all rows: minimum, maximum, shares and means that set the scale of an index
--   standardises    of all rows: mean and deviation of a standard score
--   aggregates      of all rows, those of a year or of a unit: a mean, the values between which a quantile lies, or
--                   the rows of a regression (`residual`, `fitted`)
--   clip_bound      sets a bound of winsorising to which a value was moved that is read
--   threshold_side  a condition of a formula reads it: it decides which case a row is, and moves nothing by a little
--   weights         a weight of a raw file, read in the row itself or for another year of it; else it has the role of
--                   what it is read for
--   filled_from     a cell in one of these roles was not published and is made from this one, with the greatest
--                   weight it has in any of them
--   aggregated_from a cell in one of these roles was put together from regions of a lower level, and this is one of
--                   their cells, or the weight of one; `weight_in_fill` likewise
WITH valued AS NOT MATERIALIZED (
    SELECT study, variable, unit, period
    FROM panel.cell
    WHERE value IS NOT NULL
),

place AS NOT MATERIALIZED (
    SELECT
        study, variable, unit, period, role, series_id, cell_unit,
        unnest(
            generate_series(
                greatest(coalesce(from_first, period) + first_lag, earliest),
                least(coalesce(from_last, period) + last_lag, latest)
            )
        ) AS cell_period
    FROM (
        SELECT
            v.study, v.variable, v.unit, v.period, w.role, w.series_id, coalesce(w.cell_unit, v.unit) AS cell_unit,
            w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
        FROM valued AS v
        INNER JOIN panel.way AS w ON w.study = v.study AND w.variable = v.variable
        WHERE w.unit IS NULL AND NOT w.is_pooled
        UNION ALL
        SELECT
            v.study, v.variable, v.unit, v.period, w.role, w.series_id, w.cell_unit,
            w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
        FROM valued AS v
        INNER JOIN panel.way AS w ON w.study = v.study AND w.variable = v.variable AND w.unit = v.unit
        WHERE NOT w.is_pooled AND coalesce(v.period BETWEEN w.asked_first AND w.asked_last, TRUE)
    ) AS every_way
),

-- Years that are read of all units, or of the one that is named; put together before units are, so that what several
-- ways read of one series is found once. What rests on all units in its own year is told for each year that asks;
-- the extremes of an index with weights by year, of whose score something is made, are read by every row.
way_of_year AS NOT MATERIALIZED (
    SELECT
        study, variable, role, input AS series_id, cell_unit, CAST(NULL AS INTEGER) AS asked_period,
        coalesce(from_first, pool_first) AS from_first, coalesce(from_last, pool_last) AS from_last,
        first_lag, last_lag, earliest, latest
    FROM panel.pooled_way
    WHERE pool <> 'period' AND NOT is_weights
    UNION ALL
    SELECT
        study, variable, role, series_id, cell_unit, asked_period,
        coalesce(from_first, asked_period) AS from_first, coalesce(from_last, asked_period) AS from_last,
        first_lag, last_lag, earliest, latest
    FROM (
        SELECT
            study, variable, role, input AS series_id, cell_unit, from_first, from_last, first_lag, last_lag, earliest,
            latest, unnest(generate_series(pool_first, pool_last)) AS asked_period
        FROM panel.pooled_way
        WHERE pool = 'period' AND NOT is_weights
    ) AS by_year
    UNION ALL
    SELECT
        study, variable, 'scale' AS role, series_id, unit AS cell_unit, CAST(NULL AS INTEGER) AS asked_period,
        first_period AS from_first, last_period AS from_last,
        0 AS first_lag, 0 AS last_lag, first_period AS earliest, last_period AS latest
    FROM panel.extreme_cell
    WHERE series_id IS NOT NULL
),

year_read AS NOT MATERIALIZED (
    SELECT
        study, variable, role, series_id, named, asked_period, cell_period,
        bool_or(named IS NULL) OVER (PARTITION BY study, variable, role, series_id, asked_period, cell_period)
            AS is_of_all
    FROM (
        SELECT DISTINCT
            study, variable, role, series_id, cell_unit AS named, asked_period,
            unnest(
                generate_series(greatest(from_first + first_lag, earliest), least(from_last + last_lag, latest))
            ) AS cell_period
        FROM way_of_year
    ) AS every_year
),

in_pool AS NOT MATERIALIZED (
    SELECT
        y.study, y.variable, y.role, y.series_id, y.asked_period, c.unit AS cell_unit, c.period AS cell_period,
        c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator, c.path, c.correction
    FROM year_read AS y
    INNER JOIN panel.traced_cell AS c
        ON c.study = y.study AND c.variable = y.series_id AND c.period = y.cell_period
    SEMI JOIN panel.pool AS p ON p.study = c.study AND p.unit = c.unit
    WHERE y.named IS NULL
    UNION ALL
    SELECT
        y.study, y.variable, y.role, y.series_id, y.asked_period, c.unit AS cell_unit, c.period AS cell_period,
        c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator, c.path, c.correction
    FROM year_read AS y
    INNER JOIN panel.traced_cell AS c
        ON c.study = y.study AND c.variable = y.series_id AND c.unit = y.named AND c.period = y.cell_period
    LEFT JOIN panel.pool AS p ON p.study = y.study AND p.unit = y.named
    WHERE p.unit IS NULL OR NOT y.is_of_all
),

pooled AS NOT MATERIALIZED (
    SELECT
        v.study, v.variable, v.unit, v.period, p.role, p.series_id, p.cell_unit, p.cell_period,
        p.value, p.reported_value, p.status, p.vintage, p.file_id, p.locator, p.path, p.correction
    FROM valued AS v
    INNER JOIN (
        SELECT
            *,
            bool_or(asked_period IS NULL) OVER (
                PARTITION BY study, variable, role, series_id, cell_unit, cell_period
            ) AS is_of_every_row
        FROM in_pool
    ) AS p ON p.study = v.study AND p.variable = v.variable AND coalesce(p.asked_period, v.period) = v.period
    WHERE p.asked_period IS NULL OR NOT p.is_of_every_row
),

-- Each cell once in a role, with what filled cells are made from; a bound is read by the row and by all.
found AS NOT MATERIALIZED (
    SELECT
        study, variable, unit, period, role, series_id, cell_unit, cell_period,
        CASE WHEN max(weight_in_fill) >= -min(weight_in_fill)
            THEN max(weight_in_fill) ELSE min(weight_in_fill) END AS weight_in_fill
    FROM (
        SELECT
            study, variable, unit, period, role, series_id, cell_unit, cell_period,
            CAST(NULL AS DOUBLE) AS weight_in_fill
        FROM place
        UNION ALL
        SELECT
            study, variable, unit, period, role, series_id, cell_unit, cell_period,
            CAST(NULL AS DOUBLE) AS weight_in_fill
        FROM pooled
        WHERE role IN ('clip_bound', 'threshold_side')
        UNION ALL
        SELECT
            p.study, p.variable, p.unit, p.period,
            CASE WHEN p.role = 'threshold_side' THEN p.role ELSE f.made_as END AS role,
            f.from_series AS series_id, f.from_unit AS cell_unit, f.from_period AS cell_period,
            CASE WHEN p.role <> 'threshold_side' THEN f.weight_in_fill END AS weight_in_fill
        FROM (
            SELECT study, variable, unit, period, role, series_id, cell_unit, cell_period
            FROM place
            UNION ALL
            SELECT study, variable, unit, period, role, series_id, cell_unit, cell_period
            FROM pooled
            WHERE status IN ('interpolated', 'extrapolated', 'aggregated')
        ) AS p
        INNER JOIN panel.filled_from AS f
            ON f.study = p.study AND f.variable = p.series_id AND f.unit = p.cell_unit AND f.period = p.cell_period
    ) AS every_place
    GROUP BY study, variable, unit, period, role, series_id, cell_unit, cell_period
)

SELECT
    p.study, p.variable, p.unit, p.period, p.series_id, p.cell_unit, p.cell_period, p.role, p.weight_in_fill,
    c.value, c.reported_value, c.status, c.vintage, c.file_id, c.path, c.locator, c.correction,
    CAST(NULL AS VARCHAR) AS weights_name, CAST(NULL AS VARCHAR) AS other_unit
FROM found AS p
INNER JOIN panel.traced_cell AS c
    ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.cell_unit AND c.period = p.cell_period
UNION ALL
SELECT
    study, variable, unit, period, series_id, cell_unit, cell_period, role, CAST(NULL AS DOUBLE) AS weight_in_fill,
    value, reported_value, status, vintage, file_id, path, locator, correction,
    CAST(NULL AS VARCHAR) AS weights_name, CAST(NULL AS VARCHAR) AS other_unit
FROM pooled
WHERE role NOT IN ('clip_bound', 'threshold_side')
UNION ALL
SELECT
    study, variable, unit, period, CAST(NULL AS VARCHAR) AS series_id, cell_unit, weight_year AS cell_period,
    role, CAST(NULL AS DOUBLE) AS weight_in_fill, value, CAST(NULL AS DOUBLE) AS reported_value, 'reported' AS status,
    vintage, file_id, path, locator, CAST(NULL AS VARCHAR) AS correction, weights_name, other_unit
FROM panel.linked_value
