-- study.variable_cell
-- One row per derived variable or indicator, unit and year, clipped to its bounds where the study
-- winsorises. `reported_value` keeps the number before this clipping; its inputs may be filled, corrected or
-- clipped themselves, which the status tells.
SELECT
    d.variable,
    d.unit,
    d.period,
    CASE WHEN d.value < b.low THEN b.low WHEN d.value > b.high THEN b.high ELSE d.value END AS value,
    d.value AS reported_value,
    -- A cell that was filled or corrected stays one when it is clipped: the weakest status wins.
    CASE WHEN d.status IN ('corrected', 'interpolated', 'extrapolated') THEN d.status
        WHEN d.value < b.low THEN 'winsorized_low' WHEN d.value > b.high THEN 'winsorized_high'
        ELSE d.status END AS status,
    d.reason
FROM study.derived_cell AS d
LEFT JOIN study.winsor_bound AS b ON b.variable = d.variable AND (b.period IS NULL OR b.period = d.period)
ORDER BY d.variable, d.unit, d.period
