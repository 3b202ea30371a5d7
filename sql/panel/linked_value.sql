-- panel.linked_value (view)
-- Which weights of raw files a value of a variable rests on, through `W(x, NAME)` in it or under it, and in which role:
-- the rows of `panel.provenance` that are no cells of series, which is what to ask.
WITH taken AS NOT MATERIALIZED (
    SELECT
        v.study, v.variable, v.unit, v.period, w.input AS weights_name, coalesce(w.cell_unit, v.unit) AS cell_unit,
        CASE WHEN w.role IN ('value', 'lag') THEN 'weights' ELSE w.role END AS role
    FROM panel.cell AS v
    INNER JOIN panel.any_way AS w ON w.study = v.study AND w.variable = v.variable
    WHERE v.value IS NOT NULL AND w.is_weights AND NOT w.is_pooled AND coalesce(w.unit = v.unit, TRUE)
        AND coalesce(v.period BETWEEN w.asked_first AND w.asked_last, TRUE)
        AND greatest(coalesce(w.from_first, v.period) + w.first_lag, w.earliest)
        <= least(coalesce(w.from_last, v.period) + w.last_lag, w.latest)
    UNION
    SELECT
        v.study, v.variable, v.unit, v.period, w.input AS weights_name, p.unit AS cell_unit, w.role
    FROM panel.cell AS v
    INNER JOIN panel.pooled_way AS w ON w.study = v.study AND w.variable = v.variable
    INNER JOIN panel.pool AS p ON p.study = w.study AND coalesce(p.unit = w.cell_unit, TRUE)
    WHERE v.value IS NOT NULL AND w.is_weights
        AND (w.pool <> 'period' OR v.period BETWEEN w.pool_first AND w.pool_last)
    UNION
    SELECT v.study, v.variable, v.unit, v.period, e.weights_name, e.unit AS cell_unit, 'scale' AS role
    FROM panel.cell AS v
    INNER JOIN panel.extreme_cell AS e ON e.study = v.study AND e.variable = v.variable
    WHERE v.value IS NOT NULL AND e.weights_name IS NOT NULL
)

SELECT
    t.study, t.variable, t.unit, t.period, t.role, l.weights_name, l.weight_year, l.unit AS cell_unit,
    l.other_unit, l.value, l.vintage, l.file_id, l.path, l.locator
FROM taken AS t
INNER JOIN panel.link AS l ON l.study = t.study AND l.taken_as = t.weights_name AND l.unit = t.cell_unit
