-- Where does a series jump in a year for most of its units?
-- Breaks that are found and those that the catalogue declares; growth is that of the median unit.
SELECT
    series_id, publisher, vintage, period, n_units_compared, n_jumps, median_growth, usual_growth, is_declared, note
FROM audit.series_break
WHERE is_break OR is_declared
ORDER BY series_id, period, publisher, vintage
