-- result.table_provenance (view)
-- Which published cells a number of a table rests on, where the table is none of regressions: inequality, convergence,
-- densities, trends, maps, levels with their growth, in their long form and as printed. One row per number, variable
-- through which a cell enters, series cell and role. A number is found by `table_name`, `number_table` (`inequality`,
-- `local_moran` …, or the finished table itself), `number` (a column, or a measure), and what its row is of: `period`,
-- `group_name`, `other_group`, `row_position` of a table of levels. Each of these is null where the number rests on
-- the same cells whatever it is; `unit` is that in whose row a number stands which rests on that row alone.
-- Weights of a raw file, by which the table itself, or `W(x, NAME)` of a variable, counts `other_unit` as a neighbour of
-- `cell_unit`, are told by their `weights_name`, and have neither series nor year; those of the table itself no variable.
-- Roles:
--   value           read in the row itself, in its own year
--   lag             read in another year
--   scale           of all rows: minimum, maximum, shares and means that set the scale of an index
--   standardises    of all rows: mean and deviation of a standard score; not of one under what neither shift nor scale
--                   moves, as R²
--   aggregates      of all rows, those of a year or of a unit: a mean, the values between which a quantile lies, or
--                   the rows of a regression (`residual`, `fitted`)
--   clip_bound      sets a bound of winsorising to which a value was moved that is read
--   filled_from     a cell in one of these roles was not published and is made from this one, with the greatest
--                   weight it has in any of them
--   aggregated_from a cell in one of these roles was put together from regions of a lower level, and this is one of
--                   their cells, or the weight of one; `weight_in_fill` likewise
--   weights         of the variable that gives economic distances; or a weight of a raw file, of the table itself or read
--                   in the row itself; else it has the role of what it is read for
--   grid            sets the points at which a curve is drawn
--   threshold_side  enters by its order only: p-values of permutations, quadrants, what is significant, and measures
--                   at a limit, as the overlap of groups that lie apart
WITH place AS NOT MATERIALIZED (
    SELECT
        study, table_name, number_table, number, period, group_name, other_group, unit, variable,
        CASE
            WHEN role IN ('value', 'any_scale') OR (way_role IN ('clip_bound', 'threshold_side') AND role <> 'threshold_side')
                THEN way_role
            ELSE role
        END AS role,
        series_id, cell_unit,
        unnest(
            generate_series(
                greatest(coalesce(from_first, first_period) + first_lag, earliest),
                least(coalesce(from_last, last_period) + last_lag, latest)
            )
        ) AS cell_period
    FROM (
        SELECT
            n.study, n.table_name, n.number_table, n.number, n.period, n.group_name, n.other_group, n.unit, n.variable,
            n.role, w.role AS way_role, w.series_id, coalesce(w.cell_unit, n.row_unit) AS cell_unit,
            n.first_period, n.last_period,
            w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
        FROM result.row_read AS n
        INNER JOIN panel.way AS w ON w.study = n.study AND w.variable = n.variable
        WHERE w.unit IS NULL AND NOT w.is_pooled
        UNION ALL
        SELECT
            n.study, n.table_name, n.number_table, n.number, n.period, n.group_name, n.other_group, n.unit, n.variable,
            n.role, w.role AS way_role, w.series_id, w.cell_unit,
            greatest(n.first_period, w.asked_first) AS first_period,
            least(n.last_period, w.asked_last) AS last_period,
            w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
        FROM result.row_read AS n
        INNER JOIN panel.way AS w ON w.study = n.study AND w.variable = n.variable AND w.unit = n.row_unit
        WHERE NOT w.is_pooled AND coalesce(w.asked_first <= n.last_period AND w.asked_last >= n.first_period, TRUE)
    ) AS every_way
),

-- What filled cells are made from.
filled AS NOT MATERIALIZED (
    SELECT
        p.study, p.table_name, p.number_table, p.number, p.period, p.group_name, p.other_group, p.unit, p.variable,
        p.role, f.from_series AS series_id, f.from_unit AS cell_unit, f.from_period AS cell_period, f.weight_in_fill,
        f.made_as
    FROM (
        SELECT
            study, table_name, number_table, number, period, group_name, other_group, unit, variable, role,
            series_id, cell_unit, cell_period
        FROM place
        UNION ALL
        SELECT
            study, table_name, number_table, number, period, group_name, other_group, unit, variable, role,
            series_id, cell_unit, cell_period
        FROM result.table_pool
        WHERE status IN ('interpolated', 'extrapolated', 'aggregated')
    ) AS p
    INNER JOIN panel.filled_from AS f
        ON f.study = p.study AND f.variable = p.series_id AND f.unit = p.cell_unit AND f.period = p.cell_period
),

-- Each cell once in a role: a bound is read by the row and by all, and what filled cells are
-- made from decides no more than a side where these do.
found AS NOT MATERIALIZED (
    SELECT DISTINCT
        study, table_name, number_table, number, period, group_name, other_group, unit, variable, role,
        series_id, cell_unit, cell_period, CAST(NULL AS DOUBLE) AS weight_in_fill
    FROM (
        SELECT
            study, table_name, number_table, number, period, group_name, other_group, unit, variable, role,
            series_id, cell_unit, cell_period
        FROM place
        UNION ALL
        SELECT
            study, table_name, number_table, number, period, group_name, other_group, unit, variable, role,
            series_id, cell_unit, cell_period
        FROM result.table_pool
        WHERE role IN ('clip_bound', 'threshold_side')
        UNION ALL
        SELECT
            study, table_name, number_table, number, period, group_name, other_group, unit, variable, role,
            series_id, cell_unit, cell_period
        FROM filled
        WHERE role = 'threshold_side'
    ) AS every_place
),

found_filled AS NOT MATERIALIZED (
    SELECT
        study, table_name, number_table, number, period, group_name, other_group, unit, variable,
        made_as AS role, series_id, cell_unit, cell_period,
        CASE WHEN max(weight_in_fill) >= -min(weight_in_fill)
            THEN max(weight_in_fill) ELSE min(weight_in_fill) END AS weight_in_fill
    FROM filled
    WHERE role <> 'threshold_side'
    GROUP BY ALL
),

-- Levels of a table of growth, each under its year, and the two between which growth is compounded.
level AS NOT MATERIALIZED (
    SELECT
        study, table_name, row_position, period, series_id, region_code, value, reported_value, correction,
        vintage, file_id, locator, CAST(period AS VARCHAR) AS number
    FROM result.growth_cell
    UNION ALL
    SELECT
        g.study, g.table_name, g.row_position, g.period, g.series_id, g.region_code, g.value, g.reported_value,
        g.correction, g.vintage, g.file_id, g.locator, 'annual_growth' AS number
    FROM result.growth_cell AS g
    INNER JOIN (
        SELECT study, table_name, row_position
        FROM result.growth_cell
        WHERE is_end
        GROUP BY study, table_name, row_position
        HAVING count(*) = 2 AND min(value) > 0
    ) AS e
        ON e.study = g.study AND e.table_name = g.table_name AND e.row_position = g.row_position
    WHERE g.is_end
),

listed AS NOT MATERIALIZED (
    SELECT
        p.study, p.table_name, p.number_table, p.number, p.period, p.group_name, p.other_group, p.unit,
        CAST(NULL AS INTEGER) AS row_position, p.variable, p.series_id, p.cell_unit, p.cell_period, p.role,
        p.weight_in_fill, c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator
    FROM found AS p
    INNER JOIN panel.cell AS c
        ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.cell_unit AND c.period = p.cell_period
    WHERE c.value IS NOT NULL
    UNION ALL
    SELECT
        p.study, p.table_name, p.number_table, p.number, p.period, p.group_name, p.other_group, p.unit,
        CAST(NULL AS INTEGER) AS row_position, p.variable, p.series_id, p.cell_unit, p.cell_period, p.role,
        p.weight_in_fill, c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator
    FROM found_filled AS p
    INNER JOIN panel.cell AS c
        ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.cell_unit AND c.period = p.cell_period
    WHERE c.value IS NOT NULL
    UNION ALL
    SELECT
        study, table_name, number_table, number, period, group_name, other_group, unit,
        CAST(NULL AS INTEGER) AS row_position, variable, series_id, cell_unit, cell_period, role,
        CAST(NULL AS DOUBLE) AS weight_in_fill, value, reported_value, status, vintage, file_id, locator
    FROM result.table_pool
    WHERE role NOT IN ('clip_bound', 'threshold_side')
    UNION ALL
    SELECT
        g.study, g.table_name, g.table_name AS number_table, g.number, NULL AS period, NULL AS group_name,
        NULL AS other_group, NULL AS unit, g.row_position, g.series_id AS variable, g.series_id,
        g.region_code AS cell_unit, g.period AS cell_period, 'value' AS role, CAST(NULL AS DOUBLE) AS weight_in_fill,
        g.value, g.reported_value, CASE WHEN g.correction IS NULL THEN 'reported' ELSE 'corrected' END AS status,
        g.vintage, g.file_id, g.locator
    FROM level AS g
)

SELECT
    i.study, i.table_name, i.number_table, i.number, i.period, i.group_name, i.other_group, i.unit, i.row_position,
    i.variable, i.series_id,
    i.cell_unit, i.cell_period, i.role, i.weight_in_fill, i.value, i.reported_value, i.status, i.vintage, i.file_id,
    f.path, i.locator, k.name AS correction, CAST(NULL AS VARCHAR) AS weights_name, CAST(NULL AS VARCHAR) AS other_unit
FROM listed AS i
LEFT JOIN source.file AS f ON f.file_id = i.file_id
LEFT JOIN source.correction AS k
    ON i.status = 'corrected' AND k.file_id = i.file_id AND k.series_id = i.series_id AND k.vintage = i.vintage
    AND k.period = i.cell_period AND k.locator = i.locator
UNION ALL
SELECT
    study, table_name, number_table, number, period, group_name, other_group, unit, CAST(NULL AS INTEGER) AS row_position,
    variable, CAST(NULL AS VARCHAR) AS series_id, cell_unit, weight_year AS cell_period, role,
    CAST(NULL AS DOUBLE) AS weight_in_fill, value, CAST(NULL AS DOUBLE) AS reported_value, 'reported' AS status, vintage,
    file_id, path, locator, CAST(NULL AS VARCHAR) AS correction, weights_name, other_unit
FROM result.linked_number
