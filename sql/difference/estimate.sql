-- difference.estimate (between two publications)
-- One row per coefficient that is another one: before and after, with stars at 10, 5 and 1 percent. A
-- change below the ninth digit is rounding and is left out.
SELECT
    coalesce(n.study, o.study) AS study,
    coalesce(n.table_name, o.table_name) AS table_name,
    coalesce(n.column_label, o.column_label) AS column_label,
    coalesce(n.term, o.term) AS term,
    o.estimate AS old_estimate,
    n.estimate AS new_estimate,
    o.std_error AS old_std_error,
    n.std_error AS new_std_error,
    o.p_value AS old_p_value,
    n.p_value AS new_p_value,
    CASE WHEN o.p_value < 0.01 THEN '***' WHEN o.p_value < 0.05 THEN '**' WHEN o.p_value < 0.1 THEN '*' ELSE '' END
        AS old_stars,
    CASE WHEN n.p_value < 0.01 THEN '***' WHEN n.p_value < 0.05 THEN '**' WHEN n.p_value < 0.1 THEN '*' ELSE '' END
        AS new_stars,
    coalesce(sign(o.estimate) <> sign(n.estimate), false) AS is_sign_changed,
    o.estimate IS NOT NULL AND n.estimate IS NOT NULL
        AND coalesce(o.p_value < 0.05, false) <> coalesce(n.p_value < 0.05, false) AS is_significance_changed,
    p.n_obs AS old_n_obs,
    q.n_obs AS new_n_obs
FROM old.result.estimate AS o
FULL JOIN new.result.estimate AS n
    ON n.study = o.study AND n.table_name = o.table_name AND n.column_label = o.column_label AND n.term = o.term
LEFT JOIN old.result.model AS p
    ON p.study = o.study AND p.table_name = o.table_name AND p.column_label = o.column_label
LEFT JOIN new.result.model AS q
    ON q.study = n.study AND q.table_name = n.table_name AND q.column_label = n.column_label
WHERE o.estimate IS NULL OR n.estimate IS NULL
    OR abs(n.estimate - o.estimate) > 1e-9 * greatest(1e-3, abs(o.estimate))
    OR (n.std_error IS NULL) <> (o.std_error IS NULL)
    OR abs(n.std_error - o.std_error) > 1e-9 * greatest(1e-3, abs(o.std_error))
ORDER BY study, table_name, column_label, term
