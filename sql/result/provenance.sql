-- result.provenance (view)
-- Which published cells a coefficient rests on, and in which role. A coefficient rests on every cell under its
-- whole column; `variable` says through which variable of the column the cell enters, so that those of one
-- variable alone are not all that its coefficient rests on. One row per column, variable, series cell and role,
-- with the file, the place in it, and what was done to the cell: of a corrected one the printed value, the
-- corrected one, and the name of the correction. Roles:
--   value           a row of the sample reads it in its own year
--   lag             a row of the sample reads it in another year: of a lag or lead, a stock, a price index, a
--                   calendar year that the formula names
--   instrument      either of these, through an excluded instrument
--   weights         either of these, through the variable that gives economic distances, or weights of observations; or
--                   a weight of a raw file, by which a model or `W(x, NAME)` of a variable counts `other_unit` as a
--                   neighbour of `unit`
--   threshold_side  it decides only on which side of a threshold a row lies, which case a condition of a formula
--                   finds, or whether a row is in the sample, also where the row was filled in; or that a variable is
--                   left out, of which effects, the constant or others leave nothing; or effects take what it does out of
--                   all rows alike, in a column that has no constant (`result.absorbed_cell`)
--   scale           minimum, maximum and shares of an index, from all units and years in which it has a score
--   clip_bound      sets a bound of winsorising, of a variable or of the column, to which a value was moved that is
--                   read
--   standardises    mean and deviation of a standard score, from all units and years of the study
--   aggregates      a mean, the values between which a quantile lies, or a regression (`residual`, `fitted`), of all
--                   rows, those of a year or of a unit
--   filled_from     a cell in one of these roles was not published and is made from this one; `weight_in_fill` is
--                   the greatest weight it has in any of them
--   aggregated_from a cell in one of these roles was put together from regions of a lower level, and this is one of
--                   their cells, or the weight of one; `weight_in_fill` likewise
-- Weights of a raw file have a `weights_name`, no series, and a year where they differ by it; those of a model itself no
-- variable. In other roles than those of a row's own value they have that role (`scale`, `clip_bound` …). A weight that
-- is scaled to one whatever it is, as the only one of its unit, is not listed.
-- Places are ranges of years of a unit until the last join, and are joined by unit: work grows with the rows. CTEs are
-- not materialised, so that what is asked of one column is looked up for that one alone.
-- What each variable is in a column; one may give economic distances or weights beside. What is left out, as absorbed
-- or collinear, moves no number of its column but those that are told of it itself (bounds), or taken without the effects
-- (Hausman's test).
WITH entering AS NOT MATERIALIZED (
    SELECT
        v.study, v.table_name, v.column_label, v.variable,
        CASE
            WHEN v.role IN ('regressor', 'control')
                AND (
                    contains(concat('; ', m.dropped), concat('; ', v.variable, ': absorbed by '))
                    OR contains(concat('; ', m.dropped), concat('; ', v.variable, ': collinear with '))
                )
                AND NOT EXISTS (
                    SELECT 1
                    FROM result.test AS t
                    WHERE t.study = v.study AND t.table_name = v.table_name AND t.column_label = v.column_label
                        AND (
                            t.test IN ('hausman', 'spatial_hausman')
                            OR starts_with(t.test, concat('winsor_low: ', v.variable))
                            OR starts_with(t.test, concat('winsor_high: ', v.variable))
                        )
                )
                THEN 'left out'
            ELSE v.role
        END AS role_in_model,
        m.sample_id
    FROM result.model_variable AS v
    INNER JOIN result.model AS m
        ON m.study = v.study AND m.table_name = v.table_name AND m.column_label = v.column_label
    UNION ALL
    SELECT v.study, v.table_name, v.column_label, v.variable, v.further_role AS role_in_model, m.sample_id
    FROM result.model_variable AS v
    INNER JOIN result.model AS m
        ON m.study = v.study AND m.table_name = v.table_name AND m.column_label = v.column_label
    WHERE v.further_role IS NOT NULL
),

-- Rows that ask: of a sample, of the units in its years, of the panel or a part of it, of bounds of a column.
asking AS NOT MATERIALIZED (
    SELECT study, 'row' AS pool, sample_id AS asked_for, unit, first_period, last_period
    FROM result.model_span
    UNION ALL
    SELECT s.study, 'period' AS pool, s.sample_id AS asked_for, p.unit, s.first_period, s.last_period
    FROM (SELECT DISTINCT study, sample_id, first_period, last_period FROM result.model_span) AS s
    INNER JOIN panel.pool AS p ON p.study = s.study
    UNION ALL
    SELECT study, 'panel' AS pool, '' AS asked_for, unit, first_period, last_period
    FROM panel.pool
    UNION ALL
    SELECT study, part AS pool, '' AS asked_for, unit, first_period, last_period
    FROM panel.part_span
    UNION ALL
    SELECT
        study, 'bound' AS pool, concat_ws(chr(10), table_name, column_label, variable) AS asked_for, unit,
        period AS first_period, period AS last_period
    FROM result.bound_row
),

-- Ways to cells of series, and to spatial weights of raw files.
way AS NOT MATERIALIZED (
    SELECT
        study, variable, unit, input AS series_id, is_weights, role, coalesce(pool, 'row') AS pool, cell_unit,
        asked_first, asked_last, from_first, from_last, first_lag, last_lag, earliest, latest
    FROM panel.any_way
    UNION ALL
    SELECT
        study, variable, unit, input AS series_id, is_weights,
        CASE WHEN role = 'threshold_side' THEN role ELSE 'clip_bound' END AS role, 'bound' AS pool, cell_unit,
        asked_first, asked_last, from_first, from_last, first_lag, last_lag, earliest, latest
    FROM panel.any_way
    WHERE NOT is_pooled
),

asked AS NOT MATERIALIZED (
    SELECT
        v.study, v.table_name, v.column_label, v.variable, v.role_in_model,
        s.pool, s.unit, s.first_period, s.last_period
    FROM entering AS v
    INNER JOIN asking AS s
        ON s.study = v.study
        AND s.asked_for = CASE
            WHEN s.pool IN ('row', 'period') THEN v.sample_id
            WHEN s.pool = 'bound' THEN concat_ws(chr(10), v.table_name, v.column_label, v.variable)
            ELSE ''
        END
),

reading AS NOT MATERIALIZED (
    SELECT
        s.study, s.table_name, s.column_label, s.variable, s.role_in_model, w.series_id, w.is_weights,
        w.role AS read_as,
        coalesce(w.cell_unit, s.unit) AS unit,
        greatest(coalesce(w.from_first, s.first_period) + w.first_lag, w.earliest) AS first_period,
        least(coalesce(w.from_last, s.last_period) + w.last_lag, w.latest) AS last_period
    FROM asked AS s
    INNER JOIN way AS w ON w.study = s.study AND w.variable = s.variable AND w.pool = s.pool
    WHERE w.unit IS NULL
    UNION ALL
    SELECT
        s.study, s.table_name, s.column_label, s.variable, s.role_in_model, w.series_id, w.is_weights,
        w.role AS read_as,
        w.cell_unit AS unit,
        greatest(coalesce(w.from_first, greatest(s.first_period, w.asked_first)) + w.first_lag, w.earliest)
            AS first_period,
        least(coalesce(w.from_last, least(s.last_period, w.asked_last)) + w.last_lag, w.latest) AS last_period
    FROM asked AS s
    INNER JOIN way AS w ON w.study = s.study AND w.variable = s.variable AND w.pool = s.pool AND w.unit = s.unit
    WHERE coalesce(w.asked_first <= s.last_period, TRUE) AND coalesce(w.asked_last >= s.first_period, TRUE)
    UNION ALL
    SELECT
        v.study, v.table_name, v.column_label, v.variable, v.role_in_model,
        coalesce(e.series_id, e.weights_name) AS series_id, e.weights_name IS NOT NULL AS is_weights, 'scale' AS read_as,
        e.unit, e.first_period, e.last_period
    FROM entering AS v
    INNER JOIN panel.extreme_cell AS e ON e.study = v.study AND e.variable = v.variable
),

place_of_all AS NOT MATERIALIZED (
    SELECT
        study, table_name, column_label, variable, series_id, is_weights,
        CASE
            WHEN role_in_model IN ('threshold variable', 'sample condition', 'left out') THEN 'threshold_side'
            WHEN read_as NOT IN ('value', 'lag') THEN read_as
            WHEN is_weights THEN 'weights'
            WHEN role_in_model = 'instrument' THEN 'instrument'
            WHEN role_in_model IN ('economic distance', 'weights') THEN 'weights'
            ELSE read_as
        END AS role,
        unit, first_period, last_period
    FROM reading
    WHERE first_period <= last_period
),

place_read AS NOT MATERIALIZED (
    SELECT study, table_name, column_label, variable, series_id, role, unit, first_period, last_period
    FROM place_of_all
    WHERE NOT is_weights
),

place_filled_from AS NOT MATERIALIZED (
    SELECT
        p.study, p.table_name, p.column_label, p.variable, f.from_series AS series_id, p.role, f.from_unit AS unit,
        f.from_period, f.made_as,
        CASE WHEN max(f.weight_in_fill) >= -min(f.weight_in_fill)
            THEN max(f.weight_in_fill) ELSE min(f.weight_in_fill) END AS weight_in_fill
    FROM place_read AS p
    INNER JOIN panel.filled_from AS f
        ON f.study = p.study AND f.variable = p.series_id AND f.unit = p.unit
        AND f.period BETWEEN p.first_period AND p.last_period
    GROUP BY ALL
),

-- Of a threshold variable or one that is left out, cells that others are filled from decide no more than that either.
place AS NOT MATERIALIZED (
    SELECT study, table_name, column_label, variable, series_id, role, unit, first_period, last_period
    FROM place_read
    UNION
    SELECT
        study, table_name, column_label, variable, series_id, role, unit, from_period AS first_period,
        from_period AS last_period
    FROM place_filled_from
    WHERE role = 'threshold_side'
),

-- Of places that overlap each begins after all before it, so that no cell is found twice in a role.
beginning AS NOT MATERIALIZED (
    SELECT
        study, table_name, column_label, variable, series_id, role, unit, last_period,
        greatest(first_period, 1 + max(last_period) OVER (
            PARTITION BY study, table_name, column_label, variable, series_id, role, unit
            ORDER BY first_period, last_period
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )) AS first_period
    FROM place
),

listed AS NOT MATERIALIZED (
    SELECT
        p.study, p.table_name, p.column_label, p.variable, p.role, CAST(NULL AS DOUBLE) AS weight_in_fill,
        c.variable AS series_id, c.unit, c.period, c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator
    FROM beginning AS p
    INNER JOIN panel.cell AS c
        ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.unit
        AND c.period BETWEEN p.first_period AND p.last_period
    WHERE c.value IS NOT NULL
    UNION ALL
    SELECT
        p.study, p.table_name, p.column_label, p.variable, p.made_as AS role,
        CASE WHEN max(p.weight_in_fill) >= -min(p.weight_in_fill)
            THEN max(p.weight_in_fill) ELSE min(p.weight_in_fill) END AS weight_in_fill,
        c.variable AS series_id, c.unit, c.period, c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator
    FROM place_filled_from AS p
    INNER JOIN panel.cell AS c
        ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.unit AND c.period = p.from_period
    WHERE p.role <> 'threshold_side'
    GROUP BY ALL
),

-- Where effects absorb what a cell does, it is listed once, whatever it is read for.
listed_once AS NOT MATERIALIZED (
    SELECT
        i.study, i.table_name, i.column_label, i.variable, i.role, i.weight_in_fill, i.series_id, i.unit, i.period,
        i.value, i.reported_value, i.status, i.vintage, i.file_id, i.locator
    FROM listed AS i
    WHERE i.role IN ('instrument', 'weights') OR NOT EXISTS (
        SELECT 1
        FROM result.absorbed_cell AS a
        WHERE a.study = i.study AND a.table_name = i.table_name AND a.column_label = i.column_label
            AND a.variable = i.variable AND a.series_id = i.series_id AND a.unit = i.unit AND a.period = i.period
    )
    UNION ALL
    SELECT
        a.study, a.table_name, a.column_label, a.variable, 'threshold_side' AS role,
        CAST(NULL AS DOUBLE) AS weight_in_fill, a.series_id, a.unit, a.period,
        c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator
    FROM result.absorbed_cell AS a
    INNER JOIN panel.cell AS c
        ON c.study = a.study AND c.variable = a.series_id AND c.unit = a.unit AND c.period = a.period
    WHERE c.value IS NOT NULL
),

unit_of_sample AS NOT MATERIALIZED (
    SELECT DISTINCT d.study, d.table_name, d.column_label, d.weights_name, d.standardize, s.unit
    FROM result.model_definition AS d
    INNER JOIN result.model AS m
        ON m.study = d.study AND m.table_name = d.table_name AND m.column_label = d.column_label
    INNER JOIN result.model_span AS s ON s.study = m.study AND s.sample_id = m.sample_id
    WHERE d.weights_name IS NOT NULL
),

year_of_sample AS NOT MATERIALIZED (
    SELECT DISTINCT
        d.study, d.table_name, d.column_label, unnest(generate_series(s.first_period, s.last_period)) AS period
    FROM result.model_definition AS d
    INNER JOIN result.model AS m
        ON m.study = d.study AND m.table_name = d.table_name AND m.column_label = d.column_label
    INNER JOIN result.model_span AS s ON s.study = m.study AND s.sample_id = m.sample_id
    WHERE d.weights_name IS NOT NULL
),

-- Those among the units of a sample, and of its years where they differ, which the model scales.
link_of_model AS NOT MATERIALIZED (
    SELECT
        u.study, u.table_name, u.column_label, l.weights_name, l.region_code, l.neighbour_code, l.weight_year, l.weight,
        l.file_id, l.locator
    FROM unit_of_sample AS u
    INNER JOIN source.weight AS l ON l.weights_name = u.weights_name AND l.region_code = u.unit
    INNER JOIN unit_of_sample AS n
        ON n.study = u.study AND n.table_name = u.table_name AND n.column_label = u.column_label
        AND n.unit = l.neighbour_code
    LEFT JOIN year_of_sample AS y
        ON y.study = u.study AND y.table_name = u.table_name AND y.column_label = u.column_label
        AND y.period = l.weight_year
    WHERE l.weight_year IS NULL OR y.period IS NOT NULL
    QUALIFY u.standardize <> 'row'
        OR count(*) OVER (PARTITION BY u.study, u.table_name, u.column_label, l.region_code, l.weight_year) > 1
),

link AS NOT MATERIALIZED (
    SELECT DISTINCT
        p.study, p.table_name, p.column_label, p.variable, p.role, l.weights_name, l.unit AS region_code,
        l.other_unit AS neighbour_code, l.weight_year, l.value AS weight, l.file_id, l.locator
    FROM place_of_all AS p
    INNER JOIN panel.link AS l ON l.study = p.study AND l.taken_as = p.series_id AND l.unit = p.unit
    WHERE p.is_weights
    UNION ALL
    SELECT
        study, table_name, column_label, CAST(NULL AS VARCHAR) AS variable, 'weights' AS role, weights_name,
        region_code, neighbour_code, weight_year, weight, file_id, locator
    FROM link_of_model
)

SELECT
    i.study, i.table_name, i.column_label, i.variable, i.series_id, i.unit, i.period, i.role, i.weight_in_fill,
    i.value, i.reported_value, i.status, i.vintage, i.file_id, f.path, i.locator, k.name AS correction,
    CAST(NULL AS VARCHAR) AS weights_name, CAST(NULL AS VARCHAR) AS other_unit
FROM listed_once AS i
LEFT JOIN source.file AS f ON f.file_id = i.file_id
LEFT JOIN source.correction AS k
    ON i.status = 'corrected' AND k.file_id = i.file_id AND k.vintage = i.vintage
    AND k.series_id = regexp_replace(i.series_id, '@(linear|none)/(none|nearest|trend|growth)$', '')
    AND k.period = i.period AND k.locator = i.locator
UNION ALL
SELECT
    i.study, i.table_name, i.column_label, i.variable, CAST(NULL AS VARCHAR) AS series_id, i.region_code AS unit,
    i.weight_year AS period, i.role, CAST(NULL AS DOUBLE) AS weight_in_fill, i.weight AS value,
    CAST(NULL AS DOUBLE) AS reported_value, 'reported' AS status, f.vintage, i.file_id, f.path, i.locator,
    CAST(NULL AS VARCHAR) AS correction, i.weights_name, i.neighbour_code AS other_unit
FROM link AS i
LEFT JOIN source.file AS f ON f.file_id = i.file_id
