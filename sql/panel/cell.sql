-- panel.cell
-- Every cell of every study: the series after the choice of vintage and the filling of gaps, with
-- the file and place of the published value, and the variables computed from them. A variable that is
-- a series as it is stands here once, as the series, with its origin. So do published cells of regions of a lower level
-- that a study puts together to its units.
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
    file_id,
    locator,
    vintage,
    CAST(NULL AS VARCHAR) AS reason
FROM every_study.member_cell
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
FROM every_study.variable_cell AS v
WHERE NOT EXISTS (
    SELECT 1 FROM every_study.series AS s WHERE s.study = v.study AND s.series_id = v.variable
)
ORDER BY study, variable, unit, period
