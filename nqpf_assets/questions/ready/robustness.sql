-- Does a coefficient keep its sign and size over all columns in which it stands?
-- One row for each outcome, estimator and term; columns of different samples are put side by side. Left out are
-- differences between groups and coefficients in standard deviations, which are of another size.
SELECT
    e.study,
    m.outcome,
    m.estimator,
    e.term,
    count(*) AS n_columns,
    count_if(e.estimate > 0) AS n_positive,
    count_if(e.p_value < 0.05) AS n_below_5_percent,
    min(e.estimate) AS smallest,
    median(e.estimate) AS middle,
    max(e.estimate) AS largest
FROM result.estimate AS e
INNER JOIN result.model AS m
    ON e.study = m.study AND e.table_name = m.table_name AND e.column_label = m.column_label
WHERE m.estimator <> 'group_difference' AND coalesce(m.note, '') NOT LIKE '%Coefficients in standard deviations%'
GROUP BY e.study, m.outcome, m.estimator, e.term
HAVING count(*) > 1
ORDER BY n_columns DESC, e.study, m.outcome, m.estimator, e.term
