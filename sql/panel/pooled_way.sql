-- panel.pooled_way (view)
-- The ways in which a variable rests on cells, or on weights, of all rows of a pool (`panel.any_way`), each with the
-- years from `pool_first` to `pool_last` of the rows that ask: of the study together, or of a part of a formula, unit by
-- unit. A null `cell_unit` stands for all units of the study.
WITH way_of_pool AS NOT MATERIALIZED (
    SELECT
        w.study, w.variable, w.input, w.is_weights, w.role, w.pool, coalesce(w.cell_unit, p.unit) AS cell_unit,
        p.first_period, p.last_period,
        w.asked_first, w.asked_last, w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
    FROM panel.any_way AS w
    INNER JOIN panel.part_span AS p ON p.study = w.study AND p.part = w.pool
    WHERE w.is_pooled AND w.unit IS NULL
    UNION ALL
    SELECT
        w.study, w.variable, w.input, w.is_weights, w.role, w.pool, w.cell_unit, p.first_period, p.last_period,
        w.asked_first, w.asked_last, w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
    FROM panel.any_way AS w
    INNER JOIN panel.part_span AS p ON p.study = w.study AND p.part = w.pool AND p.unit = w.unit
    WHERE w.is_pooled
    UNION ALL
    SELECT
        w.study, w.variable, w.input, w.is_weights, w.role, w.pool, w.cell_unit, p.first_period, p.last_period,
        w.asked_first, w.asked_last, w.from_first, w.from_last, w.first_lag, w.last_lag, w.earliest, w.latest
    FROM panel.any_way AS w
    INNER JOIN (SELECT DISTINCT study, first_period, last_period FROM panel.pool) AS p ON p.study = w.study
    WHERE w.is_pooled AND w.is_of_study AND w.pool IN ('panel', 'period')
)

SELECT
    study, variable, input, is_weights, role, pool, cell_unit,
    greatest(first_period, asked_first) AS pool_first, least(last_period, asked_last) AS pool_last,
    from_first, from_last, first_lag, last_lag, earliest, latest
FROM way_of_pool
WHERE coalesce(asked_first <= last_period AND asked_last >= first_period, TRUE)
