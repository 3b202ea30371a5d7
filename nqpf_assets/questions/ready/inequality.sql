-- How unequal are the regions, year by year?
-- Gini coefficients and what they are made of; a measure of two groups names both.
SELECT study, table_name, period, measure, group_name, other_group, value
FROM result.inequality
ORDER BY study, table_name, measure, group_name, other_group, period
