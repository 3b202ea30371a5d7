-- difference.cell (between two publications)
-- One row per series cell of a study whose value is another one: revised, filled otherwise, new or gone.
-- `share` is the change as a share of the old value; null where the old one is zero or missing.
WITH series AS (
    SELECT study, series_id FROM old.panel.rests_on
    UNION
    SELECT study, series_id FROM new.panel.rests_on
    UNION
    SELECT study, variable AS series_id FROM old.panel.cell WHERE file_id IS NOT NULL
    UNION
    SELECT study, variable AS series_id FROM new.panel.cell WHERE file_id IS NOT NULL
),

old_cell AS (
    SELECT c.* FROM old.panel.cell AS c
    SEMI JOIN series AS s ON s.study = c.study AND s.series_id = c.variable
),

new_cell AS (
    SELECT c.* FROM new.panel.cell AS c
    SEMI JOIN series AS s ON s.study = c.study AND s.series_id = c.variable
)

SELECT
    coalesce(n.study, o.study) AS study,
    coalesce(n.variable, o.variable) AS series_id,
    coalesce(n.unit, o.unit) AS unit,
    coalesce(r.short_name, r.name) AS unit_name,
    coalesce(n.period, o.period) AS period,
    CASE
        WHEN o.value IS NULL THEN 'new'
        WHEN n.value IS NULL THEN 'gone'
        WHEN o.status IN ('interpolated', 'extrapolated') AND n.status IN ('interpolated', 'extrapolated')
            THEN 'filled otherwise'
        WHEN n.status = 'corrected' OR o.status = 'corrected' THEN 'corrected'
        WHEN n.status = 'reported' AND o.status NOT IN ('reported', 'aggregated') THEN 'published since'
        ELSE 'revised'
    END AS change,
    o.value AS old_value,
    n.value AS new_value,
    CASE WHEN o.value <> 0 THEN n.value / o.value - 1 END AS share,
    o.status AS old_status,
    n.status AS new_status,
    o.vintage AS old_vintage,
    n.vintage AS new_vintage,
    coalesce(f.path, g.path) AS path,
    coalesce(n.locator, o.locator) AS locator,
    o.reported_value AS old_reported_value,
    n.reported_value AS new_reported_value,
    o.file_id AS old_file_id,
    n.file_id AS new_file_id
FROM old_cell AS o
FULL JOIN new_cell AS n
    ON n.study = o.study AND n.variable = o.variable AND n.unit = o.unit AND n.period = o.period
LEFT JOIN new.catalog.region AS r ON r.region_code = coalesce(n.unit, o.unit)
LEFT JOIN new.source.file AS f ON f.file_id = n.file_id
LEFT JOIN old.source.file AS g ON g.file_id = o.file_id
WHERE o.value IS DISTINCT FROM n.value
ORDER BY study, series_id, unit, period
