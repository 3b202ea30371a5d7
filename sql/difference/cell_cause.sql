-- difference.cell_cause (between two publications)
-- The rows of `difference.cell`, and why each is another, which both publications say (`because`):
--   added, replaced, removed   the file of the value came, has another content at its place, or is gone
--   correction                 the printed value is the same, and is corrected, or is no more
--   reading                    the file is the same, and its values, units, publisher or vintage are read otherwise:
--                              its card was changed, or the program
--   choice                     file and reading are the same: the study takes another vintage or publisher, or takes
--                              the value in another way
--   filling                    not published in either: filled from others, or by another rule
--   aggregation                put together from regions of a lower level in one of them: from others, or by another rule
--   study                      the study itself came or is gone
WITH read_otherwise AS (
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
),

lasting AS (
    SELECT study FROM old.panel.rests_on
    INTERSECT
    SELECT study FROM new.panel.rests_on
)

SELECT
    c.*,
    CASE
        WHEN s.study IS NULL THEN 'study'
        WHEN c.new_file_id IS NULL AND c.old_file_id IS NULL THEN
            CASE WHEN 'aggregated' IN (c.old_status, c.new_status) THEN 'aggregation' ELSE 'filling' END
        WHEN c.new_file_id IS NULL THEN
            CASE WHEN p.file_id IS NOT NULL THEN 'choice' WHEN q.file_id IS NOT NULL THEN 'replaced' ELSE 'removed' END
        WHEN (c.new_status = 'corrected' OR c.old_status = 'corrected')
            AND c.new_reported_value = c.old_reported_value AND c.new_vintage = c.old_vintage THEN 'correction'
        WHEN x.file_id IS NULL THEN CASE WHEN y.file_id IS NULL THEN 'added' ELSE 'replaced' END
        WHEN k.file_id IS NOT NULL THEN 'reading'
        WHEN c.old_file_id IS NOT NULL AND p.file_id IS NULL THEN 'removed'
        ELSE 'choice'
    END AS because
FROM difference.cell AS c
LEFT JOIN lasting AS s ON s.study = c.study
LEFT JOIN new.source.file AS f ON f.file_id = c.new_file_id
LEFT JOIN old.source.file AS g ON g.file_id = c.old_file_id
-- The file of the new value as it was before: by content, and by its place; that of the old value as it is now.
LEFT JOIN old.source.file AS x ON x.file_id = c.new_file_id
LEFT JOIN old.source.file AS y ON y.path = f.path
LEFT JOIN new.source.file AS p ON p.file_id = c.old_file_id
LEFT JOIN new.source.file AS q ON q.path = g.path
LEFT JOIN read_otherwise AS k ON k.file_id = c.new_file_id
ORDER BY c.study, c.series_id, c.unit, c.period
