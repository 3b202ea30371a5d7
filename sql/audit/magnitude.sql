-- audit.magnitude
-- Is a vintage of the same size as the one before it? A unit that changes without a word passes every other
-- check and is wrong by ten thousand. One row per series, publisher and vintage, and the earlier vintage
-- compared with: of each cell the last one of the same publisher, else of any publisher.
-- Units are converted and corrections made before. An error is a median ratio beyond `limits.magnitude` of
-- nqpf.yaml in at least three cells, a warning are single cells beyond `limits.revision`.
WITH valued AS (
    SELECT
        o.series_id,
        o.region_code,
        o.period,
        o.vintage,
        f.vintage_order,
        f.publisher,
        u.dimension_symbol,
        coalesce(k.value, o.value) * u.factor AS value
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit AS u ON u.symbol = o.unit
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

compared AS (
    SELECT
        series_id,
        region_code,
        period,
        vintage,
        publisher,
        CASE WHEN own_vintage IS NULL THEN other_publisher ELSE publisher END AS other_publisher,
        coalesce(own_vintage, other_vintage) AS other_vintage,
        value / coalesce(own_value, other_value) AS ratio
    FROM earlier
    WHERE other_vintage IS NOT NULL
),

measured AS (
    SELECT
        c.series_id,
        c.publisher,
        c.vintage,
        c.other_publisher,
        c.other_vintage,
        count(*) AS n_cells_compared,
        exp(median(ln(abs(c.ratio)))) AS median_ratio,
        count(*) FILTER (WHERE abs(c.ratio - 1) > l.revision) AS n_beyond,
        arg_max(c.ratio - 1, abs(c.ratio - 1)) AS largest_revision,
        arg_max(c.region_code, abs(c.ratio - 1)) AS region_code,
        arg_max(c.period, abs(c.ratio - 1)) AS period,
        max(l.magnitude) AS most,
        max(l.revision) AS most_revision,
        c.series_id || ' ' || c.publisher || ' ' || c.vintage AS about
    FROM compared AS c
    CROSS JOIN setting.magnitude AS l
    GROUP BY c.series_id, c.publisher, c.vintage, c.other_publisher, c.other_vintage
),

accepted AS (
    SELECT
        m.about,
        arg_min(a.reason, a.place) AS reason,
        arg_min(a.decided, a.place) AS decided
    FROM (SELECT DISTINCT about FROM measured) AS m
    INNER JOIN setting.accepted_magnitude AS a ON regexp_matches(m.about, a.pattern)
    GROUP BY m.about
),

judged AS (
    SELECT
        m.series_id,
        m.publisher,
        m.vintage,
        m.other_publisher,
        m.other_vintage,
        m.n_cells_compared,
        m.median_ratio,
        m.n_beyond,
        m.largest_revision,
        m.region_code,
        m.period,
        m.most_revision,
        m.about,
        m.n_cells_compared >= 3 AND (m.median_ratio > m.most OR m.median_ratio < 1 / m.most) AS is_error,
        a.reason,
        a.decided
    FROM measured AS m
    LEFT JOIN accepted AS a ON a.about = m.about
)

SELECT
    j.series_id,
    j.publisher,
    j.vintage,
    j.other_publisher,
    j.other_vintage,
    j.n_cells_compared,
    j.median_ratio,
    j.n_beyond,
    j.largest_revision,
    j.region_code,
    j.period,
    j.about,
    CASE WHEN j.is_error AND j.decided IS NULL THEN 'error'
        WHEN j.is_error OR (j.n_beyond > 0 AND j.decided IS NULL) THEN 'warning'
        WHEN j.n_beyond > 0 THEN 'note' END AS severity,
    CASE WHEN j.is_error
        THEN CAST(j.n_cells_compared AS VARCHAR) || ' cells are in the median '
            || CAST(round(j.median_ratio, 6) AS VARCHAR) || ' times those of '
        ELSE CAST(j.n_beyond AS VARCHAR) || ' of ' || CAST(j.n_cells_compared AS VARCHAR)
            || ' cells differ by more than ' || CAST(round(100 * j.most_revision) AS VARCHAR) || ' % from those of '
        END
    || j.other_publisher || ' ' || j.other_vintage || ', most ' || coalesce(r.name, j.region_code) || ' '
    || CAST(j.period AS VARCHAR) || ' by ' || CAST(round(100 * j.largest_revision, 1) AS VARCHAR) || ' %'
    || coalesce('; accepted ' || CAST(j.decided AS VARCHAR) || ': ' || j.reason, '') AS found,
    j.reason AS accepted_reason,
    j.decided AS accepted_on
FROM judged AS j
LEFT JOIN catalog.region AS r ON r.region_code = j.region_code
ORDER BY j.series_id, j.publisher, j.vintage, j.other_publisher, j.other_vintage
