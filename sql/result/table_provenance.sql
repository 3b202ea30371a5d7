-- result.table_provenance (view)
-- Which published cells a number of a table rests on, where the table is none of regressions: inequality, convergence,
-- densities, trends, maps, levels with their growth, in their long form and as printed. One row per number, variable
-- through which a cell enters, series cell and role. A number is found by `table_name`, `number_table` (`inequality`,
-- `local_moran` …, or the finished table itself), `number` (a column, or a measure), and what its row is of: `period`,
-- `group_name`, `other_group`, `row_position` of a table of levels. Each of these is null where the number rests on
-- the same cells whatever it is; `unit` is that in whose row a number stands which rests on that row alone. Roles:
--   value           read in the row itself, in its own year
--   lag             read in another year
--   scale           of all rows: minimum, maximum, shares and means that set the scale of an index
--   standardises    of all rows: mean and deviation of a standard score; what neither shift nor scale moves, as R²,
--                   stays as it is
--   filled_from     a cell in one of these roles was not published and is made from this one, with the greatest
--                   weight it has in any of them
--   weights         of the variable that gives economic distances
--   grid            sets the points at which a curve is drawn
--   threshold_side  enters by its order only: p-values of permutations, quadrants, what is significant, and measures
--                   at a limit, as the overlap of groups that lie apart
WITH reading AS NOT MATERIALIZED (
    SELECT
        r.study,
        r.table_name,
        r.number_table,
        r.number,
        r.period,
        r.group_name,
        r.other_group,
        CASE WHEN r.is_own_unit THEN s.unit END AS unit,
        CAST(NULL AS INTEGER) AS row_position,
        r.variable,
        r.role,
        s.unit AS row_unit,
        greatest(s.first_period, r.first_period) AS first_period,
        least(s.last_period, r.last_period) AS last_period
    FROM result.table_read AS r
    INNER JOIN result.table_span AS s
        ON s.study = r.study AND s.table_name = r.table_name
        AND s.first_period <= r.last_period AND s.last_period >= r.first_period
    LEFT JOIN panel.unit_group AS g ON g.study = r.study AND g.grouping = r.grouping AND g.unit = s.unit
    WHERE (r.from_unit IS NULL OR s.unit = r.from_unit) AND (r.from_group IS NULL OR g.group_name = r.from_group)
),

place AS NOT MATERIALIZED (
    SELECT DISTINCT
        n.study,
        n.table_name,
        n.number_table,
        n.number,
        n.period,
        n.group_name,
        n.other_group,
        n.unit,
        n.row_position,
        n.variable,
        CASE WHEN n.role = 'value' THEN r.role ELSE n.role END AS role,
        r.series_id,
        coalesce(r.of_region, n.row_unit) AS cell_unit,
        unnest(
            generate_series(
                greatest(
                    coalesce(a.first_period, r.at_year, n.first_period) + r.first_lag,
                    r.not_before,
                    b.first_period + r.since_lag,
                    y.first_period
                ),
                least(coalesce(a.last_period, r.at_year, n.last_period) + r.last_lag, r.not_after, y.last_period)
            )
        ) AS cell_period
    FROM reading AS n
    INNER JOIN panel.rests_on AS r ON r.study = n.study AND r.variable = n.variable
    CROSS JOIN (SELECT min(period) AS first_period, max(period) AS last_period FROM panel.cell) AS y
    LEFT JOIN panel.part_span AS a ON a.study = r.study AND a.part = r.at_part AND a.unit = coalesce(r.of_region, n.row_unit)
    LEFT JOIN panel.part_span AS b ON b.study = r.study AND b.part = r.since_part AND b.unit = coalesce(r.of_region, n.row_unit)
    WHERE (r.at_part IS NULL OR a.part IS NOT NULL) AND NOT r.is_pooled AND n.role <> 'threshold_side'
),

-- Years that are read of all units, or of the one that is named; put together before units are, so that what several
-- ways read of one series is found once.
year_read AS NOT MATERIALIZED (
    SELECT
        study,
        table_name,
        number_table,
        number,
        period,
        group_name,
        other_group,
        is_own_unit,
        variable,
        role,
        series_id,
        named,
        cell_period,
        bool_or(named IS NULL) OVER (PARTITION BY study, table_name, number_table, number, period, group_name, other_group, is_own_unit, variable, role, series_id, cell_period) AS is_of_all
    FROM (
    SELECT
        n.study,
        n.table_name,
        n.number_table,
        n.number,
        n.period,
        n.group_name,
        n.other_group,
        n.is_own_unit,
        n.variable,
        CASE WHEN n.role = 'threshold_side' THEN n.role ELSE r.role END AS role,
        r.series_id,
        coalesce(r.of_region, p.unit, q.unit) AS named,
        unnest(
            generate_series(
                greatest(
                    coalesce(a.first_period, r.at_year, CASE WHEN r.pooled_by = 'period' THEN n.first_period ELSE p.first_period END) + r.first_lag,
                    r.not_before,
                    b.first_period + r.since_lag,
                    y.first_period
                ),
                least(coalesce(a.last_period, r.at_year, CASE WHEN r.pooled_by = 'period' THEN n.last_period ELSE p.last_period END) + r.last_lag, r.not_after, y.last_period)
            )
        ) AS cell_period
    FROM result.table_read AS n
    INNER JOIN panel.rests_on AS r ON r.study = n.study AND r.variable = n.variable
    INNER JOIN (
            SELECT DISTINCT study, 'panel' AS pool, CAST(NULL AS VARCHAR) AS unit, first_period, last_period
            FROM panel.pool
            UNION ALL
            SELECT study, part AS pool, unit, first_period, last_period
            FROM panel.part_span
        ) AS p
            ON p.study = r.study
            AND p.pool = CASE WHEN r.pooled_by IS NULL OR r.pooled_by = 'period' THEN 'panel' ELSE r.pooled_by END
    LEFT JOIN panel.pool AS q
        ON q.study = r.study AND p.unit IS NULL AND r.of_region IS NULL
        AND (r.at_part IS NOT NULL OR r.since_part IS NOT NULL)
    CROSS JOIN (SELECT min(period) AS first_period, max(period) AS last_period FROM panel.cell) AS y
    LEFT JOIN panel.part_span AS a ON a.study = r.study AND a.part = r.at_part AND a.unit = coalesce(r.of_region, p.unit, q.unit)
    LEFT JOIN panel.part_span AS b ON b.study = r.study AND b.part = r.since_part AND b.unit = coalesce(r.of_region, p.unit, q.unit)
    WHERE r.is_pooled AND (r.at_part IS NULL OR a.part IS NOT NULL)
    UNION
    SELECT
        n.study,
        n.table_name,
        n.number_table,
        n.number,
        n.period,
        n.group_name,
        n.other_group,
        n.is_own_unit,
        n.variable,
        CASE WHEN n.role = 'threshold_side' THEN n.role ELSE 'scale' END AS role,
        e.series_id,
        e.unit AS named,
        unnest(generate_series(e.first_period, e.last_period)) AS cell_period
    FROM result.table_read AS n
    INNER JOIN panel.extreme_cell AS e ON e.study = n.study AND e.variable = n.variable
    ) AS every_year
),

in_pool AS NOT MATERIALIZED (
    SELECT
        y.study,
        y.table_name,
        y.number_table,
        y.number,
        y.period,
        y.group_name,
        y.other_group,
        y.is_own_unit,
        y.variable,
        y.role,
        y.series_id,
        c.unit AS cell_unit,
        c.period AS cell_period,
        c.value,
        c.reported_value,
        c.status,
        c.vintage,
        c.file_id,
        c.locator
    FROM year_read AS y
    INNER JOIN panel.cell AS c ON c.study = y.study AND c.variable = y.series_id AND c.period = y.cell_period
    SEMI JOIN panel.pool AS p ON p.study = c.study AND p.unit = c.unit
    WHERE y.named IS NULL AND c.value IS NOT NULL
    UNION ALL
    SELECT
        y.study,
        y.table_name,
        y.number_table,
        y.number,
        y.period,
        y.group_name,
        y.other_group,
        y.is_own_unit,
        y.variable,
        y.role,
        y.series_id,
        c.unit AS cell_unit,
        c.period AS cell_period,
        c.value,
        c.reported_value,
        c.status,
        c.vintage,
        c.file_id,
        c.locator
    FROM year_read AS y
    INNER JOIN panel.cell AS c
        ON c.study = y.study AND c.variable = y.series_id AND c.unit = y.named AND c.period = y.cell_period
    LEFT JOIN panel.pool AS p ON p.study = y.study AND p.unit = y.named
    WHERE c.value IS NOT NULL AND (p.unit IS NULL OR NOT y.is_of_all)
),

pooled AS NOT MATERIALIZED (
    SELECT
        p.study,
        p.table_name,
        p.number_table,
        p.number,
        p.period,
        p.group_name,
        p.other_group,
        CAST(NULL AS VARCHAR) AS unit,
        CAST(NULL AS INTEGER) AS row_position,
        p.variable,
        p.role,
        p.series_id,
        p.cell_unit,
        p.cell_period,
        p.value,
        p.reported_value,
        p.status,
        p.vintage,
        p.file_id,
        p.locator
    FROM in_pool AS p
    WHERE p.role <> 'threshold_side' AND NOT p.is_own_unit
    UNION ALL
    SELECT
        p.study,
        p.table_name,
        p.number_table,
        p.number,
        p.period,
        p.group_name,
        p.other_group,
        s.unit,
        CAST(NULL AS INTEGER) AS row_position,
        p.variable,
        p.role,
        p.series_id,
        p.cell_unit,
        p.cell_period,
        p.value,
        p.reported_value,
        p.status,
        p.vintage,
        p.file_id,
        p.locator
    FROM in_pool AS p
    INNER JOIN (SELECT DISTINCT study, table_name, unit FROM result.table_span) AS s
        ON s.study = p.study AND s.table_name = p.table_name
    WHERE p.role <> 'threshold_side' AND p.is_own_unit
),

-- Cells that only decide an order or a side, and those that they are filled from, which decide no more.
side_read AS NOT MATERIALIZED (
    SELECT
        n.study,
        n.table_name,
        n.number_table,
        n.number,
        n.period,
        n.group_name,
        n.other_group,
        n.unit,
        n.variable,
        r.series_id,
        coalesce(r.of_region, n.row_unit) AS cell_unit,
        unnest(
            generate_series(
                greatest(
                    coalesce(a.first_period, r.at_year, n.first_period) + r.first_lag,
                    r.not_before,
                    b.first_period + r.since_lag,
                    y.first_period
                ),
                least(coalesce(a.last_period, r.at_year, n.last_period) + r.last_lag, r.not_after, y.last_period)
            )
        ) AS cell_period
    FROM reading AS n
    INNER JOIN panel.rests_on AS r ON r.study = n.study AND r.variable = n.variable
    CROSS JOIN (SELECT min(period) AS first_period, max(period) AS last_period FROM panel.cell) AS y
    LEFT JOIN panel.part_span AS a ON a.study = r.study AND a.part = r.at_part AND a.unit = coalesce(r.of_region, n.row_unit)
    LEFT JOIN panel.part_span AS b ON b.study = r.study AND b.part = r.since_part AND b.unit = coalesce(r.of_region, n.row_unit)
    WHERE (r.at_part IS NULL OR a.part IS NOT NULL) AND NOT r.is_pooled AND n.role = 'threshold_side'
    UNION
    SELECT
        p.study,
        p.table_name,
        p.number_table,
        p.number,
        p.period,
        p.group_name,
        p.other_group,
        CAST(NULL AS VARCHAR) AS unit,
        p.variable,
        p.series_id,
        p.cell_unit,
        p.cell_period
    FROM in_pool AS p
    WHERE p.role = 'threshold_side'
),

side AS NOT MATERIALIZED (
    SELECT
        study,
        table_name,
        number_table,
        number,
        period,
        group_name,
        other_group,
        unit,
        variable,
        series_id,
        cell_unit,
        cell_period
    FROM side_read
    UNION
    SELECT
        s.study,
        s.table_name,
        s.number_table,
        s.number,
        s.period,
        s.group_name,
        s.other_group,
        s.unit,
        s.variable,
        s.series_id,
        s.cell_unit,
        f.from_period AS cell_period
    FROM side_read AS s
    INNER JOIN panel.filled_from AS f
        ON f.study = s.study AND f.variable = s.series_id AND f.unit = s.cell_unit AND f.period = s.cell_period
),

-- Levels of a table of growth, each under its year, and the two between which growth is compounded.
level AS NOT MATERIALIZED (
    SELECT
        g.study,
        g.table_name,
        g.row_position,
        g.period,
        g.series_id,
        g.region_code,
        g.value,
        g.reported_value,
        g.correction,
        g.vintage,
        g.file_id,
        g.locator,
        CAST(g.period AS VARCHAR) AS number
    FROM result.growth_cell AS g
    UNION ALL
    SELECT
        g.study,
        g.table_name,
        g.row_position,
        g.period,
        g.series_id,
        g.region_code,
        g.value,
        g.reported_value,
        g.correction,
        g.vintage,
        g.file_id,
        g.locator,
        'annual_growth' AS number
    FROM result.growth_cell AS g
    INNER JOIN (
        SELECT
            study,
            table_name,
            row_position
        FROM result.growth_cell
        WHERE is_end
        GROUP BY study, table_name, row_position
        HAVING count(*) = 2 AND min(value) > 0
    ) AS e
        ON e.study = g.study AND e.table_name = g.table_name AND e.row_position = g.row_position
    WHERE g.is_end
),

-- What filled cells are made from.
filled AS NOT MATERIALIZED (
    SELECT
        p.study,
        p.table_name,
        p.number_table,
        p.number,
        p.period,
        p.group_name,
        p.other_group,
        p.unit,
        p.row_position,
        p.variable,
        p.series_id,
        f.unit AS cell_unit,
        f.from_period AS cell_period,
        arg_max(f.weight_in_fill, abs(f.weight_in_fill)) AS weight_in_fill
    FROM (
        SELECT
            study,
            table_name,
            number_table,
            number,
            period,
            group_name,
            other_group,
            unit,
            row_position,
            variable,
            role,
            series_id,
            cell_unit,
            cell_period
        FROM place
        UNION ALL
        SELECT
            study,
            table_name,
            number_table,
            number,
            period,
            group_name,
            other_group,
            unit,
            row_position,
            variable,
            role,
            series_id,
            cell_unit,
            cell_period
        FROM pooled
        WHERE status IN ('interpolated', 'extrapolated')
    ) AS p
    INNER JOIN panel.filled_from AS f
        ON f.study = p.study AND f.variable = p.series_id AND f.unit = p.cell_unit AND f.period = p.cell_period
    GROUP BY ALL
),

found AS NOT MATERIALIZED (
    SELECT
        study,
        table_name,
        number_table,
        number,
        period,
        group_name,
        other_group,
        unit,
        row_position,
        variable,
        role,
        series_id,
        cell_unit,
        cell_period,
        CAST(NULL AS DOUBLE) AS weight_in_fill
    FROM place
    UNION ALL
    SELECT
        study,
        table_name,
        number_table,
        number,
        period,
        group_name,
        other_group,
        unit,
        row_position,
        variable,
        'filled_from' AS role,
        series_id,
        cell_unit,
        cell_period,
        weight_in_fill
    FROM filled
),

listed AS NOT MATERIALIZED (
    SELECT
        p.study,
        p.table_name,
        p.number_table,
        p.number,
        p.period,
        p.group_name,
        p.other_group,
        p.unit,
        p.row_position,
        p.variable,
        p.role,
        p.weight_in_fill,
        p.series_id,
        p.cell_unit,
        p.cell_period,
        c.value,
        c.reported_value,
        c.status,
        c.vintage,
        c.file_id,
        c.locator
    FROM found AS p
    INNER JOIN panel.cell AS c
        ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.cell_unit AND c.period = p.cell_period
    WHERE c.value IS NOT NULL
    UNION ALL
    SELECT
        p.study,
        p.table_name,
        p.number_table,
        p.number,
        p.period,
        p.group_name,
        p.other_group,
        p.unit,
        p.row_position,
        p.variable,
        p.role,
        CAST(NULL AS DOUBLE) AS weight_in_fill,
        p.series_id,
        p.cell_unit,
        p.cell_period,
        p.value,
        p.reported_value,
        p.status,
        p.vintage,
        p.file_id,
        p.locator
    FROM pooled AS p
    UNION ALL
    SELECT
        g.study,
        g.table_name,
        g.table_name AS number_table,
        g.number,
        CAST(NULL AS INTEGER) AS period,
        CAST(NULL AS VARCHAR) AS group_name,
        CAST(NULL AS VARCHAR) AS other_group,
        CAST(NULL AS VARCHAR) AS unit,
        g.row_position,
        g.series_id AS variable,
        'value' AS role,
        CAST(NULL AS DOUBLE) AS weight_in_fill,
        g.series_id,
        g.region_code AS cell_unit,
        g.period AS cell_period,
        g.value,
        g.reported_value,
        CASE WHEN g.correction IS NULL THEN 'reported' ELSE 'corrected' END AS status,
        g.vintage,
        g.file_id,
        g.locator
    FROM level AS g
    UNION ALL
    SELECT
        s.study,
        s.table_name,
        s.number_table,
        s.number,
        s.period,
        s.group_name,
        s.other_group,
        s.unit,
        CAST(NULL AS INTEGER) AS row_position,
        s.variable,
        'threshold_side' AS role,
        CAST(NULL AS DOUBLE) AS weight_in_fill,
        s.series_id,
        s.cell_unit,
        s.cell_period,
        c.value,
        c.reported_value,
        c.status,
        c.vintage,
        c.file_id,
        c.locator
    FROM side AS s
    INNER JOIN panel.cell AS c
        ON c.study = s.study AND c.variable = s.series_id AND c.unit = s.cell_unit AND c.period = s.cell_period
    WHERE c.value IS NOT NULL
)

SELECT
    i.study,
    i.table_name,
    i.number_table,
    i.number,
    i.period,
    i.group_name,
    i.other_group,
    i.unit,
    i.row_position,
    i.variable,
    i.series_id,
    i.cell_unit,
    i.cell_period,
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
    AND k.period = i.cell_period AND k.locator = i.locator
