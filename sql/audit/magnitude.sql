-- audit.magnitude
-- Is a vintage of the same size as the one before it? A unit that changes without a word passes every other
-- check and is wrong by ten thousand. One row per series, publisher and vintage, and the earlier vintage
-- compared with: of each cell the last one of the same publisher, else of any publisher.
-- Units are converted and corrections made before. An error is, over all cells, in one year or in one region,
--   a median ratio beyond `limits.magnitude` of nqpf.yaml in at least three cells (of a region, in all of them)
--   a ratio within an eighth of the same power of ten in at least three cells and a fifth of them: another unit
-- A warning are single cells beyond `limits.revision`. What is told is the part that says most: the whole
-- vintage, else the year, else the region, with its largest revision.
WITH valued AS (
    SELECT
        o.series_id,
        o.region_code,
        o.period,
        o.vintage,
        f.vintage_order,
        f.publisher,
        o.file_id,
        o.locator,
        u.dimension_symbol,
        coalesce(k.value, o.value) * u.factor AS value
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage
    WHERE coalesce(k.value, o.value) <> 0
),

earlier AS (
    SELECT
        series_id,
        region_code,
        period,
        vintage,
        publisher,
        file_id,
        locator,
        value,
        lag(value) OVER own AS own_value,
        lag(vintage) OVER own AS own_vintage,
        lag(value) OVER every AS other_value,
        lag(vintage) OVER every AS other_vintage,
        lag(publisher) OVER every AS other_publisher
    FROM valued
    WINDOW
        own AS (PARTITION BY series_id, region_code, period, dimension_symbol, publisher ORDER BY vintage_order),
        every AS (PARTITION BY series_id, region_code, period, dimension_symbol ORDER BY vintage_order, publisher)
),

held AS (
    SELECT
        series_id,
        region_code,
        period,
        vintage,
        publisher,
        file_id,
        locator,
        CASE WHEN own_vintage IS NULL THEN other_publisher ELSE publisher END AS other_publisher,
        coalesce(own_vintage, other_vintage) AS other_vintage,
        value / coalesce(own_value, other_value) AS ratio,
        ln(abs(value / coalesce(own_value, other_value))) AS log_ratio
    FROM earlier
    WHERE other_vintage IS NOT NULL
),

compared AS (
    SELECT
        h.*,
        -- Zero where it is no power of ten.
        CASE WHEN abs(h.log_ratio / ln(10) - round(h.log_ratio / ln(10))) < 0.055
            THEN CAST(round(h.log_ratio / ln(10)) AS INTEGER) ELSE 0 END AS tens,
        -- How far the revision is, up or down alike; a changed sign counts as e times.
        abs(h.log_ratio) + CASE WHEN h.ratio < 0 THEN 1 ELSE 0 END AS size
    FROM held AS h
),

part AS (
    SELECT 'vintage' AS part, '' AS part_name, c.* FROM compared AS c
    UNION ALL
    SELECT 'year' AS part, CAST(c.period AS VARCHAR) AS part_name, c.* FROM compared AS c
    UNION ALL
    SELECT 'region' AS part, c.region_code AS part_name, c.* FROM compared AS c
),

-- Of each part the power of ten that most of its cells are off by.
tenfold AS (
    SELECT
        series_id, publisher, vintage, other_publisher, other_vintage, part, part_name,
        max(n) AS n_tenfold,
        arg_min(tens, (-n, tens)) AS tens
    FROM (
        SELECT series_id, publisher, vintage, other_publisher, other_vintage, part, part_name, tens, count(*) AS n
        FROM part
        WHERE tens <> 0
        GROUP BY series_id, publisher, vintage, other_publisher, other_vintage, part, part_name, tens
    ) AS counted
    GROUP BY series_id, publisher, vintage, other_publisher, other_vintage, part, part_name
),

measured AS (
    SELECT
        p.series_id,
        p.publisher,
        p.vintage,
        p.other_publisher,
        p.other_vintage,
        p.part,
        p.part_name,
        count(*) AS n_cells,
        exp(median(p.log_ratio)) AS median_ratio,
        count(*) FILTER (WHERE abs(p.ratio - 1) > l.revision) AS n_beyond,
        -- Of revisions that are as large as each other the one that comes first.
        arg_min(p.ratio, (-p.size, p.region_code, p.period)) AS largest_ratio,
        arg_min(p.region_code, (-p.size, p.region_code, p.period)) AS region_code,
        arg_min(p.period, (-p.size, p.region_code, p.period)) AS period,
        arg_min(p.file_id, (-p.size, p.region_code, p.period)) AS file_id,
        arg_min(p.locator, (-p.size, p.region_code, p.period)) AS locator,
        max(l.magnitude) AS most,
        max(l.revision) AS most_revision,
        min(abs(p.log_ratio)) > ln(max(l.magnitude)) AS is_every_cell_beyond
    FROM part AS p
    CROSS JOIN setting.magnitude AS l
    GROUP BY p.series_id, p.publisher, p.vintage, p.other_publisher, p.other_vintage, p.part, p.part_name
),

weighed AS (
    SELECT
        m.*,
        coalesce(t.tens, 0) AS tens,
        coalesce(t.n_tenfold, 0) AS n_tenfold,
        m.n_cells >= 3 AND (m.median_ratio > m.most OR m.median_ratio < 1 / m.most)
        AND (m.part <> 'region' OR m.is_every_cell_beyond) AS is_of_another_size,
        coalesce(t.n_tenfold >= 3 AND 5 * t.n_tenfold >= m.n_cells, false) AS is_of_another_unit
    FROM measured AS m
    LEFT JOIN tenfold AS t
        ON t.series_id = m.series_id AND t.publisher = m.publisher AND t.vintage = m.vintage
        AND t.other_publisher = m.other_publisher AND t.other_vintage = m.other_vintage
        AND t.part = m.part AND t.part_name = m.part_name
),

-- The part that is told: the whole vintage where most of it is off, else the part with most cells.
told AS (
    SELECT
        w.*,
        w.is_of_another_size OR w.is_of_another_unit AS is_error,
        count(*) FILTER (WHERE (w.is_of_another_size OR w.is_of_another_unit) AND w.part = 'year')
            OVER pair AS n_years_off,
        max(CASE WHEN w.part = 'vintage' THEN w.n_cells END) OVER pair AS n_cells_compared,
        max(CASE WHEN w.part = 'vintage' THEN w.median_ratio END) OVER pair AS median_of_all,
        max(CASE WHEN w.part = 'vintage' THEN w.n_beyond END) OVER pair AS n_beyond_of_all,
        row_number() OVER (
            PARTITION BY w.series_id, w.publisher, w.vintage, w.other_publisher, w.other_vintage
            ORDER BY
                CASE WHEN w.part = 'vintage' AND w.is_of_another_size THEN 0
                    WHEN w.part = 'year' AND (w.is_of_another_unit OR w.is_of_another_size) THEN 1
                    WHEN w.part = 'region' AND (w.is_of_another_unit OR w.is_of_another_size) THEN 2
                    WHEN w.part = 'vintage' THEN 3 ELSE 4 END,
                w.n_tenfold DESC, w.n_beyond DESC, w.n_cells DESC, w.part_name
        ) AS place,
        w.series_id || ' ' || w.publisher || ' ' || w.vintage AS about
    FROM weighed AS w
    WINDOW pair AS (PARTITION BY w.series_id, w.publisher, w.vintage, w.other_publisher, w.other_vintage)
),

accepted AS (
    SELECT
        m.about,
        arg_min(a.reason, a.place) AS reason,
        arg_min(a.decided, a.place) AS decided
    FROM (SELECT DISTINCT about FROM told) AS m
    INNER JOIN setting.accepted_magnitude AS a ON regexp_matches(m.about, a.pattern)
    GROUP BY m.about
)

SELECT
    j.series_id,
    j.publisher,
    j.vintage,
    j.other_publisher,
    j.other_vintage,
    j.n_cells_compared,
    j.median_of_all AS median_ratio,
    j.n_beyond_of_all AS n_beyond,
    j.largest_ratio - 1 AS largest_revision,
    j.region_code,
    j.period,
    j.about,
    CASE WHEN j.is_error AND a.decided IS NULL THEN 'error'
        WHEN j.is_error OR (j.n_beyond > 0 AND a.decided IS NULL) THEN 'warning'
        WHEN j.n_beyond > 0 THEN 'note' END AS severity,
    CASE WHEN j.is_of_another_unit
        THEN CAST(j.n_tenfold AS VARCHAR) || ' of ' || CAST(j.n_cells AS VARCHAR) || ' cells'
            || CASE j.part WHEN 'year' THEN ' of ' || j.part_name WHEN 'region' THEN ' of ' || coalesce(r.name, j.part_name)
                ELSE '' END
            || ' are about ' || CASE WHEN j.tens > 0 THEN '' ELSE '1/' END
            || CASE WHEN abs(j.tens) <= 9 THEN CAST(CAST(power(10, abs(j.tens)) AS BIGINT) AS VARCHAR)
                ELSE '10^' || CAST(abs(j.tens) AS VARCHAR) END
            || ' times those of ' || j.other_publisher || ' ' || j.other_vintage || ', as in another unit'
        WHEN j.is_error
        THEN CAST(j.n_cells AS VARCHAR) || CASE WHEN j.n_cells = 1 THEN ' cell' ELSE ' cells' END
            || CASE j.part WHEN 'year' THEN ' of ' || j.part_name WHEN 'region' THEN ' of ' || coalesce(r.name, j.part_name)
                ELSE '' END
            || CASE WHEN j.n_cells = 1 THEN ' is in the median ' ELSE ' are in the median ' END || CAST(round(j.median_ratio, 6) AS VARCHAR) || ' times those of '
            || j.other_publisher || ' ' || j.other_vintage
        ELSE CAST(j.n_beyond AS VARCHAR) || ' of ' || CAST(j.n_cells AS VARCHAR)
            || ' cells differ by more than ' || CAST(round(100 * j.most_revision) AS VARCHAR) || ' % from those of '
            || j.other_publisher || ' ' || j.other_vintage
        END
    || CASE WHEN j.part = 'year' AND j.n_years_off > 1
        THEN '; ' || CAST(j.n_years_off - 1 AS VARCHAR)
            || CASE WHEN j.n_years_off = 2 THEN ' more year like it' ELSE ' more years like it' END ELSE '' END
    || ', most ' || coalesce(r.name, j.region_code) || ' ' || CAST(j.period AS VARCHAR)
    || CASE WHEN abs(j.largest_ratio) >= 10
        THEN ', ' || CASE WHEN abs(j.largest_ratio) < 1e9 THEN CAST(CAST(round(j.largest_ratio) AS BIGINT) AS VARCHAR)
            ELSE CAST(j.largest_ratio AS VARCHAR) END || ' times as much'
        ELSE ' by ' || CAST(round(100 * (j.largest_ratio - 1), 1) AS VARCHAR) || ' %' END
    || coalesce(' (' || f.path || coalesce(': ' || j.locator, '') || ')', '')
    || coalesce('; accepted ' || CAST(a.decided AS VARCHAR) || ': ' || a.reason, '') AS found,
    a.reason AS accepted_reason,
    a.decided AS accepted_on
FROM told AS j
LEFT JOIN accepted AS a ON a.about = j.about
LEFT JOIN catalog.region AS r ON r.region_code = j.region_code
LEFT JOIN source.file AS f ON f.file_id = j.file_id
WHERE j.place = 1
ORDER BY j.series_id, j.publisher, j.vintage, j.other_publisher, j.other_vintage
