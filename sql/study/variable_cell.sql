-- study.variable_cell
-- One row per derived variable or indicator, unit and year, clipped to its bounds where the study
-- winsorises. `reported_value` keeps the number before clipping.
SELECT
    d.variable,
    d.unit,
    d.period,
    CASE WHEN d.value < b.low THEN b.low WHEN d.value > b.high THEN b.high ELSE d.value END AS value,
    d.value AS reported_value,
    CASE WHEN d.value < b.low THEN 'winsorized_low' WHEN d.value > b.high THEN 'winsorized_high' ELSE d.status END
        AS status,
    d.reason
FROM study.derived_cell AS d
LEFT JOIN study.winsor_bound AS b ON b.variable = d.variable AND (b.period IS NULL OR b.period = d.period)
ORDER BY d.variable, d.unit, d.period
