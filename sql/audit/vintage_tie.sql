-- audit.vintage_tie
-- Which of two vintages is newer, where their days do not tell? One row per pair of vintages that have
-- cells in common with different values, and are of one day, or of which one has no day at all: no
-- `published` or `accessed` on its card, and a name that is no date. The first of the pair is taken for the
-- newer one: of one day by its name, else because an unknown day goes before all others.
WITH paired AS (
    SELECT a.file_id, b.file_id AS other_file_id
    FROM source.file AS a
    INNER JOIN source.file AS b
        ON b.vintage_day = a.vintage_day AND b.vintage <> a.vintage AND b.vintage_order < a.vintage_order
    UNION ALL
    SELECT a.file_id, b.file_id AS other_file_id
    FROM source.file AS a
    INNER JOIN (SELECT file_id, vintage, vintage_order FROM source.file WHERE vintage_day IS NULL) AS b
        ON b.vintage <> a.vintage AND b.vintage_order < a.vintage_order
),

involved AS (
    SELECT file_id FROM paired
    UNION
    SELECT other_file_id FROM paired
),

valued AS (
    SELECT
        o.series_id,
        o.region_code,
        o.period,
        o.file_id,
        u.dimension_symbol,
        coalesce(k.value, o.value) * u.factor AS value
    FROM source.observation AS o
    INNER JOIN involved AS i ON i.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage
    WHERE o.value IS NOT NULL
),

differing AS (
    SELECT
        p.file_id,
        p.other_file_id,
        a.series_id,
        a.region_code,
        a.period,
        CASE WHEN b.value <> 0 THEN a.value / b.value - 1 END AS share
    FROM paired AS p
    INNER JOIN valued AS a ON a.file_id = p.file_id
    INNER JOIN valued AS b
        ON b.file_id = p.other_file_id AND b.series_id = a.series_id AND b.region_code = a.region_code
        AND b.period = a.period AND b.dimension_symbol = a.dimension_symbol
    -- Rounding of a conversion is no difference.
    WHERE abs(a.value - b.value) > 1e-9 * greatest(abs(a.value), abs(b.value))
),

measured AS (
    SELECT
        f.publisher,
        f.vintage,
        g.publisher AS other_publisher,
        g.vintage AS other_vintage,
        max(f.vintage_day) AS vintage_day,
        max(g.vintage_day) AS other_day,
        count(*) AS n_cells_compared,
        count(DISTINCT d.series_id) AS n_series,
        arg_min(d.series_id, (-coalesce(abs(d.share), -1), d.series_id, d.region_code, d.period)) AS series_id,
        arg_min(d.region_code, (-coalesce(abs(d.share), -1), d.series_id, d.region_code, d.period)) AS region_code,
        arg_min(d.period, (-coalesce(abs(d.share), -1), d.series_id, d.region_code, d.period)) AS period,
        max(abs(d.share)) AS largest,
        f.publisher || ' ' || f.vintage || ' / ' || g.publisher || ' ' || g.vintage AS about
    FROM differing AS d
    INNER JOIN source.file AS f ON f.file_id = d.file_id
    INNER JOIN source.file AS g ON g.file_id = d.other_file_id
    GROUP BY f.publisher, f.vintage, g.publisher, g.vintage
),

accepted AS (
    SELECT
        m.about,
        arg_min(a.reason, a.place) AS reason,
        arg_min(a.decided, a.place) AS decided
    FROM measured AS m
    INNER JOIN setting.accepted_vintage_tie AS a ON regexp_matches(m.about, a.pattern)
    GROUP BY m.about
)

SELECT
    m.publisher,
    m.vintage,
    m.other_publisher,
    m.other_vintage,
    m.vintage_day,
    m.n_cells_compared,
    m.n_series,
    m.series_id,
    m.region_code,
    m.period,
    m.about,
    CASE WHEN a.about IS NULL THEN 'warning' ELSE 'note' END AS severity,
    CAST(m.n_cells_compared AS VARCHAR) || CASE WHEN m.n_cells_compared = 1 THEN ' cell of ' ELSE ' cells of ' END
    || CAST(m.n_series AS VARCHAR) || ' series '
    || CASE WHEN m.n_cells_compared = 1 THEN 'differs: ' ELSE 'differ, most ' END || m.series_id || ' ' || coalesce(r.name, m.region_code) || ' '
    || CAST(m.period AS VARCHAR)
    || coalesce(' by ' || CAST(round(100 * m.largest, 1) AS VARCHAR) || ' %', '') || ', between '
    || m.publisher || ' ' || m.vintage || ' and ' || m.other_publisher || ' ' || m.other_vintage
    || CASE WHEN m.other_day IS NULL THEN ', of which the second has no day at all'
        ELSE ', both of ' || CAST(m.vintage_day AS VARCHAR) END
    || '; the first is taken for the newer'
    || coalesce('; accepted ' || CAST(a.decided AS VARCHAR) || ': ' || a.reason, '') AS found,
    a.reason AS accepted_reason,
    a.decided AS accepted_on
FROM measured AS m
LEFT JOIN accepted AS a ON a.about = m.about
LEFT JOIN catalog.region AS r ON r.region_code = m.region_code
ORDER BY m.publisher, m.vintage, m.other_publisher, m.other_vintage
