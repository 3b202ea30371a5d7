-- panel.way (view)
-- The ways in which a variable rests on cells of series: those of `panel.any_way`, where they are told, without weights.
SELECT
    study, variable, unit, is_of_study, input AS series_id, role, is_pooled, pool, cell_unit,
    asked_first, asked_last, from_first, from_last, first_lag, last_lag, earliest, latest
FROM panel.any_way
WHERE NOT is_weights
