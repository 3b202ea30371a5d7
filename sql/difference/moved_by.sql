-- difference.moved_by (between two publications)
-- Which revised cells stand under which moved column: one row per column, series and file that brought
-- the values. `n_in_sample` counts cells that a row of the column's sample reads, `n_filled_from` those of
-- which a filled cell that is so read is made, both as in `result.provenance`. The others can act
-- only through what is fitted over all rows: `fitted` names the indices and clipped variables of the column that
-- rest on the series.
WITH fitted_over AS (
    SELECT study, index_name AS variable, 'the scale of ' || index_name AS words FROM new.index.weight
    UNION
    SELECT study, variable, 'the bounds of ' || variable AS words FROM new.panel.winsor_bound
),

beneath AS (
    SELECT
        v.study,
        v.table_name,
        v.column_label,
        m.sample_id,
        b.series_id,
        string_agg(DISTINCT i.words, ', ' ORDER BY i.words) AS fitted
    FROM new.result.model_variable AS v
    INNER JOIN new.result.model AS m
        ON m.study = v.study AND m.table_name = v.table_name AND m.column_label = v.column_label
    INNER JOIN new.panel.rests_on AS b ON b.study = v.study AND b.variable = v.variable
    LEFT JOIN fitted_over AS i ON i.study = v.study AND i.variable = v.variable
    SEMI JOIN difference.estimate AS e
        ON e.study = v.study AND e.table_name = v.table_name AND e.column_label = v.column_label
    GROUP BY v.study, v.table_name, v.column_label, m.sample_id, b.series_id
)

SELECT
    v.study,
    v.table_name,
    v.column_label,
    c.series_id,
    c.path,
    count(*) AS n_cells,
    count(*) FILTER (
        WHERE EXISTS (
            SELECT 1
            FROM new.result.model_variable AS w
            INNER JOIN new.panel.rests_on AS r
                ON r.study = w.study AND r.variable = w.variable AND r.is_pooled IS NOT TRUE
            INNER JOIN new.result.model_sample AS s ON s.study = r.study
            WHERE w.study = v.study AND w.table_name = v.table_name AND w.column_label = v.column_label
                AND r.series_id = c.series_id AND s.sample_id = v.sample_id
                AND c.unit = coalesce(r.of_region, s.unit)
                AND c.period BETWEEN greatest(coalesce(r.at_year, s.period) + r.first_lag, r.not_before)
                AND least(coalesce(r.at_year, s.period) + r.last_lag, r.not_after)
        )
    ) AS n_in_sample,
    count(*) FILTER (
        WHERE EXISTS (
            SELECT 1
            FROM new.panel.filled_from AS f
            INNER JOIN new.panel.rests_on AS r
                ON r.study = f.study AND r.series_id = f.variable AND r.is_pooled IS NOT TRUE
            INNER JOIN new.result.model_variable AS w ON w.study = r.study AND w.variable = r.variable
            INNER JOIN new.result.model_sample AS s ON s.study = r.study
            WHERE f.study = v.study AND f.variable = c.series_id AND f.unit = c.unit
                AND f.from_period = c.period
                AND w.table_name = v.table_name AND w.column_label = v.column_label
                AND s.sample_id = v.sample_id
                AND f.unit = coalesce(r.of_region, s.unit)
                AND f.period BETWEEN greatest(coalesce(r.at_year, s.period) + r.first_lag, r.not_before)
                AND least(coalesce(r.at_year, s.period) + r.last_lag, r.not_after)
        )
    ) AS n_filled_from,
    max(v.fitted) AS fitted,
    max(abs(c.share)) AS largest_share,
    arg_max(c.unit_name || ' ' || c.period, abs(c.share)) AS largest_at
FROM difference.cell AS c
INNER JOIN beneath AS v ON v.study = c.study AND v.series_id = c.series_id
GROUP BY v.study, v.table_name, v.column_label, c.series_id, c.path
ORDER BY v.study, v.table_name, v.column_label, n_cells DESC, c.series_id, c.path
