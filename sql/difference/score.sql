-- difference.score (between two publications)
-- One row per index score that moved, with the unit's rank in its year before and after (1 is highest).
WITH old_score AS (
    SELECT *, rank() OVER (PARTITION BY study, index_name, period ORDER BY score DESC) AS place
    FROM old.index.score WHERE score IS NOT NULL
),

new_score AS (
    SELECT *, rank() OVER (PARTITION BY study, index_name, period ORDER BY score DESC) AS place
    FROM new.index.score WHERE score IS NOT NULL
)

SELECT
    coalesce(n.study, o.study) AS study,
    coalesce(n.index_name, o.index_name) AS index_name,
    coalesce(n.unit, o.unit) AS unit,
    coalesce(r.short_name, r.name) AS unit_name,
    coalesce(n.period, o.period) AS period,
    o.score AS old_score,
    n.score AS new_score,
    n.score - o.score AS change,
    o.place AS old_rank,
    n.place AS new_rank
FROM old_score AS o
FULL JOIN new_score AS n
    ON n.study = o.study AND n.index_name = o.index_name AND n.unit = o.unit AND n.period = o.period
LEFT JOIN new.catalog.region AS r ON r.region_code = coalesce(n.unit, o.unit)
WHERE o.score IS NULL OR n.score IS NULL OR abs(n.score - o.score) > 1e-9 * greatest(1, abs(o.score))
    OR o.place <> n.place
ORDER BY study, index_name, unit, period
