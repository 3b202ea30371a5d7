-- difference.file (between two publications)
-- One row per source file that came, went, or stands at another place; files are known by content.
SELECT
    CASE WHEN o.file_id IS NULL THEN 'added' WHEN n.file_id IS NULL THEN 'removed' ELSE 'moved' END AS change,
    coalesce(n.path, o.path) AS path,
    CASE WHEN o.file_id IS NOT NULL AND n.file_id IS NOT NULL THEN o.path END AS old_path,
    coalesce(n.publisher, o.publisher) AS publisher,
    coalesce(n.vintage, o.vintage) AS vintage,
    coalesce(n.data_status, o.data_status) AS data_status,
    coalesce(n.n_cells, o.n_cells) AS n_cells,
    coalesce(n.file_id, o.file_id) AS file_id
FROM old.source.file AS o
FULL JOIN new.source.file AS n ON n.file_id = o.file_id
WHERE o.file_id IS NULL OR n.file_id IS NULL OR o.path <> n.path
ORDER BY change, path
