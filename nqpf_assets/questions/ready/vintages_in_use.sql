-- From which vintages do the values of a study come?
-- A series that is put together from several of them may have a break where they meet.
SELECT study, series_id, publisher, vintage, n_values
FROM audit.vintage_mix
ORDER BY study, series_id, n_values DESC, vintage
