-- For which years and how many regions is each series published?
-- As printed, before any choice between vintages.
SELECT
    series_id,
    region_level,
    string_agg(DISTINCT unit_measure, ', ' ORDER BY unit_measure) AS unit_measures,
    min(period) AS first_period,
    max(period) AS last_period,
    count(DISTINCT region_code) AS n_regions,
    count(DISTINCT vintage) AS n_vintages,
    count(*) AS n_values
FROM source.observation
WHERE value IS NOT NULL
GROUP BY series_id, region_level
ORDER BY series_id, region_level
