-- audit.total
-- Do parts add up to the total that is printed with them? One row per series, publisher, vintage and kind of
-- parts, over all its totals:
--   regions  the row of a country, a province or a city with districts against the rows of the regions below,
--            in one file, where every one that existed in the year is there: of a province its prefectures and,
--            with them, counties of no prefecture (济源, 仙桃, those of 海南), neither of which are all of it. The
--            catalogue does not list all parts of every region; ten count as all.
--   areas    the row of an area (渝东北) against its regions, where one division alone has a group of its name
--   series   a series against its `parts` of the catalogue, in one region, year and vintage of a publisher
-- Only stocks and flows add up, and neither shares nor quantities per head nor times do. Units are converted
-- and corrections made before. A gap beyond `limits.totals` of nqpf.yaml is a warning, one beyond
-- `limits.totals_stop` an error.
WITH valued AS (
    SELECT
        o.series_id,
        o.region_code,
        o.period,
        o.vintage,
        o.file_id,
        o.locator,
        f.publisher,
        coalesce(k.value, o.value) * u.factor AS value
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    INNER JOIN catalog.series AS s ON s.series_id = o.series_id
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage
    WHERE coalesce(k.value, o.value) IS NOT NULL
        AND s.kind IN ('stock', 'flow')
        AND strpos(u.dimension_symbol, '/') = 0
        AND u.dimension_symbol NOT IN ('ratio', 'index', 'time', 'calendar_time')
),

area_group AS (
    SELECT
        a.region_code AS whole_code,
        g.region_code AS part_code,
        a.region_code || ' ' || g.grouping AS division
    FROM catalog.region AS a
    INNER JOIN catalog.region_group AS g ON a.region_code = a.parent_code || '.' || g.group_name
    INNER JOIN catalog.region AS m ON m.region_code = g.region_code AND m.parent_code = a.parent_code
    WHERE a.level = 'area'
),

part_of AS (
    SELECT
        'regions' AS kind,
        parent_code AS whole_code,
        parent_code AS division,
        region_code AS part_code
    FROM catalog.region
    WHERE level NOT IN ('country', 'area', 'outside') AND parent_code IS NOT NULL
    UNION ALL
    SELECT 'areas' AS kind, whole_code, division, part_code
    FROM area_group
    WHERE whole_code IN (
        SELECT whole_code FROM area_group GROUP BY whole_code HAVING count(DISTINCT division) = 1
    )
),

full_division AS (
    SELECT kind, whole_code, division
    FROM part_of
    GROUP BY kind, whole_code, division
    HAVING kind = 'areas' OR count(*) >= 10
),

whole AS (
    SELECT
        d.kind,
        d.division,
        v.series_id,
        v.publisher,
        v.vintage,
        v.file_id,
        v.locator,
        v.region_code,
        v.period,
        v.value
    FROM valued AS v
    INNER JOIN full_division AS d ON d.whole_code = v.region_code
),

-- How many parts a total should have: those that existed in the year; of an area, all that it ever had.
expected AS (
    SELECT
        w.kind,
        w.division,
        w.period,
        count(*) FILTER (
            WHERE w.kind = 'areas' OR w.period BETWEEN r.valid_from AND coalesce(r.valid_to, 9999)
        ) AS n_parts
    FROM (SELECT DISTINCT kind, division, period FROM whole) AS w
    INNER JOIN part_of AS p ON p.kind = w.kind AND p.division = w.division
    INNER JOIN catalog.region AS r ON r.region_code = p.part_code
    GROUP BY w.kind, w.division, w.period
),

-- Sums take the parts in the order of their names: in another they would have other last digits.
part AS (
    SELECT
        w.kind,
        w.division,
        w.series_id,
        w.publisher,
        w.vintage,
        w.file_id,
        w.locator,
        w.region_code,
        w.period,
        w.value,
        w.period BETWEEN r.valid_from AND coalesce(r.valid_to, 9999) AS is_existing,
        sum(v.value) OVER (
            PARTITION BY
                w.kind, w.division, w.series_id, w.publisher, w.vintage, w.file_id, w.locator, w.region_code,
                w.period, w.value
            ORDER BY p.part_code ASC, v.value ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS part_sum
    FROM whole AS w
    INNER JOIN part_of AS p ON p.kind = w.kind AND p.division = w.division
    INNER JOIN catalog.region AS r ON r.region_code = p.part_code
    INNER JOIN valued AS v
        ON v.series_id = w.series_id AND v.file_id = w.file_id AND v.vintage = w.vintage
        AND v.period = w.period AND v.region_code = p.part_code
),

below AS (
    SELECT
        kind,
        division,
        series_id,
        publisher,
        vintage,
        file_id,
        locator,
        region_code,
        period,
        value,
        part_sum,
        count(*) AS n_parts,
        count(*) FILTER (WHERE is_existing) AS n_existing
    FROM part
    GROUP BY
        kind, division, series_id, publisher, vintage, file_id, locator, region_code, period, value, part_sum
),

part_series AS (
    SELECT
        w.series_id,
        w.publisher,
        w.vintage,
        w.file_id,
        w.locator,
        w.region_code,
        w.period,
        w.value,
        sum(v.value) OVER (
            PARTITION BY
                w.series_id, w.publisher, w.vintage, w.file_id, w.locator, w.region_code, w.period, w.value
            ORDER BY p.part_id ASC, v.value ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS part_sum
    FROM valued AS w
    INNER JOIN catalog.series_part AS p ON p.series_id = w.series_id
    INNER JOIN valued AS v
        ON v.series_id = p.part_id AND v.publisher = w.publisher AND v.vintage = w.vintage
        AND v.region_code = w.region_code AND v.period = w.period
),

compared AS (
    SELECT
        b.kind,
        b.series_id,
        b.publisher,
        b.vintage,
        b.file_id,
        b.locator,
        b.region_code,
        b.period,
        b.value,
        b.part_sum
    FROM below AS b
    INNER JOIN expected AS e ON e.kind = b.kind AND e.division = b.division AND e.period = b.period
    WHERE b.n_parts = e.n_parts AND b.n_existing = e.n_parts
    UNION ALL
    SELECT
        'series' AS kind,
        w.series_id,
        w.publisher,
        w.vintage,
        w.file_id,
        w.locator,
        w.region_code,
        w.period,
        w.value,
        w.part_sum
    FROM part_series AS w
    INNER JOIN (SELECT series_id, count(*) AS n_parts FROM catalog.series_part GROUP BY series_id) AS n
        ON n.series_id = w.series_id
    GROUP BY
        w.series_id, w.publisher, w.vintage, w.file_id, w.locator, w.region_code, w.period, w.value, w.part_sum
    HAVING count(*) = max(n.n_parts)
),

beyond AS (
    SELECT
        c.series_id,
        c.publisher,
        c.vintage,
        c.kind,
        coalesce(r.name, c.region_code) || ' ' || CAST(c.period AS VARCHAR)
        || coalesce(' (' || f.path || coalesce(': ' || c.locator, '') || ')', '') AS cell,
        row_number() OVER (
            PARTITION BY c.series_id, c.publisher, c.vintage, c.kind
            ORDER BY abs(c.part_sum / c.value - 1) DESC, c.region_code ASC, c.period ASC
        ) AS place
    FROM compared AS c
    CROSS JOIN setting.totals AS l
    LEFT JOIN catalog.region AS r ON r.region_code = c.region_code
    LEFT JOIN source.file AS f ON f.file_id = c.file_id
    WHERE c.value <> 0 AND abs(c.part_sum / c.value - 1) > l.totals
),

-- The cells of the totals that differ most, five of a kind.
listed AS (
    SELECT series_id, publisher, vintage, kind, string_agg(cell, '; ' ORDER BY place) AS cells
    FROM beyond
    WHERE place <= 5
    GROUP BY series_id, publisher, vintage, kind
),

measured AS (
    SELECT
        c.series_id,
        c.publisher,
        c.vintage,
        c.kind,
        count(*) AS n_totals,
        count(*) FILTER (WHERE abs(c.part_sum / c.value - 1) > l.totals) AS n_beyond,
        max(abs(c.part_sum / c.value - 1)) > max(l.totals_stop) AS is_error,
        -- Of gaps that are as large as each other the one that comes first.
        arg_min(c.part_sum / c.value - 1, (-abs(c.part_sum / c.value - 1), c.region_code, c.period)) AS largest_gap,
        arg_min(c.region_code, (-abs(c.part_sum / c.value - 1), c.region_code, c.period)) AS region_code,
        arg_min(c.period, (-abs(c.part_sum / c.value - 1), c.region_code, c.period)) AS period,
        max(l.totals) AS most,
        c.series_id || ' ' || c.publisher || ' ' || c.vintage AS about
    FROM compared AS c
    CROSS JOIN setting.totals AS l
    WHERE c.value <> 0
    GROUP BY c.series_id, c.publisher, c.vintage, c.kind
),

accepted AS (
    SELECT
        m.about,
        arg_min(a.reason, a.place) AS reason,
        arg_min(a.decided, a.place) AS decided
    FROM (SELECT DISTINCT about FROM measured) AS m
    INNER JOIN setting.accepted_totals AS a ON regexp_matches(m.about, a.pattern)
    GROUP BY m.about
)

SELECT
    m.series_id,
    m.publisher,
    m.vintage,
    m.kind,
    m.n_totals,
    m.n_beyond,
    m.largest_gap,
    m.region_code,
    m.period,
    m.about,
    CASE WHEN m.is_error AND a.about IS NULL THEN 'error'
        WHEN m.is_error OR (m.n_beyond > 0 AND a.about IS NULL) THEN 'warning'
        WHEN m.n_beyond > 0 THEN 'note' END AS severity,
    CAST(m.n_beyond AS VARCHAR) || ' of ' || CAST(m.n_totals AS VARCHAR) || ' totals differ by more than '
    || CAST(round(100 * m.most, 1) AS VARCHAR) || ' % from the sum of their '
    || CASE WHEN m.kind = 'series' THEN 'part series' ELSE 'regions' END || ', most '
    || coalesce(r.name, m.region_code) || ' ' || CAST(m.period AS VARCHAR) || ', whose parts add up to '
    || CAST(round(100 * (1 + m.largest_gap), 1) AS VARCHAR) || ' % of it'
    || coalesce(': ' || b.cells, '')
    || CASE WHEN m.n_beyond > 5 THEN '; and ' || CAST(m.n_beyond - 5 AS VARCHAR) || ' more' ELSE '' END
    || coalesce('; accepted ' || CAST(a.decided AS VARCHAR) || ': ' || a.reason, '') AS found,
    a.reason AS accepted_reason,
    a.decided AS accepted_on
FROM measured AS m
LEFT JOIN accepted AS a ON a.about = m.about
LEFT JOIN catalog.region AS r ON r.region_code = m.region_code
LEFT JOIN listed AS b
    ON b.series_id = m.series_id AND b.publisher = m.publisher AND b.vintage = m.vintage AND b.kind = m.kind
ORDER BY m.series_id, m.publisher, m.vintage, m.kind
