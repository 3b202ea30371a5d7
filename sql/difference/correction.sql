-- difference.correction (between two publications)
-- One row per published value that is corrected since, is corrected no more, or is corrected otherwise.
-- `reported_value` is the one in the file.
SELECT
    CASE WHEN o.name IS NULL THEN 'added' WHEN n.name IS NULL THEN 'removed' ELSE 'changed' END AS change,
    coalesce(n.name, o.name) AS name,
    coalesce(n.series_id, o.series_id) AS series_id,
    coalesce(n.region_code, o.region_code) AS region_code,
    coalesce(r.short_name, r.name, n.region_code, o.region_code) AS region_name,
    coalesce(n.period, o.period) AS period,
    coalesce(n.vintage, o.vintage) AS vintage,
    coalesce(n.reported_value, o.reported_value) AS reported_value,
    o.value AS old_value,
    n.value AS new_value,
    coalesce(n.reason, o.reason) AS reason,
    coalesce(f.path, g.path) AS path
FROM old.source.correction AS o
FULL JOIN new.source.correction AS n
    ON n.series_id = o.series_id AND n.region_code = o.region_code AND n.period = o.period AND n.vintage = o.vintage
LEFT JOIN new.catalog.region AS r ON r.region_code = coalesce(n.region_code, o.region_code)
LEFT JOIN new.source.file AS f ON f.file_id = n.file_id
LEFT JOIN old.source.file AS g ON g.file_id = o.file_id
WHERE o.value IS DISTINCT FROM n.value
ORDER BY name, series_id, region_code, period, vintage
