-- What would the coefficients be without the one unit that matters most to each?
-- Estimated again without it.
SELECT study, table_name, column_label, term, unit, estimate, change, change_in_std_errors
FROM result.leave_out
WHERE subject = 'unit' AND size_rank = 1
ORDER BY abs(change_in_std_errors) DESC NULLS LAST, 1, 2, 3, 4, 5, 6
