-- What are the direct, indirect and marginal effects?
-- Of spatial models, nonlinear ones and mediation, with their uncertainty.
SELECT study, table_name, column_label, effect, term, estimate, std_error, p_value, conf_low, conf_high
FROM result.effect
ORDER BY study, table_name, column_label, effect, term
