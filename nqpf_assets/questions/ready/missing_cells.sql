-- Which cells are missing, and why?
-- One row for each reason and variable, with the years concerned.
SELECT
    study,
    variable,
    reason,
    count(*) AS n_cells,
    count(DISTINCT unit) AS n_units,
    min(period) AS first_period,
    max(period) AS last_period
FROM panel.cell
WHERE status = 'missing'
GROUP BY study, variable, reason
ORDER BY n_cells DESC, study, variable, reason
