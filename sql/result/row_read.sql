-- result.row_read (view)
-- Rows of units that numbers of tables read, where the table is none of regressions: `result.table_read`, unit by unit,
-- with the years among those of the table that are read of it. `unit` is that in whose row the number stands, if it rests
-- on that row alone; `row_unit` is the unit that is read.
SELECT
    r.study, r.table_name, r.number_table, r.number, r.period, r.group_name, r.other_group,
    CASE WHEN r.is_own_unit THEN s.unit END AS unit, r.variable, r.role, s.unit AS row_unit,
    greatest(s.first_period, r.first_period) AS first_period,
    least(s.last_period, r.last_period) AS last_period
FROM result.table_read AS r
INNER JOIN result.table_span AS s
    ON s.study = r.study AND s.table_name = r.table_name
    AND s.first_period <= r.last_period AND s.last_period >= r.first_period
WHERE (r.from_unit IS NULL OR s.unit = r.from_unit) AND (r.from_group IS NULL OR s.group_name = r.from_group)
