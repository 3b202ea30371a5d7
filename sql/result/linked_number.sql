-- result.linked_number (view)
-- Which weights of raw files a number of a table rests on, where the table is none of regressions: those of the table
-- itself, as under Moran's I, without a `variable`, and those that its variables have in them or under them through
-- `W(x, NAME)`. The rows of `result.table_provenance` that are no cells of series, which is what to ask.
WITH taken AS NOT MATERIALIZED (
    SELECT
        n.study, n.table_name, n.number_table, n.number, n.period, n.group_name, n.other_group, n.unit, n.variable,
        CASE
            WHEN n.role = 'threshold_side' THEN n.role
            WHEN w.role IN ('clip_bound', 'threshold_side') THEN w.role
            WHEN n.role NOT IN ('value', 'any_scale') THEN n.role
            WHEN w.role IN ('value', 'lag') THEN 'weights'
            ELSE w.role
        END AS role,
        w.input AS weights_name, coalesce(w.cell_unit, n.row_unit) AS cell_unit
    FROM result.row_read AS n
    INNER JOIN panel.any_way AS w ON w.study = n.study AND w.variable = n.variable
    WHERE w.is_weights AND NOT w.is_pooled AND coalesce(w.unit = n.row_unit, TRUE)
        AND coalesce(w.asked_first <= n.last_period AND w.asked_last >= n.first_period, TRUE)
        AND greatest(coalesce(w.from_first, n.first_period) + w.first_lag, w.earliest)
        <= least(coalesce(w.from_last, n.last_period) + w.last_lag, w.latest)
    UNION
    SELECT
        a.study, a.table_name, a.number_table, a.number, a.period, a.group_name, a.other_group,
        CASE WHEN a.is_own_unit AND a.role <> 'threshold_side' THEN s.unit END AS unit, a.variable, a.role,
        a.weights_name, p.unit AS cell_unit
    FROM (
        SELECT
            r.study, r.table_name, r.number_table, r.number, r.period, r.group_name, r.other_group, r.is_own_unit,
            r.variable, CASE WHEN r.role = 'threshold_side' THEN r.role ELSE w.role END AS role,
            w.input AS weights_name, w.cell_unit
        FROM result.table_read AS r
        INNER JOIN panel.pooled_way AS w ON w.study = r.study AND w.variable = r.variable
        WHERE w.is_weights AND NOT (r.role = 'any_scale' AND w.role = 'standardises')
            AND (w.pool <> 'period' OR (w.pool_first <= r.last_period AND w.pool_last >= r.first_period))
        UNION ALL
        SELECT
            r.study, r.table_name, r.number_table, r.number, r.period, r.group_name, r.other_group, r.is_own_unit,
            r.variable, CASE WHEN r.role = 'threshold_side' THEN r.role ELSE 'scale' END AS role,
            e.weights_name, e.unit AS cell_unit
        FROM result.table_read AS r
        INNER JOIN panel.extreme_cell AS e ON e.study = r.study AND e.variable = r.variable
        WHERE e.weights_name IS NOT NULL
    ) AS a
    INNER JOIN (SELECT DISTINCT study, table_name, unit FROM result.table_span) AS s
        ON s.study = a.study AND s.table_name = a.table_name
    INNER JOIN panel.pool AS p ON p.study = a.study AND coalesce(p.unit = a.cell_unit, TRUE)
),

in_year AS NOT MATERIALIZED (
    SELECT
        r.study, r.table_name, r.number_table, r.number, r.period, r.group_name, r.other_group, r.role, r.weights_name,
        r.standardize, s.unit, r.first_period
    FROM result.table_read AS r
    INNER JOIN result.table_span AS s
        ON s.study = r.study AND s.table_name = r.table_name
        AND r.first_period BETWEEN s.first_period AND s.last_period
    WHERE r.weights_name IS NOT NULL
)

SELECT
    t.study, t.table_name, t.number_table, t.number, t.period, t.group_name, t.other_group, t.unit, t.variable, t.role,
    l.weights_name, l.weight_year, l.unit AS cell_unit, l.other_unit, l.value, l.vintage, l.file_id, l.path, l.locator
FROM taken AS t
INNER JOIN panel.link AS l ON l.study = t.study AND l.taken_as = t.weights_name AND l.unit = t.cell_unit
UNION ALL
-- Weights of the table itself, of the year where they differ by it, among the units of the year, which it scales.
SELECT
    u.study, u.table_name, u.number_table, u.number, u.period, u.group_name, u.other_group,
    CAST(NULL AS VARCHAR) AS unit, CAST(NULL AS VARCHAR) AS variable,
    CASE WHEN u.role = 'threshold_side' THEN u.role ELSE 'weights' END AS role,
    l.weights_name, l.weight_year, l.region_code AS cell_unit, l.neighbour_code AS other_unit, l.weight AS value, f.vintage,
    l.file_id, f.path, l.locator
FROM in_year AS u
INNER JOIN source.weight AS l
    ON l.weights_name = u.weights_name AND l.region_code = u.unit AND coalesce(l.weight_year = u.first_period, TRUE)
INNER JOIN result.table_span AS n
    ON n.study = u.study AND n.table_name = u.table_name AND n.unit = l.neighbour_code
    AND u.first_period BETWEEN n.first_period AND n.last_period
LEFT JOIN source.file AS f ON f.file_id = l.file_id
QUALIFY u.standardize <> 'row'
    OR count(*) OVER (
        PARTITION BY
            u.study, u.table_name, u.number_table, u.number, u.period, u.group_name, u.other_group, u.role,
            l.weights_name, l.region_code
    ) > 1
