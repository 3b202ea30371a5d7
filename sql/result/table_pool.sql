-- result.table_pool (view)
-- Published cells that numbers of tables read of all rows at once: what scales, standardises, is aggregated, bounds, or
-- is compared with. A row per number, variable, cell and role, with the columns of `result.table_provenance`, which is
-- what to ask. `unit` is that in whose row a number stands which rests on that row alone; what only decides on a side
-- is told of all units together.
-- A view of its own, in which nothing is named twice: the file is written for older engines, which forget that a part of
-- a query is not to be kept, and of a part that is kept all numbers of all tables were made to ask for one.
--
-- `year_read`: years that are read of all units, or of the one that is named; put together before units are, so that
-- what several ways read of one series is found once.
WITH year_read AS (
    SELECT
        study, table_name, number_table, number, period, group_name, other_group, is_own_unit, variable, role,
        series_id, named, cell_period,
        bool_or(named IS NULL) OVER (
            PARTITION BY
                study, table_name, number_table, number, period, group_name, other_group, is_own_unit, variable, role,
                series_id, cell_period
        ) AS is_of_all
    FROM (
        SELECT
            n.study, n.table_name, n.number_table, n.number, n.period, n.group_name, n.other_group,
            n.is_own_unit, n.variable, CASE WHEN n.role = 'threshold_side' THEN n.role ELSE w.role END AS role,
            w.input AS series_id, w.cell_unit AS named,
            unnest(
                generate_series(
                    greatest(
                        coalesce(
                            w.from_first,
                            CASE WHEN w.pool = 'period' THEN greatest(n.first_period, w.pool_first) ELSE w.pool_first END
                        ) + w.first_lag,
                        w.earliest
                    ),
                    least(
                        coalesce(
                            w.from_last,
                            CASE WHEN w.pool = 'period' THEN least(n.last_period, w.pool_last) ELSE w.pool_last END
                        ) + w.last_lag,
                        w.latest
                    )
                )
            ) AS cell_period
        FROM result.table_read AS n
        INNER JOIN panel.pooled_way AS w ON w.study = n.study AND w.variable = n.variable
        WHERE NOT w.is_weights AND NOT (n.role = 'any_scale' AND w.role = 'standardises')
            AND (w.pool <> 'period' OR (w.pool_first <= n.last_period AND w.pool_last >= n.first_period))
        UNION
        SELECT
            n.study, n.table_name, n.number_table, n.number, n.period, n.group_name, n.other_group,
            n.is_own_unit, n.variable, CASE WHEN n.role = 'threshold_side' THEN n.role ELSE 'scale' END AS role,
            e.series_id, e.unit AS named, unnest(generate_series(e.first_period, e.last_period)) AS cell_period
        FROM result.table_read AS n
        INNER JOIN panel.extreme_cell AS e ON e.study = n.study AND e.variable = n.variable
        WHERE e.series_id IS NOT NULL
    ) AS every_year
),

-- Units in whose rows numbers stand that rest on one row alone; of others none.
asking AS (
    SELECT DISTINCT study, table_name, TRUE AS is_own_unit, unit
    FROM result.table_span
    UNION ALL
    SELECT DISTINCT study, table_name, FALSE AS is_own_unit, NULL AS unit
    FROM result.table_span
),

in_pool AS (
    SELECT
        y.study, y.table_name, y.number_table, y.number, y.period, y.group_name, y.other_group,
        y.is_own_unit, y.variable, y.role, y.series_id, c.unit AS cell_unit, c.period AS cell_period,
        c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator
    FROM year_read AS y
    INNER JOIN panel.cell AS c
        ON c.study = y.study AND c.variable = y.series_id AND c.period = y.cell_period
        AND coalesce(c.unit = y.named, TRUE)
    LEFT JOIN panel.pool AS p ON p.study = c.study AND p.unit = c.unit
    WHERE c.value IS NOT NULL
        AND CASE WHEN y.named IS NULL THEN p.unit IS NOT NULL ELSE p.unit IS NULL OR NOT y.is_of_all END
)

SELECT
    p.study, p.table_name, p.number_table, p.number, p.period, p.group_name, p.other_group,
    s.unit, p.variable, p.role, p.series_id, p.cell_unit, p.cell_period,
    p.value, p.reported_value, p.status, p.vintage, p.file_id, p.locator
FROM in_pool AS p
INNER JOIN asking AS s
    ON s.study = p.study AND s.table_name = p.table_name
    AND s.is_own_unit = (p.is_own_unit AND p.role <> 'threshold_side')
