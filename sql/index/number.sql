-- index.number (view)
-- Every number of an index: one row per number, found by the table of `index` in which it stands, and by its row there.
-- `number` is the name of a test; of others it is null, as several columns of a row rest on the same.
SELECT study, index_name, 'score' AS number_table, NULL AS number, NULL AS term, unit, period
FROM index.score
UNION ALL
SELECT study, index_name, 'dimension_score' AS number_table, NULL AS number, dimension AS term, unit, period
FROM index.dimension_score
UNION ALL
SELECT
    study, index_name, 'weight' AS number_table, NULL AS number, indicator AS term, NULL AS unit,
    weight_period AS period
FROM index.weight
UNION ALL
SELECT DISTINCT
    study, index_name, 'component' AS number_table, NULL AS number, NULL AS term, NULL AS unit, NULL AS period
FROM index.component
UNION ALL
SELECT study, index_name, 'test' AS number_table, test AS number, term, NULL AS unit, NULL AS period
FROM index.test
