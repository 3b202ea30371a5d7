-- audit.series_break
-- Does a series break within one vintage: at a change of base, of definition, at a census? One row per
-- series, publisher, vintage, level of regions and year in which a region jumps or a break is declared.
-- A region jumps where its log growth departs from its own median growth by more than 25 log points and by
-- more than 8 times what is usual, both for the region and for the series (1.4826 median absolute
-- deviations). Such a series breaks where
--   many jump      at least three regions and at least a third of them in one year, whatever follows; or
--   few jump       but of a quiet series (usual departure up to 6 log points), away from what all regions
--                  do in that year, in a region of at least half the average size, and for good: more
--                  than 60 percent of the jump is still there in the median of three years.
-- Needed are five regions with five growth rates each; ratios and prices know no size, so that few
-- regions never break them. Indices and values that are not positive have no growth here.
-- Where at least three regions and a fifth of them depart in one year by the same power of ten, within an
-- eighth, the year is in another unit of measurement: an error until it is mended or accepted.
-- A break that the catalogue declares is reported where the median region departs by more than two
-- percent and by more than three times what it does in the median year.
WITH valued AS (
    SELECT
        o.series_id,
        f.publisher,
        o.vintage,
        o.region_level AS level,
        o.region_code,
        o.period,
        coalesce(k.value, o.value) * u.factor AS value,
        ln(coalesce(k.value, o.value) * u.factor) AS log_value,
        strpos(u.dimension_symbol, '/') = 0 AND u.dimension_symbol <> 'ratio' AS has_size
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage
    WHERE coalesce(k.value, o.value) > 0
        AND u.dimension_symbol <> 'index'
        AND o.region_level NOT IN ('country', 'area', 'outside')
),

-- Three years before and three from the year on, for whether a jump lasts.
moved AS (
    SELECT
        series_id,
        publisher,
        vintage,
        level,
        region_code,
        period,
        value,
        has_size,
        lag(value) OVER w AS value_before,
        lag(period) OVER w AS period_before,
        log_value - lag(log_value) OVER w AS growth,
        lag(period, 3) OVER w = period - 3 AND lead(period, 2) OVER w = period + 2 AS is_surrounded,
        lag(log_value, 1) OVER w AS before_1,
        lag(log_value, 2) OVER w AS before_2,
        lag(log_value, 3) OVER w AS before_3,
        log_value AS after_1,
        lead(log_value, 1) OVER w AS after_2,
        lead(log_value, 2) OVER w AS after_3
    FROM valued
    WINDOW w AS (PARTITION BY series_id, publisher, vintage, level, region_code ORDER BY period)
),

grown AS (
    SELECT
        series_id,
        publisher,
        vintage,
        level,
        region_code,
        period,
        growth,
        has_size AND is_surrounded
        AND greatest(value, value_before)
        >= 0.5 * avg(value) OVER (PARTITION BY series_id, publisher, vintage, level, period) AS is_large,
        -- The median of three values, after minus before; written so that every engine has it as a window.
        greatest(least(after_1, after_2), least(greatest(after_1, after_2), after_3))
        - greatest(least(before_1, before_2), least(greatest(before_1, before_2), before_3)) AS shift,
        median(growth) OVER (PARTITION BY series_id, publisher, vintage, level, region_code) AS usual_growth,
        count(*) OVER (PARTITION BY series_id, publisher, vintage, level, region_code) AS n_growths,
        count(*) OVER (PARTITION BY series_id, publisher, vintage, level, period) AS n_regions
    FROM moved
    WHERE period_before = period - 1
),

departed AS (
    SELECT
        series_id,
        publisher,
        vintage,
        level,
        region_code,
        period,
        growth,
        usual_growth,
        growth - usual_growth AS departure,
        is_large,
        shift - 3 * usual_growth AS shift,
        median(growth - usual_growth) OVER (PARTITION BY series_id, publisher, vintage, level, period)
            AS departure_of_all,
        1.4826 * median(abs(growth - usual_growth))
            OVER (PARTITION BY series_id, publisher, vintage, level, region_code) AS usual_of_region,
        1.4826 * median(abs(growth - usual_growth)) OVER (PARTITION BY series_id, publisher, vintage, level)
            AS usual_of_series
    FROM grown
    WHERE n_growths >= 5 AND n_regions >= 5
),

judged AS (
    SELECT
        series_id,
        publisher,
        vintage,
        level,
        region_code,
        period,
        growth,
        usual_growth,
        departure,
        usual_of_series,
        -- Zero where it is no power of ten.
        CASE WHEN abs(departure / ln(10) - round(departure / ln(10))) < 0.055
            THEN CAST(round(departure / ln(10)) AS INTEGER) ELSE 0 END AS tens,
        abs(departure) > greatest(0.25, 8 * usual_of_region, 8 * usual_of_series) AS is_jump,
        abs(departure) > greatest(0.25, 8 * usual_of_region, 8 * usual_of_series)
        AND abs(departure - departure_of_all) > greatest(0.25, 8 * usual_of_series)
        AND usual_of_series <= 0.06
        AND is_large
        AND shift / departure > 0.6 AS is_lasting
    FROM departed
),

-- The power of ten by which most regions depart, where some do.
tenfold AS (
    SELECT series_id, publisher, vintage, level, period, max(n) AS n_tenfold, arg_max(tens, n) AS tens
    FROM (
        SELECT series_id, publisher, vintage, level, period, tens, count(*) AS n
        FROM judged
        WHERE tens <> 0 AND is_jump
        GROUP BY series_id, publisher, vintage, level, period, tens
    ) AS by_power
    GROUP BY series_id, publisher, vintage, level, period
),

counted AS (
    SELECT
        series_id,
        publisher,
        vintage,
        level,
        period,
        count(*) AS n_units_compared,
        count(*) FILTER (WHERE is_jump) AS n_jumps,
        count(*) FILTER (WHERE is_lasting) AS n_lasting,
        median(growth) AS median_growth,
        median(usual_growth) AS usual_growth,
        median(departure) AS median_departure,
        max(usual_of_series) AS usual_variation,
        -- Among those that jump for good where there are any, as they are the reason of the report.
        arg_max(growth, abs(departure) + CASE WHEN is_lasting THEN 1000 ELSE 0 END) AS largest_growth,
        arg_max(region_code, abs(departure) + CASE WHEN is_lasting THEN 1000 ELSE 0 END) AS largest_region
    FROM judged
    GROUP BY series_id, publisher, vintage, level, period
),

measured AS (
    SELECT
        c.series_id,
        c.publisher,
        c.vintage,
        c.level,
        c.period,
        c.n_units_compared,
        c.n_jumps,
        c.n_lasting,
        exp(c.median_growth) - 1 AS median_growth,
        exp(c.usual_growth) - 1 AS usual_growth,
        c.usual_variation,
        exp(c.largest_growth) - 1 AS largest_growth,
        r.name AS largest_region,
        c.largest_region AS largest_code,
        c.n_lasting > 0 OR (c.n_jumps >= 3 AND 3 * c.n_jumps >= c.n_units_compared) AS is_detected,
        coalesce(t.n_tenfold >= 3 AND 5 * t.n_tenfold >= c.n_units_compared, false) AS is_of_another_unit,
        t.n_tenfold,
        t.tens,
        d.series_id IS NOT NULL AS is_declared,
        d.note,
        abs(c.median_departure) > greatest(0.02, 3 * median(abs(c.median_departure)) OVER (
            PARTITION BY c.series_id, c.publisher, c.vintage, c.level
        )) AS is_unusual_year,
        c.series_id || ' ' || c.publisher || ' ' || c.vintage || ' ' || CAST(c.period AS VARCHAR) AS about
    FROM counted AS c
    LEFT JOIN catalog.series_break AS d ON d.series_id = c.series_id AND d.period = c.period
    LEFT JOIN catalog.region AS r ON r.region_code = c.largest_region
    LEFT JOIN tenfold AS t
        ON t.series_id = c.series_id AND t.publisher = c.publisher AND t.vintage = c.vintage
        AND t.level = c.level AND t.period = c.period
),

accepted AS (
    SELECT
        m.about,
        arg_min(a.reason, a.place) AS reason,
        arg_min(a.decided, a.place) AS decided
    FROM (SELECT DISTINCT about FROM measured) AS m
    INNER JOIN setting.accepted_series_break AS a ON regexp_matches(m.about, a.pattern)
    GROUP BY m.about
)

SELECT
    m.series_id,
    m.publisher,
    m.vintage,
    m.level,
    m.period,
    m.n_units_compared,
    m.n_jumps,
    m.n_lasting,
    m.median_growth,
    m.usual_growth,
    m.usual_variation,
    m.largest_growth,
    m.largest_region,
    m.is_detected OR m.is_of_another_unit OR (m.is_declared AND m.is_unusual_year) AS is_break,
    m.is_declared,
    m.note,
    m.about,
    CASE WHEN m.is_of_another_unit AND a.about IS NULL THEN 'error'
        WHEN m.is_of_another_unit THEN 'warning'
        WHEN NOT (m.is_detected OR (m.is_declared AND m.is_unusual_year)) THEN NULL
        WHEN a.about IS NULL THEN 'warning' ELSE 'note' END AS severity,
    CASE WHEN m.is_of_another_unit
        THEN CAST(m.n_tenfold AS VARCHAR) || ' of ' || CAST(m.n_units_compared AS VARCHAR)
        || ' regions depart from the year before by about ' || CASE WHEN m.tens > 0 THEN '' ELSE '1/' END
        || CASE WHEN abs(m.tens) <= 9 THEN CAST(CAST(power(10, abs(m.tens)) AS BIGINT) AS VARCHAR)
            ELSE '10^' || CAST(abs(m.tens) AS VARCHAR) END || ', as in another unit; ' ELSE '' END
    || CASE WHEN m.n_jumps > 0 THEN CAST(m.n_jumps AS VARCHAR) || ' of ' || CAST(m.n_units_compared AS VARCHAR)
        || ' regions jump, most ' || m.largest_region || ' by '
        || CAST(round(100 * m.largest_growth, 1) AS VARCHAR) || ' %'
        || coalesce(' (' || f.path || coalesce(': ' || o.locator, '') || ')', '') || '; ' ELSE '' END
    || 'the median region grows by ' || CAST(round(100 * m.median_growth, 1) AS VARCHAR) || ' %, where '
    || CAST(round(100 * m.usual_growth, 1) AS VARCHAR) || ' % is usual'
    || coalesce('; declared: ' || m.note, '')
    || coalesce('; accepted ' || CAST(a.decided AS VARCHAR) || ': ' || a.reason, '') AS found,
    a.reason AS accepted_reason,
    a.decided AS accepted_on
FROM measured AS m
LEFT JOIN accepted AS a ON a.about = m.about
LEFT JOIN source.observation AS o
    ON o.series_id = m.series_id AND o.vintage = m.vintage AND o.region_code = m.largest_code
    AND o.period = m.period
LEFT JOIN source.file AS f ON f.file_id = o.file_id
WHERE m.n_jumps > 0 OR m.is_declared
ORDER BY m.series_id, m.publisher, m.vintage, m.level, m.period
