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
-- regions never break them. Indices and values that are not positive have no growth here, and may slip.
-- Where at least three regions and a fifth of them (or all of two) depart in one year by the same power of
-- ten, within an eighth, the year is in another unit of measurement: an error until it is mended or accepted.
-- Fewer regions are told cell by cell, as a warning: those that depart by ten thousand times or more, and where
-- usual departures are up to 25 log points, by a thousand times, or by a hundred if they come back or end
-- there. For this series need no length, and a year is held against the last one before it that has a value.
-- Years in which a series is declared `rescaled` have their breaks, and no slips.
-- Where a study passes from one vintage to another, `study.series_join` judges.
-- A break that the catalogue declares is reported where the median region departs by more than two
-- percent and by more than three times what it does in the median year.
WITH valued AS (
    SELECT
        o.series_id,
        f.publisher,
        o.vintage,
        o.file_id,
        o.locator,
        o.region_level AS level,
        o.region_code,
        o.period,
        coalesce(k.value, o.value) * u.factor AS value,
        ln(abs(coalesce(k.value, o.value) * u.factor)) AS log_value,
        u.dimension_symbol <> 'index' AS can_grow,
        strpos(u.dimension_symbol, '/') = 0 AND u.dimension_symbol <> 'ratio' AS has_size
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage
    WHERE coalesce(k.value, o.value) <> 0
        AND o.region_level NOT IN ('country', 'area', 'outside')
),

stepped AS (
    SELECT
        series_id,
        publisher,
        vintage,
        level,
        region_code,
        period,
        file_id,
        locator,
        period - lag(period) OVER w AS n_years,
        log_value - lag(log_value) OVER w AS growth,
        value * lag(value) OVER w > 0 AS is_of_one_sign
    FROM valued
    WINDOW w AS (PARTITION BY series_id, publisher, vintage, level, region_code ORDER BY period)
),

-- Most series never move by so much as a slip, and are done with here.
moving AS (
    SELECT
        *,
        max(abs(growth)) OVER (PARTITION BY series_id, publisher, vintage, level) AS largest_growth
    FROM stepped
    WHERE n_years > 0 AND is_of_one_sign
),

yearly AS (
    SELECT
        *,
        count(*) OVER r >= 5 AS has_usual,
        median(growth / n_years) OVER r AS usual_growth
    FROM moving
    WHERE largest_growth > 1.5
    WINDOW r AS (PARTITION BY series_id, publisher, vintage, level, region_code)
),

-- A region without five growth rates is held against no growth, and then only for a hundred times or more, or
-- for ten times where the others of the series hardly move.
apart AS (
    SELECT
        *,
        growth - CASE WHEN has_usual THEN n_years * usual_growth ELSE 0 END AS apart
    FROM yearly
),

varying AS (
    SELECT
        *,
        1.4826 * greatest(
            CASE WHEN has_usual THEN median(abs(apart)) OVER r ELSE 0 END,
            median(abs(apart)) OVER (PARTITION BY series_id, publisher, vintage, level)
        ) AS usual_apart
    FROM apart
    WINDOW r AS (PARTITION BY series_id, publisher, vintage, level, region_code)
),

slipping AS (
    SELECT
        *,
        CASE WHEN abs(apart / ln(10) - round(apart / ln(10))) < CASE WHEN has_usual THEN 0.055 ELSE 0.1 END
            THEN CAST(round(apart / ln(10)) AS INTEGER) ELSE 0 END AS tens,
        abs(apart) > CASE WHEN has_usual THEN 8 * usual_apart WHEN usual_apart <= 0.15 THEN 2 ELSE 1.5 * ln(10) END
            AS is_far
    FROM varying
),

far AS (
    SELECT
        *,
        CASE WHEN is_far THEN tens ELSE 0 END AS slip
    FROM slipping
),

-- A region that comes back is told of the year in which it left.
slip AS (
    SELECT
        *,
        CASE WHEN slip > 0 THEN min(slip) OVER later <= -slip ELSE max(slip) OVER later >= -slip END AS comes_back,
        CASE WHEN slip > 0 THEN min(slip) OVER before <= -slip ELSE max(slip) OVER before >= -slip END AS is_return,
        max(period) OVER (PARTITION BY series_id, publisher, vintage, level, region_code) = period AS is_last
    FROM far
    WINDOW
        before AS (
            PARTITION BY series_id, publisher, vintage, level, region_code
            ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        later AS (
            PARTITION BY series_id, publisher, vintage, level, region_code
            ORDER BY period ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        )
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
    WHERE value > 0 AND can_grow
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
        >= 0.5 * avg(value) OVER (
            PARTITION BY series_id, publisher, vintage, level, period
            ORDER BY region_code ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS is_large,
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
        abs(departure) > greatest(0.25, 8 * usual_of_region, 8 * usual_of_series) AS is_jump,
        abs(departure) > greatest(0.25, 8 * usual_of_region, 8 * usual_of_series)
        AND abs(departure - departure_of_all) > greatest(0.25, 8 * usual_of_series)
        AND usual_of_series <= 0.06
        AND is_large
        AND shift / departure > 0.6 AS is_lasting
    FROM departed
),

by_power AS (
    SELECT
        j.series_id,
        j.publisher,
        j.vintage,
        j.level,
        j.period,
        j.slip AS tens,
        count(*) AS n_tenfold,
        count(*) FILTER (
            WHERE NOT coalesce(j.is_return, false)
                AND (abs(j.slip) >= 4 OR (j.usual_apart <= 0.25
                    AND (abs(j.slip) = 3 OR (abs(j.slip) = 2 AND (j.is_last OR coalesce(j.comes_back, false))))))
        ) AS n_single,
        CASE WHEN j.slip > 0 THEN '' ELSE '1/' END
        || CASE WHEN abs(j.slip) <= 9 THEN CAST(CAST(power(10, abs(j.slip)) AS BIGINT) AS VARCHAR)
            ELSE '10^' || CAST(abs(j.slip) AS VARCHAR) END AS factor,
        array_to_string(list(
            coalesce(r.name, j.region_code)
            || coalesce(' (' || f.path || coalesce(': ' || j.locator, '') || ')', '') ORDER BY j.region_code
        )[1:5], ', ') || CASE WHEN count(*) > 5 THEN ', …' ELSE '' END AS cells
    FROM slip AS j
    LEFT JOIN catalog.region AS r ON r.region_code = j.region_code
    LEFT JOIN source.file AS f ON f.file_id = j.file_id
    LEFT JOIN catalog.series_break AS d ON d.series_id = j.series_id AND d.period = j.period AND d.is_rescaled
    WHERE j.slip <> 0 AND d.series_id IS NULL
    GROUP BY j.series_id, j.publisher, j.vintage, j.level, j.period, j.slip
),

-- Of each year the power of ten by which most regions depart, where some do.
slip_year AS (
    SELECT
        y.series_id,
        y.publisher,
        y.vintage,
        y.level,
        y.period,
        y.n_compared,
        y.median_growth,
        y.usual_growth,
        y.largest_growth,
        y.largest_region,
        CAST(sum(p.n_single) AS BIGINT) AS n_single,
        max(p.n_tenfold) AS n_tenfold,
        arg_min(p.tens, (-p.n_tenfold, p.tens)) AS tens,
        arg_min(p.factor, (-p.n_tenfold, p.tens)) AS factor,
        arg_min(p.cells, (-p.n_tenfold, p.tens)) AS cells,
        string_agg(p.cells || ' by about ' || p.factor, ', ' ORDER BY p.tens) FILTER (WHERE p.n_single > 0)
            AS single_cells
    FROM (
        SELECT
            series_id,
            publisher,
            vintage,
            level,
            period,
            count(*) AS n_compared,
            median(growth) AS median_growth,
            coalesce(median(usual_growth), 0) AS usual_growth,
            arg_min(growth, (-abs(apart), region_code)) AS largest_growth,
            arg_min(region_code, (-abs(apart), region_code)) AS largest_region
        FROM slip
        GROUP BY series_id, publisher, vintage, level, period
    ) AS y
    INNER JOIN by_power AS p
        ON p.series_id = y.series_id AND p.publisher = y.publisher AND p.vintage = y.vintage
        AND p.level = y.level AND p.period = y.period
    GROUP BY ALL
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
        arg_min(growth, (-abs(departure) - CASE WHEN is_lasting THEN 1000 ELSE 0 END, region_code)) AS largest_growth,
        arg_min(region_code, (-abs(departure) - CASE WHEN is_lasting THEN 1000 ELSE 0 END, region_code))
            AS largest_region
    FROM judged
    GROUP BY series_id, publisher, vintage, level, period
),

-- Years of series that are too short for growth of their own have only their slips.
dated AS (
    SELECT
        coalesce(c.series_id, t.series_id) AS series_id,
        coalesce(c.publisher, t.publisher) AS publisher,
        coalesce(c.vintage, t.vintage) AS vintage,
        coalesce(c.level, t.level) AS level,
        coalesce(c.period, t.period) AS period,
        coalesce(c.n_units_compared, t.n_compared) AS n_units_compared,
        greatest(coalesce(c.n_jumps, t.n_tenfold), coalesce(t.n_single, 0)) AS n_jumps,
        coalesce(c.n_lasting, 0) AS n_lasting,
        coalesce(c.median_growth, t.median_growth) AS median_growth,
        coalesce(c.usual_growth, t.usual_growth) AS usual_growth,
        coalesce(c.usual_variation, 0) AS usual_variation,
        c.median_departure,
        coalesce(c.largest_growth, t.largest_growth) AS largest_growth,
        coalesce(c.largest_region, t.largest_region) AS largest_region,
        c.n_lasting > 0 OR (c.n_jumps >= 3 AND 3 * c.n_jumps >= c.n_units_compared) AS is_detected,
        (t.n_tenfold >= 3 AND 5 * t.n_tenfold >= t.n_compared)
        OR (t.n_tenfold = 2 AND t.n_compared = 2 AND abs(t.tens) >= 2) AS is_of_another_unit,
        t.n_single,
        t.n_tenfold,
        t.n_compared AS n_slips_compared,
        t.factor,
        t.cells,
        t.single_cells
    FROM counted AS c
    FULL JOIN slip_year AS t
        ON t.series_id = c.series_id AND t.publisher = c.publisher AND t.vintage = c.vintage
        AND t.level = c.level AND t.period = c.period
),

measured AS (
    SELECT
        c.* REPLACE (
            exp(c.median_growth) - 1 AS median_growth,
            exp(c.usual_growth) - 1 AS usual_growth,
            exp(c.largest_growth) - 1 AS largest_growth,
            r.name AS largest_region,
            coalesce(c.is_detected, false) AS is_detected,
            coalesce(c.is_of_another_unit, false) AS is_of_another_unit
        ),
        c.largest_region AS largest_code,
        NOT coalesce(c.is_of_another_unit, false) AND coalesce(c.n_single, 0) > 0 AS has_slips,
        d.series_id IS NOT NULL AS is_declared,
        d.note,
        coalesce(abs(c.median_departure) > greatest(0.02, 3 * median(abs(c.median_departure)) OVER (
            PARTITION BY c.series_id, c.publisher, c.vintage, c.level
        )), false) AS is_unusual_year,
        c.series_id || ' ' || c.publisher || ' ' || c.vintage || ' ' || CAST(c.period AS VARCHAR) AS about
    FROM dated AS c
    LEFT JOIN catalog.series_break AS d ON d.series_id = c.series_id AND d.period = c.period
    LEFT JOIN catalog.region AS r ON r.region_code = c.largest_region
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
    CASE WHEN m.is_of_another_unit THEN m.n_tenfold WHEN m.has_slips THEN m.n_single ELSE 0 END AS n_slips,
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
        WHEN NOT (m.is_detected OR m.has_slips OR (m.is_declared AND m.is_unusual_year)) THEN NULL
        WHEN a.about IS NULL THEN 'warning' ELSE 'note' END AS severity,
    CASE WHEN m.is_of_another_unit
        THEN CAST(m.n_tenfold AS VARCHAR) || ' of ' || CAST(m.n_slips_compared AS VARCHAR)
        || ' regions depart from the year before by about ' || m.factor || ', as in another unit: ' || m.cells || '; '
        WHEN m.has_slips
        THEN 'single regions depart from the year before as in another unit: ' || m.single_cells || '; '
        ELSE '' END
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
WHERE m.n_jumps > 0 OR m.is_of_another_unit OR m.is_declared
ORDER BY m.series_id, m.publisher, m.vintage, m.level, m.period
