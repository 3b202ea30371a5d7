-- Which published values were revised by more than one per cent from one vintage to another?
-- The newer of two vintages, by the days of their cards, is held against the older; only vintages in the same
-- unit of measurement are compared. The largest revision comes first.
SELECT
    o.series_id,
    r.short_name AS region,
    o.period,
    o.unit_measure,
    o.vintage,
    o.value,
    n.vintage AS newer_vintage,
    n.value AS newer_value,
    n.value / nullif(o.value, 0) - 1 AS revision
FROM source.observation AS o
INNER JOIN source.observation AS n
    ON
        o.series_id = n.series_id
        AND o.region_code = n.region_code
        AND o.period = n.period
        AND o.unit_measure = n.unit_measure
INNER JOIN source.file AS fo ON o.file_id = fo.file_id
INNER JOIN source.file AS fn ON n.file_id = fn.file_id AND fo.vintage_order < fn.vintage_order
INNER JOIN catalog.region AS r ON o.region_code = r.region_code
WHERE abs(n.value - o.value) > 0.01 * abs(o.value)
ORDER BY abs(revision) DESC NULLS LAST, 1, 2, 3, 4, 5, 6
LIMIT 100
