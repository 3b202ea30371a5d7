-- difference.cell (between two publications)
-- One row per series cell of a study whose value is another one: revised, filled otherwise, new or gone.
-- `share` is the change as a share of the old value; null where the old one is zero or missing. `because` says what
-- both publications say of where the values come from:
--   added, replaced, removed   the file of the value came, has another content at its place, or is gone
--   correction                 the printed value is the same, and is corrected, or is no more
--   reading                    the file is the same, and its values, units, publisher or vintage are read otherwise:
--                              its card was changed, or the program
--   choice                     file and reading are the same: the study takes another vintage or publisher, or takes
--                              the value in another way
--   filling                    not published in either: filled from others, or by another rule
WITH series AS (
    SELECT study, series_id FROM old.panel.rests_on
    UNION
    SELECT study, series_id FROM new.panel.rests_on
),

old_cell AS (
    SELECT c.* FROM old.panel.cell AS c
    SEMI JOIN series AS s ON s.study = c.study AND s.series_id = c.variable
),

new_cell AS (
    SELECT c.* FROM new.panel.cell AS c
    SEMI JOIN series AS s ON s.study = c.study AND s.series_id = c.variable
),

read_otherwise AS (
    SELECT DISTINCT coalesce(o.file_id, n.file_id) AS file_id
    FROM old.source.observation AS o
    FULL JOIN new.source.observation AS n
        ON n.file_id = o.file_id AND n.series_id = o.series_id AND n.region_code = o.region_code
        AND n.period = o.period AND n.vintage = o.vintage
    WHERE o.value IS DISTINCT FROM n.value OR o.unit_measure IS DISTINCT FROM n.unit_measure
    UNION
    SELECT o.file_id
    FROM old.source.file AS o
    INNER JOIN new.source.file AS n ON n.file_id = o.file_id
    WHERE o.publisher IS DISTINCT FROM n.publisher OR o.vintage_order IS DISTINCT FROM n.vintage_order
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
        WHEN n.status = 'reported' AND o.status <> 'reported' THEN 'published since'
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
    CASE
        WHEN n.file_id IS NULL AND o.file_id IS NULL THEN 'filling'
        WHEN n.file_id IS NULL THEN
            CASE WHEN p.file_id IS NOT NULL THEN 'choice' WHEN q.file_id IS NOT NULL THEN 'replaced' ELSE 'removed' END
        WHEN (n.status = 'corrected' OR o.status = 'corrected')
            AND n.reported_value = o.reported_value AND n.vintage = o.vintage THEN 'correction'
        WHEN x.path IS NULL THEN CASE WHEN y.path IS NULL THEN 'added' ELSE 'replaced' END
        WHEN k.file_id IS NOT NULL THEN 'reading'
        WHEN o.file_id IS NOT NULL AND p.file_id IS NULL THEN 'removed'
        ELSE 'choice'
    END AS because
FROM old_cell AS o
FULL JOIN new_cell AS n
    ON n.study = o.study AND n.variable = o.variable AND n.unit = o.unit AND n.period = o.period
LEFT JOIN new.catalog.region AS r ON r.region_code = coalesce(n.unit, o.unit)
LEFT JOIN new.source.file AS f ON f.file_id = n.file_id
LEFT JOIN old.source.file AS g ON g.file_id = o.file_id
-- The file of the new value as it was before: by content, and by its place; that of the old value as it is now.
LEFT JOIN old.source.file AS x ON x.file_id = n.file_id
LEFT JOIN old.source.file AS y ON y.path = f.path
LEFT JOIN new.source.file AS p ON p.file_id = o.file_id
LEFT JOIN new.source.file AS q ON q.path = g.path
LEFT JOIN read_otherwise AS k ON k.file_id = n.file_id
WHERE o.value IS DISTINCT FROM n.value
ORDER BY study, series_id, unit, period
