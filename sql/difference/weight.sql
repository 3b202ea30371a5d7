-- difference.weight (between two publications)
-- One row per indicator whose weight is another one. `is_same_system`: the index has the same
-- indicators in the same directions in both, so that the data moved the weight and not the study file.
-- `shift` is the change as a share of the larger of the two weights, or of an equal share among the
-- indicators where that is larger: a tenth is much of a weight of a fiftieth, and little of a half. `moved_by` names the series under the
-- indicator of which cells are others; a weight also moves with those of other indicators.
WITH old_system AS (
    SELECT study, index_name, string_agg(DISTINCT indicator || ' ' || direction, ', ' ORDER BY indicator || ' ' || direction) AS system
    FROM old.index.weight GROUP BY study, index_name
),

new_system AS (
    SELECT
        study,
        index_name,
        string_agg(DISTINCT indicator || ' ' || direction, ', ' ORDER BY indicator || ' ' || direction) AS system,
        count(DISTINCT dimension || ' ' || indicator) AS n_indicators
    FROM new.index.weight GROUP BY study, index_name
),

own_series AS (
    SELECT r.study, r.variable, string_agg(DISTINCT r.series_id, ', ' ORDER BY r.series_id) AS moved_by
    FROM (
        SELECT study, variable, series_id FROM new.panel.rests_on
        UNION
        SELECT study, variable, series_id FROM old.panel.rests_on
    ) AS r
    SEMI JOIN difference.cell AS c ON c.study = r.study AND c.series_id = r.series_id
    GROUP BY r.study, r.variable
)

SELECT
    coalesce(n.study, o.study) AS study,
    coalesce(n.index_name, o.index_name) AS index_name,
    coalesce(n.indicator, o.indicator) AS indicator,
    coalesce(n.weight_period, o.weight_period) AS weight_period,
    o.weight AS old_weight,
    n.weight AS new_weight,
    n.weight - o.weight AS change,
    abs(n.weight - o.weight) / greatest(abs(o.weight), abs(n.weight), 1.0 / b.n_indicators) AS shift,
    coalesce(a.system = b.system, false) AS is_same_system,
    s.moved_by
FROM old.index.weight AS o
FULL JOIN new.index.weight AS n
    ON n.study = o.study AND n.index_name = o.index_name AND n.dimension = o.dimension
    AND n.indicator = o.indicator AND n.weight_period IS NOT DISTINCT FROM o.weight_period
LEFT JOIN old_system AS a
    ON a.study = coalesce(n.study, o.study) AND a.index_name = coalesce(n.index_name, o.index_name)
LEFT JOIN new_system AS b
    ON b.study = coalesce(n.study, o.study) AND b.index_name = coalesce(n.index_name, o.index_name)
LEFT JOIN own_series AS s
    ON s.study = coalesce(n.study, o.study) AND s.variable = coalesce(n.indicator, o.indicator)
WHERE o.weight IS NULL OR n.weight IS NULL OR abs(n.weight - o.weight) > 1e-9
ORDER BY study, index_name, indicator, weight_period
