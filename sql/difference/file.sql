-- difference.file (between two publications)
-- One row per source file that came, went, was replaced, or stands at another place. Files are known by content;
-- one whose content is in one of the two only, at a place that both have, was replaced there.
WITH old_file AS (
    SELECT
        o.*,
        CASE WHEN EXISTS (SELECT 1 FROM new.source.file AS n WHERE n.file_id = o.file_id)
            THEN o.file_id ELSE 'at ' || o.path END AS known_by
    FROM old.source.file AS o
),

new_file AS (
    SELECT
        n.*,
        CASE WHEN EXISTS (SELECT 1 FROM old.source.file AS o WHERE o.file_id = n.file_id)
            THEN n.file_id ELSE 'at ' || n.path END AS known_by
    FROM new.source.file AS n
)

SELECT
    CASE
        WHEN o.file_id IS NULL THEN 'added'
        WHEN n.file_id IS NULL THEN 'removed'
        WHEN n.file_id <> o.file_id THEN 'replaced'
        ELSE 'moved'
    END AS change,
    coalesce(n.path, o.path) AS path,
    CASE WHEN o.path <> n.path THEN o.path END AS old_path,
    coalesce(n.publisher, o.publisher) AS publisher,
    coalesce(n.vintage, o.vintage) AS vintage,
    coalesce(n.data_status, o.data_status) AS data_status,
    coalesce(n.n_cells, o.n_cells) AS n_cells,
    CASE WHEN n.file_id IS NOT NULL THEN o.n_cells END AS old_n_cells,
    coalesce(n.file_id, o.file_id) AS file_id
FROM old_file AS o
FULL JOIN new_file AS n ON n.known_by = o.known_by
WHERE o.file_id IS NULL OR n.file_id IS NULL OR o.file_id <> n.file_id OR o.path <> n.path
ORDER BY change, path
