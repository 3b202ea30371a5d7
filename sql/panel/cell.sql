-- panel.cell
-- Every cell of every study: the series after the choice of vintage and the filling of gaps, with
-- the file and place of the published value, and the variables computed from them.
SELECT
    study,
    variable,
    unit,
    period,
    value,
    reported_value,
    status,
    file_id,
    locator,
    vintage,
    CASE WHEN status = 'missing' THEN 'no published value' END AS reason
FROM every_study.filled_cell
UNION ALL
SELECT
    study,
    variable,
    unit,
    period,
    value,
    reported_value,
    status,
    CAST(NULL AS VARCHAR) AS file_id,
    CAST(NULL AS VARCHAR) AS locator,
    CAST(NULL AS VARCHAR) AS vintage,
    reason
FROM every_study.variable_cell
ORDER BY study, variable, unit, period
