-- difference.observation (between two publications)
-- One row per series, publisher and vintage whose published values came, went, or were replaced in place.
-- A yearbook that revises an old year brings a vintage of its own; `n_changed` counts values that changed
-- under the same vintage, which happens when a file was replaced; `n_converted` those that a card, or the
-- file, gives another unit of measurement since, from `old_unit_measure` to `new_unit_measure`. `n_taken` counts values
-- that the panel of a study takes, before or since; the largest change of one value stands in `at` and after it.
WITH old_value AS (
    SELECT o.series_id, f.publisher, o.vintage, o.region_code, o.period, o.value, o.unit_measure, f.path,
        t.file_id IS NOT NULL AS is_taken
    FROM old.source.observation AS o
    LEFT JOIN (SELECT DISTINCT
            file_id, locator,
            regexp_replace(variable, '@(linear|none)/(none|nearest|trend|growth)$', '') AS variable
        FROM old.panel.cell
    ) AS t
        ON t.file_id = o.file_id AND t.locator = o.locator AND t.variable = o.series_id
    LEFT JOIN old.source.file AS f ON f.file_id = o.file_id
),

new_value AS (
    SELECT o.series_id, f.publisher, o.vintage, o.region_code, o.period, o.value, o.unit_measure, f.path,
        t.file_id IS NOT NULL AS is_taken
    FROM new.source.observation AS o
    LEFT JOIN (SELECT DISTINCT
            file_id, locator,
            regexp_replace(variable, '@(linear|none)/(none|nearest|trend|growth)$', '') AS variable
        FROM new.panel.cell
    ) AS t
        ON t.file_id = o.file_id AND t.locator = o.locator AND t.variable = o.series_id
    LEFT JOIN new.source.file AS f ON f.file_id = o.file_id
)

SELECT
    coalesce(n.series_id, o.series_id) AS series_id,
    coalesce(n.publisher, o.publisher) AS publisher,
    coalesce(n.vintage, o.vintage) AS vintage,
    count(*) FILTER (WHERE o.value IS NULL AND n.value IS NOT NULL) AS n_new,
    count(*) FILTER (WHERE o.value IS NOT NULL AND n.value IS NULL) AS n_gone,
    count(*) FILTER (WHERE o.value <> n.value) AS n_changed,
    count(*) FILTER (WHERE o.unit_measure <> n.unit_measure AND n.value IS NOT NULL) AS n_converted,
    mode(o.unit_measure) FILTER (WHERE o.unit_measure <> n.unit_measure AND n.value IS NOT NULL) AS old_unit_measure,
    mode(n.unit_measure) FILTER (WHERE o.unit_measure <> n.unit_measure AND n.value IS NOT NULL) AS new_unit_measure,
    count(*) FILTER (WHERE o.is_taken OR n.is_taken) AS n_taken,
    arg_min(
        coalesce(r.short_name, r.name, n.region_code) || ' ' || n.period,
        (-abs(n.value / nullif(o.value, 0) - 1), n.region_code, n.period)
    )
        FILTER (WHERE o.value <> n.value AND o.value <> 0) AS at,
    arg_min(o.value, (-abs(n.value / nullif(o.value, 0) - 1), n.region_code, n.period))
        FILTER (WHERE o.value <> n.value AND o.value <> 0) AS old_value,
    arg_min(n.value, (-abs(n.value / nullif(o.value, 0) - 1), n.region_code, n.period))
        FILTER (WHERE o.value <> n.value AND o.value <> 0) AS new_value,
    coalesce(max(n.path), max(o.path)) AS path
FROM old_value AS o
FULL JOIN new_value AS n
    ON n.series_id = o.series_id AND n.region_code = o.region_code AND n.period = o.period
    AND n.vintage = o.vintage AND n.publisher IS NOT DISTINCT FROM o.publisher
LEFT JOIN new.catalog.region AS r ON r.region_code = n.region_code
WHERE o.value IS DISTINCT FROM n.value OR (o.unit_measure <> n.unit_measure AND n.value IS NOT NULL)
GROUP BY coalesce(n.series_id, o.series_id), coalesce(n.publisher, o.publisher), coalesce(n.vintage, o.vintage)
ORDER BY series_id, publisher, vintage
