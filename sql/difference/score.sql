-- difference.score (between two publications)
-- One row per index score that moved, with the unit's rank in its year before and after (1 is highest).
-- `moved_by` names the series of the index of which a cell of the unit in this year is another; a score also moves with
-- those of other units and years, which set its scale and its weights.
WITH old_score AS (
    SELECT *, rank() OVER (PARTITION BY study, index_name, period ORDER BY score DESC) AS place
    FROM old.index.score WHERE score IS NOT NULL
),

new_score AS (
    SELECT *, rank() OVER (PARTITION BY study, index_name, period ORDER BY score DESC) AS place
    FROM new.index.score WHERE score IS NOT NULL
),

own_series AS (
    SELECT w.study, w.index_name, c.unit, c.period, string_agg(DISTINCT c.series_id, ', ' ORDER BY c.series_id) AS moved_by
    FROM (
        SELECT study, index_name, indicator FROM new.index.weight
        UNION
        SELECT study, index_name, indicator FROM old.index.weight
    ) AS w
    INNER JOIN (
        SELECT study, variable, series_id FROM new.panel.rests_on
        UNION
        SELECT study, variable, series_id FROM old.panel.rests_on
    ) AS r ON r.study = w.study AND r.variable = w.indicator
    INNER JOIN difference.cell AS c ON c.study = r.study AND c.series_id = r.series_id
    GROUP BY w.study, w.index_name, c.unit, c.period
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
    n.place AS new_rank,
    s.moved_by
FROM old_score AS o
FULL JOIN new_score AS n
    ON n.study = o.study AND n.index_name = o.index_name AND n.unit = o.unit AND n.period = o.period
LEFT JOIN new.catalog.region AS r ON r.region_code = coalesce(n.unit, o.unit)
LEFT JOIN own_series AS s
    ON s.study = coalesce(n.study, o.study) AND s.index_name = coalesce(n.index_name, o.index_name)
    AND s.unit = coalesce(n.unit, o.unit) AND s.period = coalesce(n.period, o.period)
WHERE o.score IS NULL OR n.score IS NULL OR abs(n.score - o.score) > 1e-9 * greatest(1, abs(o.score))
    OR o.place <> n.place
ORDER BY study, index_name, unit, period
