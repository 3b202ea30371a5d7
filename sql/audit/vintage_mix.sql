-- audit.vintage_mix
-- One row per study, series, publisher and vintage in use. A series with more than one row takes its
-- values from several vintages, which may not be comparable.
SELECT
    study,
    variable AS series_id,
    publisher,
    vintage,
    count(*) AS n_values
FROM every_study.reported_cell
GROUP BY study, variable, publisher, vintage
ORDER BY study, series_id, publisher, vintage
