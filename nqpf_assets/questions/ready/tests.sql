-- What do the tests beside the coefficients say?
-- Weak instruments, overidentification, spatial dependence, equality of groups: each with its statistic and p value.
SELECT study, table_name, column_label, test, statistic, df, p_value, detail
FROM result.test
ORDER BY study, table_name, column_label, test
