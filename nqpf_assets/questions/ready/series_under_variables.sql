-- Which published series does each variable rest on?
-- Through all formulas and indices, with the years back that are read.
SELECT
    study,
    variable,
    list(DISTINCT series_id ORDER BY series_id) AS series_ids,
    min(first_lag) AS earliest_lag,
    max(last_lag) AS latest_lag
FROM panel.rests_on
GROUP BY study, variable
ORDER BY study, variable
