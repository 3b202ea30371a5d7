-- result.provenance (view)
-- Which published cells a coefficient rests on, and in which role: one row per column, variable of the column,
-- series cell under it, and role, with the file, the place in it, and what was done to the cell: of a corrected
-- one the printed value, the corrected one, and the name of the correction.
-- A cell is listed as `value` where a row of the column's sample reads it: in its own year, in the years of its
-- lags, in a calendar year or of a region that the formula names; as `filled_from` where a cell so read was not
-- published and is made from this one, with the greatest weight it has in any of them. Cells that only set the
-- scale of a pooled index or a standardised variable, in rows outside the sample, are not listed.
-- Years read are written out one by one, so that cells are found by equality: by ranges, a count of all cells of
-- 60,000 rows was not done in minutes.
WITH variable_of_sample AS (
    SELECT DISTINCT
        m.study,
        m.sample_id,
        v.variable
    FROM result.model_variable AS v
    INNER JOIN result.model AS m
        ON m.study = v.study AND m.table_name = v.table_name AND m.column_label = v.column_label
),
place_read AS (
    SELECT DISTINCT
        v.study,
        v.sample_id,
        v.variable,
        r.series_id,
        coalesce(r.of_region, s.unit) AS unit,
        unnest(
            generate_series(
                coalesce(r.at_year, s.period) + r.first_lag,
                coalesce(r.at_year, s.period) + r.last_lag
            )
        ) AS period
    FROM variable_of_sample AS v
    INNER JOIN panel.rests_on AS r ON r.study = v.study AND r.variable = v.variable
    INNER JOIN result.model_sample AS s ON s.study = v.study AND s.sample_id = v.sample_id
),
cell_read AS (
    SELECT
        v.study,
        v.table_name,
        v.column_label,
        v.variable,
        p.series_id,
        p.unit,
        p.period,
        c.status
    FROM result.model_variable AS v
    INNER JOIN result.model AS m
        ON m.study = v.study AND m.table_name = v.table_name AND m.column_label = v.column_label
    INNER JOIN place_read AS p
        ON p.study = m.study AND p.sample_id = m.sample_id AND p.variable = v.variable
    INNER JOIN panel.cell AS c
        ON c.study = p.study AND c.variable = p.series_id AND c.unit = p.unit AND c.period = p.period
),
in_role AS (
    SELECT
        study,
        table_name,
        column_label,
        variable,
        series_id,
        unit,
        period,
        'value' AS role,
        CAST(NULL AS DOUBLE) AS weight_in_fill
    FROM cell_read
    UNION ALL
    SELECT
        a.study,
        a.table_name,
        a.column_label,
        a.variable,
        a.series_id,
        a.unit,
        f.from_period AS period,
        'filled_from' AS role,
        arg_max(f.weight_in_fill, abs(f.weight_in_fill)) AS weight_in_fill
    FROM cell_read AS a
    INNER JOIN panel.filled_from AS f
        ON f.study = a.study AND f.variable = a.series_id AND f.unit = a.unit AND f.period = a.period
    WHERE a.status IN ('interpolated', 'extrapolated')
    GROUP BY a.study, a.table_name, a.column_label, a.variable, a.series_id, a.unit, f.from_period
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
    c.value,
    c.reported_value,
    c.status,
    c.vintage,
    c.file_id,
    f.path,
    c.locator,
    k.name AS correction
FROM in_role AS i
INNER JOIN panel.cell AS c
    ON c.study = i.study AND c.variable = i.series_id AND c.unit = i.unit AND c.period = i.period
LEFT JOIN source.file AS f ON f.file_id = c.file_id
LEFT JOIN source.correction AS k
    ON c.status = 'corrected' AND k.file_id = c.file_id AND k.series_id = c.variable AND k.vintage = c.vintage
    AND k.period = c.period AND k.locator = c.locator
