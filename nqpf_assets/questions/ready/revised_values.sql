-- Which published values were revised by more than one per cent from one vintage to another?
-- Only vintages in the same unit of measurement are compared; the largest revision comes first.
SELECT
    o.series_id,
    r.short_name AS region,
    o.period,
    o.unit_measure,
    o.vintage,
    o.value,
    n.vintage AS other_vintage,
    n.value AS other_value,
    n.value / o.value - 1 AS revision
FROM source.observation AS o
INNER JOIN source.observation AS n
    ON
        o.series_id = n.series_id
        AND o.region_code = n.region_code
        AND o.period = n.period
        AND o.unit_measure = n.unit_measure
        AND o.vintage < n.vintage
INNER JOIN catalog.region AS r ON o.region_code = r.region_code
WHERE abs(n.value - o.value) > 0.01 * abs(o.value)
ORDER BY abs(n.value / nullif(o.value, 0) - 1) DESC NULLS LAST, 1, 2, 3, 4, 5, 6
LIMIT 100
