-- study.series_join
-- Where a study passes from one vintage or publisher of a series to another, is the first year of the other in
-- the same unit of measurement? One row per series, level of regions, year and pair of vintages between which
-- regions pass and of which some depart by a power of ten from the last year before that has a value. The cells
-- are those of the panel, and of tables of levels where the panel has none of series and region.
-- A region departs where its log growth, less the median of its growth within vintages, is a power of ten within
-- an eighth and more than 8 times what is usual (1.4826 median absolute deviations); without five growth rates
-- of its own, where it is a hundred times or more, or ten times where others hardly move, within a quarter.
-- At least three regions and a fifth of those that pass, or both of two, are an error until it is mended,
-- accepted, or declared as a year in which the series is `rescaled`; fewer are told where they depart by a
-- hundred times or more, and within a factor of 1.42 of a power of ten where that is 8 times what is usual and 5
-- times what nine of ten in the series stay below, and the larger of the two values is a twentieth of the median
-- region or more.
-- A series whose gaps columns fill otherwise (`gdp@linear/nearest`) has the same published cells, which count once.
-- Series of one vintage of one publisher pass to no other, and are not looked at.
WITH passing AS (
    SELECT series_id
    FROM (
        SELECT s.published_name AS series_id, c.publisher, c.vintage
        FROM study.reported_cell AS c
        INNER JOIN study.series AS s ON s.series_id = c.variable
        UNION ALL
        SELECT g.series_id, g.publisher, g.vintage FROM study.growth_cell AS g
    ) AS named
    GROUP BY series_id
    HAVING min(publisher) <> max(publisher) OR min(vintage) <> max(vintage)
),

panel_cell AS (
    SELECT DISTINCT s.published_name AS variable, c.unit, c.period, c.file_id, c.locator, c.publisher, c.vintage, c.value
    FROM study.reported_cell AS c
    INNER JOIN study.series AS s ON s.series_id = c.variable
    INNER JOIN passing AS p ON p.series_id = s.published_name
),

of_levels AS (
    SELECT DISTINCT ON (g.series_id, r.unit_code, g.period)
        g.series_id,
        r.unit_code AS unit,
        g.period,
        g.file_id,
        g.locator,
        g.publisher,
        g.vintage,
        g.value * u.factor AS value
    FROM study.growth_cell AS g
    INNER JOIN passing AS w ON w.series_id = g.series_id
    INNER JOIN catalog.region AS r ON r.region_code = g.region_code
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = g.unit_measure
    LEFT JOIN (SELECT DISTINCT variable, unit FROM panel_cell) AS p
        ON p.variable = g.series_id AND p.unit = r.unit_code
    WHERE p.unit IS NULL
    ORDER BY g.series_id, r.unit_code, g.period, g.table_name, g.row_position
),

cell AS (
    SELECT variable AS series_id, unit, period, file_id, locator, publisher, vintage, value, true AS is_of_panel
    FROM panel_cell
    UNION ALL
    SELECT series_id, unit, period, file_id, locator, publisher, vintage, value, false AS is_of_panel
    FROM of_levels
),

taken AS (
    SELECT
        c.series_id,
        r.level,
        c.unit AS region_code,
        r.name AS region_name,
        c.period,
        c.file_id,
        c.locator,
        c.publisher,
        c.vintage,
        c.value,
        ln(abs(c.value)) AS log_value,
        median(abs(c.value)) OVER (PARTITION BY c.series_id, r.level, c.period, c.is_of_panel) AS usual_size
    FROM cell AS c
    INNER JOIN catalog.region AS r ON r.region_code = c.unit
    WHERE c.value <> 0
),

stepped AS (
    SELECT
        *,
        lag(publisher) OVER w AS publisher_before,
        lag(vintage) OVER w AS vintage_before,
        publisher <> lag(publisher) OVER w OR vintage <> lag(vintage) OVER w AS is_passage,
        value * lag(value) OVER w > 0 AS is_of_one_sign,
        min(sign(value)) OVER s = max(sign(value)) OVER s AS is_all_of_one_sign,
        greatest(abs(value), abs(lag(value) OVER w)) >= 0.05 * usual_size AS is_large,
        period - lag(period) OVER w AS n_years,
        log_value - lag(log_value) OVER w AS growth
    FROM taken
    WINDOW
        w AS (PARTITION BY series_id, level, region_code ORDER BY period),
        s AS (PARTITION BY series_id, level)
),

yearly AS (
    SELECT
        *,
        count(*) FILTER (WHERE NOT is_passage) OVER r >= 5 AS has_usual,
        median(growth / n_years) FILTER (WHERE NOT is_passage) OVER r AS usual_growth,
        count(*) OVER r >= 5 AS is_known,
        median(growth / n_years) OVER r AS median_growth
    FROM stepped
    WHERE n_years IS NOT NULL AND is_of_one_sign
    WINDOW r AS (PARTITION BY series_id, level, region_code)
),

departing AS (
    SELECT
        *,
        growth - CASE WHEN has_usual THEN n_years * usual_growth ELSE 0 END AS departure,
        -- Of all steps, as every year may be a passage: one yearbook a year.
        growth - CASE WHEN is_known THEN n_years * median_growth END AS apart
    FROM yearly
),

varying AS (
    SELECT
        *,
        1.4826 * greatest(
            CASE WHEN has_usual THEN median(abs(departure)) OVER (PARTITION BY series_id, level, region_code) ELSE 0 END,
            median(abs(departure)) OVER (PARTITION BY series_id, level)
        ) AS usual_departure,
        1.4826 * greatest(
            0.02,
            median(abs(apart)) OVER (PARTITION BY series_id, level, region_code),
            median(abs(apart)) OVER (PARTITION BY series_id, level)
        ) AS usual_apart,
        quantile_cont(abs(apart), 0.9) OVER (PARTITION BY series_id, level) AS largest_usual
    FROM departing
),

judged AS (
    SELECT
        *,
        CASE WHEN abs(departure / ln(10) - round(departure / ln(10))) < CASE WHEN has_usual THEN 0.055 ELSE 0.1 END
            THEN CAST(round(departure / ln(10)) AS INTEGER) ELSE 0 END AS tens,
        abs(departure) > CASE WHEN has_usual THEN 8 * usual_departure WHEN usual_departure <= 0.15 THEN 2
            ELSE 1.5 * ln(10) END AS is_far,
        is_large AND is_all_of_one_sign
        AND abs(apart) > CASE WHEN abs(apart) > 4 THEN greatest(6 * usual_apart, 4 * largest_usual)
            ELSE greatest(8 * usual_apart, 5 * largest_usual) END AS is_farther,
        CASE WHEN abs(apart - ln(10) * round(apart / ln(10))) < 0.35
            THEN CAST(round(apart / ln(10)) AS INTEGER) ELSE 0 END AS about_tens
    FROM varying
),

passed AS (
    SELECT
        *,
        CASE WHEN is_far AND tens <> 0 THEN tens WHEN is_farther THEN coalesce(about_tens, 0)
            ELSE 0 END AS slip,
        is_far AND tens <> 0 AS is_exact,
        count(*) OVER (
            PARTITION BY series_id, level, period, publisher, vintage, publisher_before, vintage_before
        ) AS n_compared
    FROM judged
    WHERE is_passage
),

by_power AS (
    SELECT
        p.series_id,
        p.level,
        p.period,
        p.publisher,
        p.vintage,
        p.publisher_before,
        p.vintage_before,
        p.n_compared,
        p.slip,
        count(*) AS n_regions,
        count(*) FILTER (WHERE p.is_exact) AS n_exact,
        bool_or(coalesce(p.is_farther, false) OR abs(p.slip) >= 2) AS is_told,
        CASE WHEN p.slip > 0 THEN '' ELSE '1/' END
        || CASE WHEN abs(p.slip) <= 9 THEN CAST(CAST(power(10, abs(p.slip)) AS BIGINT) AS VARCHAR)
            ELSE '10^' || CAST(abs(p.slip) AS VARCHAR) END AS factor,
        array_to_string(list(
            p.region_name || coalesce(' (' || f.path || coalesce(': ' || p.locator, '') || ')', '')
            ORDER BY p.region_code
        )[1:3], ', ') || CASE WHEN count(*) > 3 THEN ', …' ELSE '' END AS cells
    FROM passed AS p
    LEFT JOIN source.file AS f ON f.file_id = p.file_id
    WHERE p.slip <> 0
    GROUP BY ALL
),

measured AS (
    SELECT
        series_id,
        level,
        period,
        publisher,
        vintage,
        publisher_before,
        vintage_before,
        n_compared AS n_units_compared,
        CAST(sum(n_regions) AS BIGINT) AS n_slips,
        bool_or((n_exact >= 3 AND 5 * n_exact >= n_compared)
            OR (n_exact = 2 AND n_compared = 2 AND abs(slip) >= 2)) AS is_of_another_unit,
        bool_or(is_told) AS has_slips,
        string_agg(CAST(n_regions AS VARCHAR) || ' by about ' || factor || ': ' || cells, '; '
            ORDER BY n_regions DESC, slip) AS words,
        series_id || ' ' || publisher_before || ' ' || vintage_before || ' → ' || publisher || ' ' || vintage || ' '
        || CAST(period AS VARCHAR) AS about
    FROM by_power
    GROUP BY series_id, level, period, publisher, vintage, publisher_before, vintage_before, n_compared
),

accepted AS (
    SELECT
        m.about,
        arg_min(a.reason, a.place) AS reason,
        arg_min(a.decided, a.place) AS decided
    FROM (SELECT DISTINCT about FROM measured) AS m
    INNER JOIN setting.accepted_series_join AS a ON regexp_matches(m.about, a.pattern)
    GROUP BY m.about
)

SELECT
    m.series_id,
    m.publisher,
    m.vintage,
    m.publisher_before,
    m.vintage_before,
    m.level,
    m.period,
    m.n_units_compared,
    m.n_slips,
    d.series_id IS NOT NULL AS is_declared,
    d.note,
    m.about,
    CASE WHEN d.series_id IS NOT NULL THEN 'note'
        WHEN m.is_of_another_unit AND a.about IS NULL THEN 'error'
        WHEN m.is_of_another_unit THEN 'warning'
        WHEN NOT m.has_slips THEN NULL
        WHEN a.about IS NULL THEN 'warning' ELSE 'note' END AS severity,
    CAST(m.n_slips AS VARCHAR) || ' of ' || CAST(m.n_units_compared AS VARCHAR) || ' regions that pass from '
    || m.publisher_before || ' ' || m.vintage_before || ' to ' || m.publisher || ' ' || m.vintage || ' in '
    || CAST(m.period AS VARCHAR) || ' depart by powers of ten, as in another unit: ' || m.words
    || coalesce('; declared: ' || d.note, '')
    || coalesce('; accepted ' || CAST(a.decided AS VARCHAR) || ': ' || a.reason, '') AS found,
    a.reason AS accepted_reason,
    a.decided AS accepted_on
FROM measured AS m
LEFT JOIN catalog.series_break AS d ON d.series_id = m.series_id AND d.period = m.period AND d.is_rescaled
LEFT JOIN accepted AS a ON a.about = m.about
ORDER BY m.series_id, m.level, m.period, m.publisher, m.vintage, m.publisher_before, m.vintage_before
