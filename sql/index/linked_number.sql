-- index.linked_number (view)
-- Which weights of raw files a number of an index rests on, through indicators that have `W(x, NAME)` in them or under
-- them, and in which role: the rows of `index.provenance` that are no cells of series, which is what to ask.
WITH taken AS NOT MATERIALIZED (
    SELECT
        n.study, n.index_name, n.number_table, r.number, n.term, n.unit, n.period, r.variable,
        CASE WHEN w.role IN ('value', 'lag') THEN 'weights' ELSE w.role END AS role,
        w.input AS weights_name, coalesce(w.cell_unit, n.unit) AS cell_unit
    FROM index.number AS n
    INNER JOIN index.read AS r
        ON r.study = n.study AND r.index_name = n.index_name AND r.number_table = n.number_table
    INNER JOIN panel.any_way AS w ON w.study = r.study AND w.variable = r.variable
    WHERE r.is_own_row AND (r.term IS NULL OR r.term = n.term) AND (r.period IS NULL OR r.period = n.period)
        AND (n.number IS NULL OR n.number = r.number)
        AND w.is_weights AND NOT w.is_pooled AND coalesce(w.unit = n.unit, TRUE)
        AND coalesce(n.period BETWEEN w.asked_first AND w.asked_last, TRUE)
        AND greatest(coalesce(w.from_first, n.period) + w.first_lag, w.earliest)
        <= least(coalesce(w.from_last, n.period) + w.last_lag, w.latest)
    UNION
    SELECT
        n.study, n.index_name, n.number_table, a.number, n.term, n.unit, n.period, a.variable, a.role, a.weights_name,
        p.unit AS cell_unit
    FROM index.number AS n
    INNER JOIN (
        SELECT
            r.study, r.index_name, r.number_table, r.number, r.term, r.period, r.variable, w.input AS weights_name,
            CASE WHEN w.role IN ('clip_bound', 'threshold_side') THEN w.role ELSE r.role END AS role,
            coalesce(w.cell_unit, r.from_unit) AS cell_unit
        FROM index.read AS r
        INNER JOIN panel.any_way AS w ON w.study = r.study AND w.variable = r.variable
        WHERE NOT r.is_own_row AND w.is_weights AND w.is_of_study AND NOT w.is_pooled
            AND coalesce(w.unit = r.from_unit, TRUE)
            AND coalesce(w.asked_first <= r.last_period AND w.asked_last >= r.first_period, TRUE)
            AND greatest(coalesce(w.from_first, r.first_period) + w.first_lag, w.earliest)
            <= least(coalesce(w.from_last, r.last_period) + w.last_lag, w.latest)
        UNION ALL
        SELECT
            r.study, r.index_name, r.number_table, r.number, r.term, r.period, r.variable, w.input AS weights_name,
            w.role, w.cell_unit
        FROM index.read AS r
        INNER JOIN panel.pooled_way AS w ON w.study = r.study AND w.variable = r.variable
        WHERE w.is_weights
        UNION ALL
        SELECT
            r.study, r.index_name, r.number_table, r.number, r.term, r.period, r.variable, e.weights_name,
            'scale' AS role, e.unit AS cell_unit
        FROM index.read AS r
        INNER JOIN panel.extreme_cell AS e ON e.study = r.study AND e.variable = r.variable
        WHERE e.weights_name IS NOT NULL
    ) AS a
        ON a.study = n.study AND a.index_name = n.index_name AND a.number_table = n.number_table
    INNER JOIN panel.pool AS p ON p.study = a.study AND coalesce(p.unit = a.cell_unit, TRUE)
    WHERE (a.term IS NULL OR a.term = n.term) AND (a.period IS NULL OR a.period = n.period)
        AND (n.number IS NULL OR n.number = a.number)
)

SELECT
    t.study, t.index_name, t.number_table, t.number, t.term, t.unit, t.period, t.variable, t.role, l.weights_name,
    l.weight_year, l.unit AS cell_unit, l.other_unit, l.value, l.vintage, l.file_id, l.path, l.locator
FROM taken AS t
INNER JOIN panel.link AS l ON l.study = t.study AND l.taken_as = t.weights_name AND l.unit = t.cell_unit
