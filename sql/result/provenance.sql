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
--   standardises    mean and deviation of a standard score, from all units and years of the study
--   filled_from     a cell in one of these roles was not published and is made from this one; `weight_in_fill` is
--                   the greatest weight it has in any of them
-- Places are ranges of years of a unit until the last join, and are joined by unit: work grows with the rows. CTEs are
-- not materialised, so that what is asked of one column is looked up for that one alone.
WITH place_read AS NOT MATERIALIZED (
    SELECT
        v.study,
        v.table_name,
        v.column_label,
        v.variable,
        r.series_id,
        CASE
            WHEN v.role = 'threshold variable' THEN 'threshold_side'
            WHEN r.is_pooled THEN r.role
            WHEN v.role = 'instrument' THEN 'instrument'
            WHEN v.role = 'economic distance' THEN 'weights'
            ELSE r.role
        END AS role,
        coalesce(r.of_region, s.unit) AS unit,
        greatest(coalesce(r.at_year, s.first_period) + r.first_lag, r.not_before) AS first_period,
        least(coalesce(r.at_year, s.last_period) + r.last_lag, r.not_after) AS last_period
    FROM result.model_variable AS v
    INNER JOIN panel.rests_on AS r ON r.study = v.study AND r.variable = v.variable
    INNER JOIN result.model AS m
        ON m.study = v.study AND m.table_name = v.table_name AND m.column_label = v.column_label
    INNER JOIN (
        SELECT study, sample_id, unit, first_period, last_period, FALSE AS is_pooled FROM result.model_span
        UNION ALL
        SELECT study, NULL AS sample_id, unit, first_period, last_period, TRUE AS is_pooled FROM panel.pool
    ) AS s
        ON s.study = v.study AND s.is_pooled = r.is_pooled AND (s.is_pooled OR s.sample_id = m.sample_id)
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
        *,
        first_period > 1 + coalesce(max(last_period) OVER (
            PARTITION BY study, table_name, column_label, variable, series_id, role, unit
            ORDER BY first_period, last_period
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), -1000000) AS is_first
    FROM place
),

numbered AS NOT MATERIALIZED (
    SELECT
        *,
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
