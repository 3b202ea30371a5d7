-- What are the coefficients, and how sure are they?
-- Every term of every column with its inference; a value of p below 0.05 is the usual threshold, and no more than that.
SELECT
    e.study,
    e.table_name,
    e.column_label,
    m.estimator,
    m.outcome,
    e.term,
    e.estimate,
    e.std_error,
    e.p_value,
    e.conf_low,
    e.conf_high,
    m.n_obs,
    m.vcov,
    m.data_status
FROM result.estimate AS e
INNER JOIN result.model AS m
    ON e.study = m.study AND e.table_name = m.table_name AND e.column_label = m.column_label
ORDER BY e.study, e.table_name, m.column_position, e.term
