-- Does a coefficient keep its sign and size over all columns in which it stands?
-- One row for each outcome and term; columns of different samples and methods are put side by side.
SELECT
    e.study,
    m.outcome,
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
GROUP BY e.study, m.outcome, e.term
HAVING count(*) > 1
ORDER BY n_columns DESC, e.study, m.outcome, e.term
