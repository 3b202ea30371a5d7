-- Which studies are there, and how large is each?
-- Units, years and variables of their panels; cells are counted once for each variable. Regions that a formula names,
-- or that a study puts together to its units, are none of these.
SELECT
    study,
    count(DISTINCT unit) AS n_units,
    min(period) AS first_period,
    max(period) AS last_period,
    count(DISTINCT variable) AS n_variables,
    count(*) AS n_cells
FROM panel.cell AS c
SEMI JOIN panel.pool AS p ON p.study = c.study AND p.unit = c.unit
GROUP BY study
ORDER BY study
