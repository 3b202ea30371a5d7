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
--   weights         either of these, through the variable that gives economic distances
--   threshold_side  it decides only on which side of a threshold a row lies, also where the row was filled in
--   scale           minimum, maximum and shares of an index, from all units and years of the study
--   clip_bound      its row sets a bound of winsorising, of a variable or of the column, to which a value that is
--                   read was moved
--   standardises    mean and deviation of a standard score, from all units and years of the study
--   filled_from     a cell in one of these roles was not published and is made from this one; `weight_in_fill` is
--                   the greatest weight it has in any of them
-- Places are ranges of years of a unit until the last join, and are joined by unit: work grows with the rows. CTEs are
-- not materialised, so that what is asked of one column is looked up for that one alone.
WITH way AS NOT MATERIALIZED (
    SELECT
        study,
        variable,
        TRUE AS is_series,
        series_id AS input,
        role AS read_as,
        CASE WHEN is_pooled THEN coalesce(pooled_by, 'panel') ELSE 'row' END AS pool,
        at_year,
        of_region,
        first_lag,
        last_lag,
        not_before,
        not_after,
        at_part,
        since_part,
        since_lag,
        where_part,
        where_lag
    FROM panel.rests_on
    UNION ALL
    SELECT
        study,
        variable,
        TRUE AS is_series,
        series_id AS input,
        'clip_bound' AS read_as,
        'bound' AS pool,
        at_year,
        of_region,
        first_lag,
        last_lag,
        not_before,
        not_after,
        at_part,
        since_part,
        since_lag,
        where_part,
        where_lag
    FROM panel.rests_on
    WHERE NOT is_pooled
    UNION ALL
    SELECT
        study,
        variable,
        FALSE AS is_series,
        input,
        role AS read_as,
        CASE WHEN is_pooled THEN coalesce(pooled_by, 'panel') ELSE 'row' END AS pool,
        at_year,
        of_region,
        first_lag,
        last_lag,
        not_before,
        not_after,
        at_part,
        since_part,
        since_lag,
        where_part,
        where_lag
    FROM panel.clipped_input
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
        study,
        'bound' AS pool,
        concat_ws(chr(10), table_name, column_label, variable) AS asked_for,
        unit,
        period AS first_period,
        period AS last_period
    FROM result.bound_row
),

reading AS NOT MATERIALIZED (
    SELECT
        v.study,
        v.table_name,
        v.column_label,
        v.variable,
        v.role AS role_in_model,
        w.is_series,
        w.input,
        w.read_as,
        coalesce(w.of_region, s.unit) AS unit,
        greatest(
            coalesce(a.first_period, w.at_year, greatest(s.first_period, c.first_period - w.where_lag)) + w.first_lag,
            w.not_before,
            b.first_period + w.since_lag
        ) AS first_period,
        least(
            coalesce(a.last_period, w.at_year, least(s.last_period, c.last_period - w.where_lag)) + w.last_lag,
            w.not_after
        ) AS last_period
    FROM result.model_variable AS v
    INNER JOIN way AS w ON w.study = v.study AND w.variable = v.variable
    INNER JOIN result.model AS m
        ON m.study = v.study AND m.table_name = v.table_name AND m.column_label = v.column_label
    INNER JOIN asking AS s
        ON s.study = v.study AND s.pool = w.pool
        AND s.asked_for = CASE
            WHEN w.pool IN ('row', 'period') THEN m.sample_id
            WHEN w.pool = 'bound' THEN concat_ws(chr(10), v.table_name, v.column_label, v.variable)
            ELSE ''
        END
    LEFT JOIN panel.part_span AS a
        ON a.study = v.study AND a.part = w.at_part AND a.unit = coalesce(w.of_region, s.unit)
    LEFT JOIN panel.part_span AS b
        ON b.study = v.study AND b.part = w.since_part AND b.unit = coalesce(w.of_region, s.unit)
    LEFT JOIN panel.part_span AS c
        ON c.study = v.study AND c.part = w.where_part AND c.unit = s.unit
        AND c.first_period - w.where_lag <= s.last_period AND c.last_period - w.where_lag >= s.first_period
    WHERE (w.at_part IS NULL OR a.part IS NOT NULL) AND (w.where_part IS NULL OR c.part IS NOT NULL)
),

in_role AS NOT MATERIALIZED (
    SELECT
        study,
        table_name,
        column_label,
        variable,
        role_in_model,
        input AS series_id,
        read_as,
        unit,
        first_period,
        last_period
    FROM reading
    WHERE is_series
    UNION ALL
    -- Under bounds to which a value that is read was moved.
    SELECT
        r.study,
        r.table_name,
        r.column_label,
        r.variable,
        r.role_in_model,
        b.series_id,
        'clip_bound' AS read_as,
        b.unit,
        b.first_period,
        b.last_period
    FROM (
        SELECT DISTINCT
            r.study, r.table_name, r.column_label, r.variable, r.role_in_model, r.input, c.side, c.bound_period
        FROM reading AS r
        INNER JOIN panel.clipped_cell AS c
            ON c.study = r.study AND c.variable = r.input AND c.unit = r.unit
            AND c.period BETWEEN r.first_period AND r.last_period
        WHERE NOT r.is_series
    ) AS r
    INNER JOIN panel.bound_cell AS b
        ON b.study = r.study AND b.variable = r.input AND b.side = r.side
        AND b.bound_period IS NOT DISTINCT FROM r.bound_period
    UNION ALL
    SELECT
        v.study,
        v.table_name,
        v.column_label,
        v.variable,
        v.role AS role_in_model,
        e.series_id,
        'scale' AS read_as,
        e.unit,
        e.first_period,
        e.last_period
    FROM result.model_variable AS v
    INNER JOIN panel.extreme_cell AS e ON e.study = v.study AND e.variable = v.variable
),

place_read AS NOT MATERIALIZED (
    SELECT
        study,
        table_name,
        column_label,
        variable,
        series_id,
        CASE
            WHEN role_in_model = 'threshold variable' THEN 'threshold_side'
            WHEN read_as NOT IN ('value', 'lag') THEN read_as
            WHEN role_in_model = 'instrument' THEN 'instrument'
            WHEN role_in_model = 'economic distance' THEN 'weights'
            ELSE read_as
        END AS role,
        unit,
        first_period,
        last_period
    FROM in_role
),

place_filled_from AS NOT MATERIALIZED (
    SELECT
        p.study,
        p.table_name,
        p.column_label,
        p.variable,
        p.series_id,
        p.role,
        p.unit,
        f.from_period,
        arg_max(f.weight_in_fill, abs(f.weight_in_fill)) AS weight_in_fill
    FROM place_read AS p
    INNER JOIN panel.filled_from AS f
        ON f.study = p.study AND f.variable = p.series_id AND f.unit = p.unit
        AND f.period BETWEEN p.first_period AND p.last_period
    GROUP BY
        p.study, p.table_name, p.column_label, p.variable, p.series_id, p.role, p.unit, f.from_period
),

-- Of a threshold variable, cells that others are filled from decide no more than the side either.
place AS NOT MATERIALIZED (
    SELECT DISTINCT study, table_name, column_label, variable, series_id, role, unit, first_period, last_period
    FROM (
        SELECT study, table_name, column_label, variable, series_id, role, unit, first_period, last_period
        FROM place_read
        UNION ALL
        SELECT
            study,
            table_name,
            column_label,
            variable,
            series_id,
            role,
            unit,
            from_period AS first_period,
            from_period AS last_period
        FROM place_filled_from
        WHERE role = 'threshold_side'
    ) AS every_place
    WHERE first_period <= last_period
),

-- Places that overlap or meet are one, so that no cell is found twice in a role.
beginning AS NOT MATERIALIZED (
    SELECT
        study,
        table_name,
        column_label,
        variable,
        series_id,
        role,
        unit,
        first_period,
        last_period,
        first_period > 1 + coalesce(max(last_period) OVER (
            PARTITION BY study, table_name, column_label, variable, series_id, role, unit
            ORDER BY first_period, last_period
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), -1000000) AS is_first
    FROM place
),

numbered AS NOT MATERIALIZED (
    SELECT
        study,
        table_name,
        column_label,
        variable,
        series_id,
        role,
        unit,
        first_period,
        last_period,
        sum(CAST(is_first AS INTEGER)) OVER (
            PARTITION BY study, table_name, column_label, variable, series_id, role, unit
            ORDER BY first_period, last_period
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM beginning
),

run_of_years AS NOT MATERIALIZED (
    SELECT
        study,
        table_name,
        column_label,
        variable,
        series_id,
        role,
        unit,
        min(first_period) AS first_period,
        max(last_period) AS last_period
    FROM numbered
    GROUP BY study, table_name, column_label, variable, series_id, role, unit, run
),

listed AS NOT MATERIALIZED (
    SELECT
        p.study,
        p.table_name,
        p.column_label,
        p.variable,
        p.role,
        CAST(NULL AS DOUBLE) AS weight_in_fill,
        c.variable AS series_id,
        c.unit,
        c.period,
        c.value,
        c.reported_value,
        c.status,
        c.vintage,
        c.file_id,
        c.locator
    FROM run_of_years AS p
    INNER JOIN panel.cell AS c
        ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.unit
        AND c.period BETWEEN p.first_period AND p.last_period
    WHERE c.value IS NOT NULL
    UNION ALL
    SELECT
        p.study,
        p.table_name,
        p.column_label,
        p.variable,
        'filled_from' AS role,
        arg_max(p.weight_in_fill, abs(p.weight_in_fill)) AS weight_in_fill,
        c.variable AS series_id,
        c.unit,
        c.period,
        c.value,
        c.reported_value,
        c.status,
        c.vintage,
        c.file_id,
        c.locator
    FROM place_filled_from AS p
    INNER JOIN panel.cell AS c
        ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.unit AND c.period = p.from_period
    WHERE p.role <> 'threshold_side'
    GROUP BY ALL
)

SELECT
    i.study,
    i.table_name,
    i.column_label,
    i.variable,
    i.series_id,
    i.unit,
    i.period,
    i.role,
    i.weight_in_fill,
    i.value,
    i.reported_value,
    i.status,
    i.vintage,
    i.file_id,
    f.path,
    i.locator,
    k.name AS correction
FROM listed AS i
LEFT JOIN source.file AS f ON f.file_id = i.file_id
LEFT JOIN source.correction AS k
    ON i.status = 'corrected' AND k.file_id = i.file_id AND k.series_id = i.series_id AND k.vintage = i.vintage
    AND k.period = i.period AND k.locator = i.locator
