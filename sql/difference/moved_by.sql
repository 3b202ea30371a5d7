-- difference.moved_by (between two publications)
-- Which changed cells stand under which moved column: one row per column, series, file and why the cells are others
-- (`because`, as in `difference.cell_cause`). Cells are counted by the way in which the column reads them
-- (`difference.role`), each once, by the first of: `n_in_sample` a row of its sample, `n_filled_from` through a cell that
-- is filled or put together from it, `n_scale` the scale of an index or a standard score, a mean or a quantile, whose names are in `scaled`,
-- `n_threshold_side` the side of a threshold. `bounds` names clipped variables on the series, whose bounds the rest
-- set, or can set. What does not enter at all has no row. Publications of earlier releases do not keep what this is
-- asked of: `is_known` is false then, and all cells of the column's series are counted in `n_cells` alone.
WITH column_moved AS (
    SELECT DISTINCT study, table_name, column_label FROM difference.estimate
),

known AS (
    SELECT DISTINCT study FROM new.result.model_span
),

read_beneath AS (
    SELECT v.study, v.table_name, v.column_label, b.series_id, string_agg(DISTINCT w.variable, ', ' ORDER BY w.variable) AS bounds
    FROM (SELECT * FROM new.result.model_variable UNION SELECT * FROM old.result.model_variable) AS v
    SEMI JOIN column_moved AS e
        ON e.study = v.study AND e.table_name = v.table_name AND e.column_label = v.column_label
    INNER JOIN (
        SELECT study, variable, series_id FROM new.panel.rests_on
        UNION
        SELECT study, variable, series_id FROM old.panel.rests_on
    ) AS b ON b.study = v.study AND b.variable = v.variable
    LEFT JOIN (
        SELECT study, variable FROM new.panel.winsor_bound UNION SELECT study, variable FROM old.panel.winsor_bound
    ) AS w ON w.study = v.study AND w.variable = v.variable
    GROUP BY v.study, v.table_name, v.column_label, b.series_id
),

-- A series that others are weighed by is read by no formula.
beneath AS (
    SELECT * FROM read_beneath
    UNION ALL
    SELECT DISTINCT r.study, r.table_name, r.column_label, r.series_id, CAST(NULL AS VARCHAR) AS bounds
    FROM difference.role AS r
    ANTI JOIN read_beneath AS b
        ON b.study = r.study AND b.table_name = r.table_name AND b.column_label = r.column_label
        AND b.series_id = r.series_id
),

first_role AS (
    SELECT
        study,
        table_name,
        column_label,
        series_id,
        unit,
        period,
        min(CASE role WHEN 'filled_from' THEN 2 WHEN 'aggregated_from' THEN 2 WHEN 'scale' THEN 3 WHEN 'standardises' THEN 3
            WHEN 'aggregates' THEN 3
            WHEN 'threshold_side' THEN 4 WHEN 'clip_bound' THEN 5 ELSE 1 END) AS place,
        string_agg(DISTINCT variable, ', ' ORDER BY variable)
            FILTER (WHERE role IN ('scale', 'standardises', 'aggregates')) AS scaled,
        string_agg(DISTINCT variable, ', ' ORDER BY variable) FILTER (WHERE role = 'clip_bound') AS bounds
    FROM difference.role
    GROUP BY study, table_name, column_label, series_id, unit, period
)

SELECT
    v.study,
    v.table_name,
    v.column_label,
    c.series_id,
    c.path,
    c.because,
    count(*) AS n_cells,
    count(*) FILTER (WHERE r.place = 1) AS n_in_sample,
    count(*) FILTER (WHERE r.place = 2) AS n_filled_from,
    count(*) FILTER (WHERE r.place = 3) AS n_scale,
    count(*) FILTER (WHERE r.place = 4) AS n_threshold_side,
    max(r.scaled) AS scaled,
    coalesce(max(v.bounds), max(r.bounds)) AS bounds,
    k.study IS NOT NULL AS is_known,
    arg_min(c.share, (-abs(c.share), c.unit, c.period)) AS largest_share,
    arg_min(coalesce(c.unit_name, c.unit) || ' ' || c.period, (-abs(c.share), c.unit, c.period))
        FILTER (WHERE c.share IS NOT NULL) AS largest_at
FROM difference.cell_cause AS c
INNER JOIN beneath AS v ON v.study = c.study AND v.series_id = c.series_id
LEFT JOIN first_role AS r
    ON r.study = v.study AND r.table_name = v.table_name AND r.column_label = v.column_label
    AND r.series_id = c.series_id AND r.unit = c.unit AND r.period = c.period
LEFT JOIN known AS k ON k.study = c.study
WHERE r.place IS NOT NULL OR v.bounds IS NOT NULL OR k.study IS NULL
GROUP BY v.study, v.table_name, v.column_label, c.series_id, c.path, c.because, k.study
ORDER BY v.study, v.table_name, v.column_label, n_cells DESC, c.series_id, c.path, c.because
