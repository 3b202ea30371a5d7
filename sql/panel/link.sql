-- panel.link (view)
-- Weights of raw files among the units of each study, as `W(x, NAME)` takes them: one row per study, weights, unit and
-- neighbour that counts for it. The only neighbour of a unit is left out: it counts as one, whatever is printed. Weights
-- that differ by year stand under a name for each (`taken_as`), as formulas take them.
SELECT
    o.study, l.weights_name, l.weight_year, concat_ws('@', l.weights_name, l.weight_year) AS taken_as,
    l.region_code AS unit, l.neighbour_code AS other_unit, l.weight AS value, f.vintage, l.file_id, f.path, l.locator
FROM source.weight AS l
INNER JOIN panel.pool AS o ON o.unit = l.region_code
INNER JOIN panel.pool AS n ON n.unit = l.neighbour_code AND n.study = o.study
LEFT JOIN source.file AS f ON f.file_id = l.file_id
QUALIFY count(*) OVER (PARTITION BY o.study, l.weights_name, l.weight_year, l.region_code) > 1
