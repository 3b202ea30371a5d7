-- index.provenance (view)
-- Which published cells a number of an index rests on, and in which role: one row per number, indicator through which a
-- cell enters, series cell and role. A number is found by `index_name`, `number_table` (`score`, `dimension_score`,
-- `weight`, `component`, `test`: the tables of `index`), `number` (`score`; `weight`, `entropy`, `divergence`;
-- `loading`, `eigenvalue`, `share`; the name of a test), and its row: `unit` and `period` of a score, `term` (dimension
-- of a dimension's score, indicator of a weight) and `period` of weights that differ by year. Weights of a raw file, by which
-- `W(x, NAME)` counts `other_unit` as a neighbour of `cell_unit`, are told by their `weights_name`, and have neither series
-- nor year. Roles:
--   value           read in the row itself, in its own year
--   lag             read in another year
--   scale           of all rows: minimum, maximum, shares and means that set the scale of an index
--   standardises    of all rows: mean and deviation of a standard score; what neither shift nor scale moves, as R²,
--                   stays as it is
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
-- Ask for one number, or for the role: the cells that set the scale are those of all rows, for each score.
WITH own_row AS NOT MATERIALIZED (
    SELECT n.study, n.index_name, n.number_table, r.number, n.term, n.unit, n.period, r.variable
    FROM index.number AS n
    INNER JOIN index.read AS r
        ON r.study = n.study AND r.index_name = n.index_name AND r.number_table = n.number_table
    WHERE r.is_own_row AND (r.term IS NULL OR r.term = n.term) AND (r.period IS NULL OR r.period = n.period)
        AND (n.number IS NULL OR n.number = r.number)
),

place AS NOT MATERIALIZED (
    SELECT
        study, index_name, number_table, number, term, unit, period, variable, role, series_id, cell_unit,
        unnest(
            generate_series(
                greatest(coalesce(from_first, period) + first_lag, earliest),
                least(coalesce(from_last, period) + last_lag, latest)
            )
        ) AS cell_period
    FROM (
        SELECT
            n.study, n.index_name, n.number_table, n.number, n.term, n.unit, n.period, n.variable, w.role,
            w.series_id, coalesce(w.cell_unit, n.unit) AS cell_unit,
            w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
        FROM own_row AS n
        INNER JOIN panel.way AS w ON w.study = n.study AND w.variable = n.variable
        WHERE w.unit IS NULL AND NOT w.is_pooled
        UNION ALL
        SELECT
            n.study, n.index_name, n.number_table, n.number, n.term, n.unit, n.period, n.variable, w.role,
            w.series_id, w.cell_unit, w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
        FROM own_row AS n
        INNER JOIN panel.way AS w ON w.study = n.study AND w.variable = n.variable AND w.unit = n.unit
        WHERE NOT w.is_pooled AND coalesce(n.period BETWEEN w.asked_first AND w.asked_last, TRUE)
    ) AS every_way
),

-- What is read of other rows: of all together, of a unit that is named, and of a pool.
asked_of_all AS NOT MATERIALIZED (
    SELECT
        n.study, n.index_name, n.number_table, n.number, n.term, n.period, n.variable,
        CASE WHEN w.role IN ('clip_bound', 'threshold_side') THEN w.role ELSE n.role END AS role, w.series_id,
        coalesce(w.cell_unit, n.from_unit) AS cell_unit,
        coalesce(w.from_first, greatest(n.first_period, w.asked_first)) AS from_first,
        coalesce(w.from_last, least(n.last_period, w.asked_last)) AS from_last,
        w.first_lag, w.last_lag, w.earliest, w.latest
    FROM index.read AS n
    INNER JOIN panel.way AS w ON w.study = n.study AND w.variable = n.variable
    WHERE NOT n.is_own_row AND w.is_of_study AND NOT w.is_pooled AND coalesce(w.unit = n.from_unit, TRUE)
        AND coalesce(w.asked_first <= n.last_period AND w.asked_last >= n.first_period, TRUE)
    UNION ALL
    SELECT
        n.study, n.index_name, n.number_table, n.number, n.term, n.period, n.variable, w.role,
        w.input AS series_id, w.cell_unit,
        coalesce(w.from_first, CASE WHEN w.pool = 'period' THEN n.period END, w.pool_first) AS from_first,
        coalesce(w.from_last, CASE WHEN w.pool = 'period' THEN n.period END, w.pool_last) AS from_last,
        w.first_lag, w.last_lag, w.earliest, w.latest
    FROM index.read AS n
    INNER JOIN panel.pooled_way AS w ON w.study = n.study AND w.variable = n.variable
    WHERE NOT w.is_weights
    UNION ALL
    -- An indicator that is made of scores with weights by year.
    SELECT
        n.study, n.index_name, n.number_table, n.number, n.term, n.period, n.variable, 'scale' AS role,
        e.series_id, e.unit AS cell_unit, e.first_period AS from_first, e.last_period AS from_last,
        0 AS first_lag, 0 AS last_lag, e.first_period AS earliest, e.last_period AS latest
    FROM index.read AS n
    INNER JOIN panel.extreme_cell AS e ON e.study = n.study AND e.variable = n.variable
    WHERE e.series_id IS NOT NULL
),

-- Years that are read of all units, or of the one that is named; put together before units are, so that what several
-- ways read of one series is found once.
year_read AS NOT MATERIALIZED (
    SELECT
        study, index_name, number_table, number, term, period, variable, role, series_id, named, cell_period,
        bool_or(named IS NULL) OVER (
            PARTITION BY
                study, index_name, number_table, number, term, period, variable, role, series_id, cell_period
        ) AS is_of_all
    FROM (
        SELECT DISTINCT
            study, index_name, number_table, number, term, period, variable, role, series_id, cell_unit AS named,
            unnest(
                generate_series(greatest(from_first + first_lag, earliest), least(from_last + last_lag, latest))
            ) AS cell_period
        FROM asked_of_all
    ) AS every_year
),

in_pool AS NOT MATERIALIZED (
    SELECT
        y.study, y.index_name, y.number_table, y.number, y.term, y.period, y.variable, y.role, y.series_id,
        c.unit AS cell_unit, c.period AS cell_period,
        c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator, c.path, c.correction
    FROM year_read AS y
    INNER JOIN panel.traced_cell AS c
        ON c.study = y.study AND c.variable = y.series_id AND c.period = y.cell_period
    SEMI JOIN panel.pool AS p ON p.study = c.study AND p.unit = c.unit
    WHERE y.named IS NULL
    UNION ALL
    SELECT
        y.study, y.index_name, y.number_table, y.number, y.term, y.period, y.variable, y.role, y.series_id,
        c.unit AS cell_unit, c.period AS cell_period,
        c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator, c.path, c.correction
    FROM year_read AS y
    INNER JOIN panel.traced_cell AS c
        ON c.study = y.study AND c.variable = y.series_id AND c.unit = y.named AND c.period = y.cell_period
    LEFT JOIN panel.pool AS p ON p.study = y.study AND p.unit = y.named
    WHERE p.unit IS NULL OR NOT y.is_of_all
),

pooled AS NOT MATERIALIZED (
    SELECT
        n.study, n.index_name, n.number_table, p.number, n.term, n.unit, n.period, p.variable, p.role, p.series_id,
        p.cell_unit, p.cell_period,
        p.value, p.reported_value, p.status, p.vintage, p.file_id, p.locator, p.path, p.correction
    FROM index.number AS n
    INNER JOIN in_pool AS p
        ON p.study = n.study AND p.index_name = n.index_name AND p.number_table = n.number_table
    WHERE (p.term IS NULL OR p.term = n.term) AND (p.period IS NULL OR p.period = n.period)
        AND (n.number IS NULL OR n.number = p.number)
),

-- Each cell once in a role, with what filled cells are made from; a bound is read by the row and by all.
found AS NOT MATERIALIZED (
    SELECT
        study, index_name, number_table, number, term, unit, period, variable, role, series_id, cell_unit, cell_period,
        CASE WHEN max(weight_in_fill) >= -min(weight_in_fill)
            THEN max(weight_in_fill) ELSE min(weight_in_fill) END AS weight_in_fill
    FROM (
        SELECT
            study, index_name, number_table, number, term, unit, period, variable, role,
            series_id, cell_unit, cell_period, CAST(NULL AS DOUBLE) AS weight_in_fill
        FROM place
        UNION ALL
        SELECT
            study, index_name, number_table, number, term, unit, period, variable, role,
            series_id, cell_unit, cell_period, CAST(NULL AS DOUBLE) AS weight_in_fill
        FROM pooled
        WHERE role IN ('clip_bound', 'threshold_side')
        UNION ALL
        SELECT
            p.study, p.index_name, p.number_table, p.number, p.term, p.unit, p.period, p.variable,
            CASE WHEN p.role = 'threshold_side' THEN p.role ELSE f.made_as END AS role,
            f.from_series AS series_id, f.from_unit AS cell_unit, f.from_period AS cell_period,
            CASE WHEN p.role <> 'threshold_side' THEN f.weight_in_fill END AS weight_in_fill
        FROM (
            SELECT
                study, index_name, number_table, number, term, unit, period, variable, role, series_id, cell_unit,
                cell_period
            FROM place
            UNION ALL
            SELECT
                study, index_name, number_table, number, term, unit, period, variable, role, series_id, cell_unit,
                cell_period
            FROM pooled
            WHERE status IN ('interpolated', 'extrapolated', 'aggregated')
        ) AS p
        INNER JOIN panel.filled_from AS f
            ON f.study = p.study AND f.variable = p.series_id AND f.unit = p.cell_unit AND f.period = p.cell_period
    ) AS every_place
    GROUP BY ALL
)

SELECT
    p.study, p.index_name, p.number_table, p.number, p.term, p.unit, p.period, p.variable, p.series_id,
    p.cell_unit, p.cell_period, p.role, p.weight_in_fill, c.value, c.reported_value, c.status, c.vintage, c.file_id,
    c.path, c.locator, c.correction, CAST(NULL AS VARCHAR) AS weights_name, CAST(NULL AS VARCHAR) AS other_unit
FROM found AS p
INNER JOIN panel.traced_cell AS c
    ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.cell_unit AND c.period = p.cell_period
UNION ALL
SELECT
    study, index_name, number_table, number, term, unit, period, variable, series_id,
    cell_unit, cell_period, role, CAST(NULL AS DOUBLE) AS weight_in_fill, value, reported_value, status, vintage, file_id,
    path, locator, correction, CAST(NULL AS VARCHAR) AS weights_name, CAST(NULL AS VARCHAR) AS other_unit
FROM pooled
WHERE role NOT IN ('clip_bound', 'threshold_side')
UNION ALL
SELECT
    study, index_name, number_table, number, term, unit, period, variable, CAST(NULL AS VARCHAR) AS series_id, cell_unit,
    weight_year AS cell_period, role, CAST(NULL AS DOUBLE) AS weight_in_fill, value,
    CAST(NULL AS DOUBLE) AS reported_value, 'reported' AS status, vintage, file_id, path, locator,
    CAST(NULL AS VARCHAR) AS correction, weights_name, other_unit
FROM index.linked_number
