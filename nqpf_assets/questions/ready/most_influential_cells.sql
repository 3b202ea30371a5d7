-- Which published cells move the coefficients most?
-- The first of each coefficient, when they are one per cent larger; the change is told in standard errors too.
SELECT
    study, table_name, column_label, term, series_id, unit, period, value, change, change_in_std_errors
FROM result.influence
WHERE subject = 'cell' AND size_rank = 1
ORDER BY abs(change_in_std_errors) DESC NULLS LAST, 1, 2, 3, 4, 5, 6
