-- Which studies are there, and how large is each?
-- Units, years and variables of their panels; cells are counted once for each variable.
SELECT
    study,
    count(DISTINCT unit) AS n_units,
    min(period) AS first_period,
    max(period) AS last_period,
    count(DISTINCT variable) AS n_variables,
    count(*) AS n_cells
FROM panel.cell
GROUP BY study
ORDER BY study
