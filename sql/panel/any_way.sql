-- panel.any_way (view)
-- The ways in which a variable rests on cells of series, and on spatial weights of raw files (`is_weights`; `input` is
-- their name): those in which it reads them (`panel.read_way`, where the columns are told), and, where it reads a value
-- that winsorising moved to a bound, what sets this bound, in the role `clip_bound`; under a condition both decide no
-- more than a side (`threshold_side`).
SELECT
    study, variable, unit, is_of_study, input, is_weights, role, is_pooled, pool, cell_unit,
    asked_first, asked_last, from_first, from_last, first_lag, last_lag, earliest, latest
FROM panel.read_way
WHERE is_series OR is_weights
UNION ALL
-- A row asks for a clipped value in those years from which its year, or the years it names, reach that of the value.
SELECT
    w.study, w.variable, w.unit, w.is_of_study, coalesce(b.series_id, b.weights_name) AS input,
    b.weights_name IS NOT NULL AS is_weights,
    CASE WHEN w.role = 'threshold_side' THEN w.role ELSE 'clip_bound' END AS role, w.is_pooled, w.pool,
    b.unit AS cell_unit,
    CASE WHEN w.from_first IS NULL THEN greatest(c.period - w.last_lag, w.asked_first) ELSE w.asked_first END
        AS asked_first,
    CASE WHEN w.from_last IS NULL THEN least(c.period - w.first_lag, w.asked_last) ELSE w.asked_last END
        AS asked_last,
    b.first_period AS from_first, b.last_period AS from_last, 0 AS first_lag, 0 AS last_lag,
    b.first_period AS earliest, b.last_period AS latest
FROM panel.read_way AS w
INNER JOIN panel.clipped_cell AS c
    ON c.study = w.study AND c.variable = w.input AND c.unit = w.cell_unit
    AND c.period >= coalesce(greatest(w.from_first + w.first_lag, w.earliest), w.earliest)
    AND c.period <= coalesce(least(w.from_last + w.last_lag, w.latest), w.latest)
INNER JOIN panel.bound_cell AS b
    ON b.study = c.study AND b.variable = c.variable AND b.side = c.side
    AND b.bound_period IS NOT DISTINCT FROM c.bound_period
WHERE NOT w.is_series AND NOT w.is_weights
    AND (
        w.from_first IS NOT NULL
        OR greatest(c.period - w.last_lag, w.asked_first) <= least(c.period - w.first_lag, w.asked_last)
    )
