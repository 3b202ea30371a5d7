-- How do the units rank in each index in its last year?
-- The rank of the first year stands beside it.
WITH ranked AS (
    SELECT
        study,
        index_name,
        unit,
        period,
        score,
        rank() OVER (PARTITION BY study, index_name, period ORDER BY score DESC) AS place,
        min(period) OVER (PARTITION BY study, index_name) AS first_period,
        max(period) OVER (PARTITION BY study, index_name) AS last_period
    FROM index.score
    WHERE score IS NOT NULL
)

SELECT
    n.study, n.index_name, n.period, n.place, n.unit, r.short_name AS region, n.score, o.place AS place_in_first_period
FROM ranked AS n
LEFT JOIN ranked AS o
    ON n.study = o.study AND n.index_name = o.index_name AND n.unit = o.unit AND o.period = o.first_period
LEFT JOIN catalog.region AS r ON n.unit = r.region_code
WHERE n.period = n.last_period
ORDER BY n.study, n.index_name, n.place, n.unit
