-- difference.role (between two publications)
-- In which roles a moved column reads a changed cell, in either publication: one row per column, cell, role and
-- variable through which it enters, as in `result.provenance`. A cell without a row here does not enter the column.
-- `is_known` in `moved_by` says whether a publication keeps what this is asked of.
WITH column_moved AS (
    SELECT DISTINCT study, table_name, column_label FROM difference.estimate
),

model_variable AS (
    SELECT 'new' AS side, * FROM new.result.model_variable UNION ALL SELECT 'old', * FROM old.result.model_variable
),

model AS (
    SELECT 'new' AS side, study, table_name, column_label, sample_id FROM new.result.model
    UNION ALL
    SELECT 'old', study, table_name, column_label, sample_id FROM old.result.model
),

rests_on AS (
    SELECT 'new' AS side, * FROM new.panel.rests_on UNION ALL SELECT 'old', * FROM old.panel.rests_on
),

span AS (
    SELECT 'new' AS side, study, sample_id, unit, first_period, last_period, FALSE AS is_pooled FROM new.result.model_span
    UNION ALL
    SELECT 'old', study, sample_id, unit, first_period, last_period, FALSE FROM old.result.model_span
    UNION ALL
    SELECT 'new', study, NULL, unit, first_period, last_period, TRUE FROM new.panel.pool
    UNION ALL
    SELECT 'old', study, NULL, unit, first_period, last_period, TRUE FROM old.panel.pool
),

filled_from AS (
    SELECT 'new' AS side, * FROM new.panel.filled_from UNION ALL SELECT 'old', * FROM old.panel.filled_from
),

place AS (
    SELECT DISTINCT
        v.side,
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
        -- The year in which a flow begins is another in each unit: any may be the one.
        CASE WHEN r.at_part IS NOT NULL THEN -9999
            ELSE greatest(coalesce(r.at_year, s.first_period) + r.first_lag, r.not_before) END AS first_period,
        CASE WHEN r.at_part IS NOT NULL THEN 9999
            ELSE least(coalesce(r.at_year, s.last_period) + r.last_lag, r.not_after) END AS last_period
    FROM model_variable AS v
    SEMI JOIN column_moved AS e
        ON e.study = v.study AND e.table_name = v.table_name AND e.column_label = v.column_label
    INNER JOIN model AS m
        ON m.side = v.side AND m.study = v.study AND m.table_name = v.table_name AND m.column_label = v.column_label
    INNER JOIN rests_on AS r ON r.side = v.side AND r.study = v.study AND r.variable = v.variable
    SEMI JOIN difference.cell AS c ON c.study = r.study AND c.series_id = r.series_id
    INNER JOIN span AS s
        ON s.side = v.side AND s.study = v.study AND s.is_pooled = r.is_pooled
        AND (s.is_pooled OR s.sample_id = m.sample_id)
),

-- A changed cell, and every cell that is filled from it.
touched AS (
    SELECT d.side, c.study, c.series_id, c.unit, c.period, c.period AS at_period, FALSE AS is_filled
    FROM difference.cell AS c
    CROSS JOIN (VALUES ('old'), ('new')) AS d (side)
    UNION ALL
    SELECT f.side, c.study, c.series_id, c.unit, c.period, f.period, TRUE
    FROM difference.cell AS c
    INNER JOIN filled_from AS f
        ON f.study = c.study AND f.variable = c.series_id AND f.unit = c.unit AND f.from_period = c.period
)

SELECT DISTINCT
    p.study,
    p.table_name,
    p.column_label,
    t.series_id,
    t.unit,
    t.period,
    CASE WHEN t.is_filled AND p.role <> 'threshold_side' THEN 'filled_from' ELSE p.role END AS role,
    p.variable
FROM place AS p
INNER JOIN touched AS t
    ON t.side = p.side AND t.study = p.study AND t.series_id = p.series_id AND t.unit = p.unit
    AND t.at_period BETWEEN p.first_period AND p.last_period
