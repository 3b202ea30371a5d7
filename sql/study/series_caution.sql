-- study.series_caution
-- What the reader of a column should know of the series under it: in which years one of them breaks inside
-- the sample, whether it mixes vintages, and which cells look as of another unit. One row per column and series
-- that has anything of the kind.
-- A break counts where the study takes the year and the year before from the vintage that breaks. Against
-- other vintages it is judged by those that were known on the day of an `as_of` study.
-- Vintages that have no cell in common, or differ by no more than half a percent in the median cell that
-- both have, are not told: the first have no size, and the second mix without harm.
WITH years AS (
    SELECT sample_id, min(period) AS first_period, max(period) AS last_period
    FROM study.model_sample
    GROUP BY sample_id
),

read_span AS (
    SELECT
        v.table_name,
        v.column_label,
        r.series_id,
        greatest(coalesce(r.at_year, y.first_period) + r.first_lag, r.not_before) AS first_period,
        least(coalesce(r.at_year, y.last_period) + r.last_lag, r.not_after) AS last_period
    FROM study.model_variable AS v
    INNER JOIN study.model AS m ON m.table_name = v.table_name AND m.column_label = v.column_label
    INNER JOIN years AS y ON y.sample_id = m.sample_id
    INNER JOIN study.rests_on AS r ON r.variable = v.variable AND r.is_pooled IS NOT TRUE
),

-- What weighs the regions of a series that is put together is read in the years of that series.
span AS (
    SELECT
        table_name,
        column_label,
        series_id,
        min(first_period) AS first_period,
        max(last_period) AS last_period
    FROM (
        SELECT table_name, column_label, series_id, first_period, last_period FROM read_span
        UNION ALL
        SELECT r.table_name, r.column_label, s.weight_series AS series_id, r.first_period, r.last_period
        FROM read_span AS r
        INNER JOIN study.series AS s ON s.series_id = r.series_id
        WHERE s.weight_series IS NOT NULL
    ) AS every_span
    GROUP BY table_name, column_label, series_id
),

used AS (
    SELECT DISTINCT c.variable AS series_id, s.published_name, c.publisher, c.vintage, c.period
    FROM study.reported_cell AS c
    INNER JOIN study.series AS s ON s.series_id = c.variable
),

-- Years in which the vintage in use goes on from the year before.
continued AS (
    SELECT n.series_id, n.published_name, n.publisher, n.vintage, n.period, s.as_of
    FROM used AS n
    INNER JOIN used AS b
        ON b.series_id = n.series_id AND b.publisher = n.publisher AND b.vintage = n.vintage
        AND b.period = n.period - 1
    INNER JOIN study.series AS s ON s.series_id = n.series_id
),

edition AS (
    SELECT f.publisher, o.vintage, min(f.published) AS published
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    GROUP BY f.publisher, o.vintage
),

broken AS (
    SELECT
        c.series_id,
        c.period,
        'breaks in' AS what,
        CAST(c.period AS VARCHAR) || CASE WHEN b.n_slips > 0
            THEN ' (' || CAST(b.n_slips AS VARCHAR) || ' of ' || CAST(b.n_units_compared AS VARCHAR)
                || ' regions depart by powers of ten, as in another unit, most ' || b.largest_region || ')'
            WHEN b.n_jumps > 0
            THEN ' (' || CAST(b.n_jumps AS VARCHAR) || ' of ' || CAST(b.n_units_compared AS VARCHAR)
                || ' regions jump, most ' || b.largest_region || ' by '
                || CAST(round(100 * b.largest_growth, 1) AS VARCHAR) || ' %)'
            ELSE ' (the median region grows by ' || CAST(round(100 * b.median_growth, 1) AS VARCHAR)
                || ' %, where ' || CAST(round(100 * b.usual_growth, 1) AS VARCHAR) || ' % is usual: '
                || b.note || ')' END AS words
    FROM continued AS c
    INNER JOIN audit.series_break AS b
        ON b.series_id = c.published_name AND b.publisher = c.publisher AND b.vintage = c.vintage
        AND b.period = c.period
    WHERE b.severity = 'warning'
    UNION ALL
    SELECT
        s.series_id,
        j.period,
        'changes its size in' AS what,
        CAST(j.period AS VARCHAR) || ' (' || CAST(j.n_slips AS VARCHAR) || ' of '
        || CAST(j.n_units_compared AS VARCHAR) || ' regions that pass to another vintage depart by powers of ten'
        || coalesce(': ' || j.note, ', as in another unit') || ')' AS words
    FROM study.series_join AS j
    INNER JOIN (SELECT DISTINCT series_id, published_name FROM used) AS s ON s.published_name = j.series_id
    WHERE j.severity IS NOT NULL
    UNION ALL
    SELECT
        c.series_id,
        c.period,
        'departs from other vintages in' AS what,
        CAST(c.period AS VARCHAR) || ' (by '
        || CASE WHEN max(b.growth_gap) < 2.3
            THEN CAST(round(100 * (exp(max(b.growth_gap)) - 1), 1) AS VARCHAR) || ' %'
            ELSE 'a factor of ' || CAST(round(exp(max(b.growth_gap)), 1) AS VARCHAR) END
        || ' in the median region)' AS words
    FROM continued AS c
    INNER JOIN audit.vintage_break AS b
        ON b.series_id = c.published_name AND b.publisher = c.publisher AND b.vintage = c.vintage
        AND b.period = c.period
    LEFT JOIN edition AS e ON e.publisher = b.other_publisher AND e.vintage = b.other_vintage
    WHERE c.as_of IS NULL OR e.published <= c.as_of
    GROUP BY c.series_id, c.publisher, c.vintage, c.period
    HAVING count(*) FILTER (WHERE b.is_own_break) * 2 > count(*)
),

-- How far the vintages in use differ where both have a cell.
edition_in_use AS (
    SELECT DISTINCT series_id, publisher, vintage FROM used
),

valued AS (
    SELECT o.series_id, o.region_code, o.period, e.publisher, o.vintage, o.value * u.factor AS value
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    INNER JOIN edition_in_use AS e
        ON e.series_id = o.series_id AND e.publisher = f.publisher AND e.vintage = o.vintage
    INNER JOIN (SELECT series_id FROM edition_in_use GROUP BY series_id HAVING count(*) > 1) AS m
        ON m.series_id = o.series_id
    WHERE o.value <> 0
),

difference AS (
    SELECT a.series_id, median(abs(a.value / b.value - 1)) AS gap
    FROM valued AS a
    INNER JOIN valued AS b
        ON b.series_id = a.series_id AND b.region_code = a.region_code AND b.period = a.period
        AND (b.publisher < a.publisher OR (b.publisher = a.publisher AND b.vintage < a.vintage))
    GROUP BY a.series_id
),

-- Of every vintage in the span of the column, its years.
in_span AS (
    SELECT
        s.table_name,
        s.column_label,
        s.series_id,
        u.publisher || ' ' || u.vintage AS edition,
        CAST(min(u.period) AS VARCHAR) || CASE WHEN max(u.period) > min(u.period)
            THEN '–' || CAST(max(u.period) AS VARCHAR) ELSE '' END AS periods
    FROM span AS s
    INNER JOIN used AS u ON u.series_id = s.series_id AND u.period BETWEEN s.first_period AND s.last_period
    GROUP BY s.table_name, s.column_label, s.series_id, u.publisher, u.vintage
),

mixed AS (
    SELECT
        i.table_name,
        i.column_label,
        i.series_id,
        'mixes the vintages' AS what,
        string_agg(i.edition || ' (' || i.periods || ')', ', '
            ORDER BY i.edition)
        || ', which differ by ' || CAST(round(100 * max(d.gap), 1) AS VARCHAR) || ' % in the median cell'
            AS words
    FROM in_span AS i
    INNER JOIN difference AS d ON d.series_id = i.series_id
    GROUP BY i.table_name, i.column_label, i.series_id
    HAVING count(*) > 1 AND max(d.gap) > 0.005
),

-- Of the cells in use those that look as if they stood in another unit.
remarkable AS (
    SELECT
        s.table_name,
        s.column_label,
        s.series_id,
        count(DISTINCT m.about) AS n_cells,
        array_to_string(list(DISTINCT m.found ORDER BY m.found)[1:2], ', ') AS words
    FROM span AS s
    INNER JOIN study.reported_cell AS c
        ON c.variable = s.series_id AND c.period BETWEEN s.first_period AND s.last_period
    INNER JOIN study.series AS n ON n.series_id = c.variable
    INNER JOIN audit.remarkable_cell AS m
        ON m.series_id = n.published_name
        AND m.publisher = c.publisher AND m.vintage = c.vintage
        AND m.unit_code = c.unit AND (m.period = c.period OR m.kind = 'level')
    WHERE m.severity = 'warning'
    GROUP BY s.table_name, s.column_label, s.series_id
),

told AS (
    SELECT
        s.table_name,
        s.column_label,
        s.series_id,
        b.what,
        string_agg(b.words, ', ' ORDER BY b.words) AS words
    FROM span AS s
    INNER JOIN broken AS b
        ON b.series_id = s.series_id AND b.period > s.first_period AND b.period <= s.last_period
    GROUP BY s.table_name, s.column_label, s.series_id, b.what
    UNION ALL
    SELECT table_name, column_label, series_id, what, words FROM mixed
    UNION ALL
    SELECT
        table_name,
        column_label,
        series_id,
        'has cells as of another unit:' AS what,
        words || CASE WHEN n_cells > 2 THEN ' and ' || CAST(n_cells - 2 AS VARCHAR) || ' more' ELSE '' END AS words
    FROM remarkable
)

SELECT
    table_name,
    column_label,
    series_id,
    string_agg(what || ' ' || words, '; ' ORDER BY what) AS caution
FROM told
GROUP BY table_name, column_label, series_id
ORDER BY table_name, column_label, series_id
