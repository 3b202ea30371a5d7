-- How far are the estimates from those that a paper printed?
-- Only where the study file says what was printed; the largest difference first.
SELECT
    study,
    table_name,
    column_label,
    term,
    estimate,
    published_estimate,
    estimate - published_estimate AS difference,
    (estimate - published_estimate) / nullif(std_error, 0) AS in_std_errors
FROM result.estimate
WHERE published_estimate IS NOT NULL
ORDER BY abs(in_std_errors) DESC NULLS LAST, study, table_name, column_label, term
