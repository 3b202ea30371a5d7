-- audit.remarkable_cell
-- Single cells that look as if they stood in another unit of measurement: told, and never held back, as a true
-- value can look so. One row per series, publisher, vintage, region, year and kind.
--   spike  one year is about a power of ten times the line between its neighbours
--   shift  a year is about a power of ten times the year before, and does not come back at once
--   level  all years of a region are about a power of ten times what its size in other series lets expect
-- Steps are logs, less the median step of all regions in that year; a cell must depart by 6 times what is usual (1.4826 median absolute deviations of its
-- region and of its series, the larger), and by 4 times the step that nine of ten in the series stay below; for a
-- single power of ten that does not come back by 8 and 5 times. The larger of the two values is at least a
-- twentieth of the median region, as small counts move by powers of ten. A level must depart by 5 times what is
-- usual in the series, by a factor of three more than the next region, and where more than 0.25 is usual by a hundred
-- times. "About" is within a factor of 1.42, of a level up to 1.82.
-- Series with negative values are left out: they pass through zero, where ratios mean nothing.
-- Years declared `rescaled` are left out, and those that `audit.series_break` holds back or somebody accepted
-- there. A cell of which it tells has no severity here: tables that read the cell say it, and no check again.
WITH valued AS (
    SELECT
        o.series_id,
        f.publisher,
        o.vintage,
        o.region_level AS level,
        o.region_code,
        o.period,
        coalesce(k.value, o.value) AS printed,
        o.unit_measure,
        coalesce(k.value, o.value) * u.factor AS value,
        ln(coalesce(k.value, o.value) * u.factor) AS log_value,
        strpos(u.dimension_symbol, '/') = 0 AND u.dimension_symbol NOT IN ('ratio', 'index') AS has_size,
        o.file_id,
        o.locator
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage
    LEFT JOIN (SELECT DISTINCT series_id FROM source.observation WHERE value < 0) AS n ON n.series_id = o.series_id
    WHERE n.series_id IS NULL AND coalesce(k.value, o.value) > 0 AND o.region_level NOT IN ('country', 'area', 'outside')
),

stepped AS (
    SELECT
        *,
        lag(printed) OVER w AS printed_before,
        lead(printed) OVER w AS printed_after,
        lag(value) OVER w AS value_before,
        lead(value) OVER w AS value_after,
        period - lag(period) OVER w AS n_years,
        lead(period) OVER w - period AS n_years_after,
        lag(log_value) OVER w AS log_before,
        lead(log_value) OVER w AS log_after
    FROM valued
    WINDOW w AS (PARTITION BY series_id, publisher, vintage, level, region_code ORDER BY period)
),

moving AS (
    SELECT
        *,
        max(abs(log_value - log_before)) OVER (PARTITION BY series_id, publisher, vintage, level) AS largest,
        median(value) OVER (PARTITION BY series_id, publisher, vintage, level, period) AS usual_size
    FROM stepped
    WHERE n_years IS NOT NULL OR n_years_after IS NOT NULL
),

rated AS (
    SELECT
        *,
        (log_value - log_before) / n_years AS rate,
        log_value - (log_before * n_years_after + log_after * n_years) / (n_years + n_years_after) AS bulge,
        count(log_before) OVER y >= 3 AS has_others,
        median((log_value - log_before) / n_years) OVER y AS rate_of_all,
        median(log_value - (log_before * n_years_after + log_after * n_years) / (n_years + n_years_after)) OVER y
            AS bulge_of_all
    FROM moving
    WHERE largest > 1.8
    WINDOW y AS (PARTITION BY series_id, publisher, vintage, level, period)
),

apart AS (
    SELECT
        *,
        n_years * (rate - CASE WHEN has_others THEN rate_of_all ELSE 0 END) AS step,
        bulge - CASE WHEN has_others THEN bulge_of_all ELSE 0 END AS spike
    FROM rated
),

usual AS (
    SELECT
        *,
        lead(step) OVER w AS step_after,
        lag(step) OVER w AS step_before,
        count(step) OVER r >= 4 OR count(step) OVER s >= 8 AS is_known,
        1.4826 * greatest(
            0.02,
            CASE WHEN count(step) OVER r >= 4 THEN median(abs(step)) OVER r ELSE 0 END,
            median(abs(step)) OVER s
        ) AS usual_step,
        quantile_cont(abs(step), 0.9) OVER s AS largest_usual
    FROM apart
    WINDOW
        w AS (PARTITION BY series_id, publisher, vintage, level, region_code ORDER BY period),
        r AS (PARTITION BY series_id, publisher, vintage, level, region_code),
        s AS (PARTITION BY series_id, publisher, vintage, level)
),

-- A spike goes up and comes down by the same; what follows it, or comes back from an earlier shift, is not told again.
judged AS (
    SELECT
        *,
        CASE
            WHEN NOT is_known THEN NULL
            WHEN abs(step + step_after) < 0.7 AND abs(step) > 1.9
                AND abs(spike) > greatest(6 * usual_step, 4 * largest_usual)
                THEN 'spike'
            WHEN abs(step + step_before) < 0.7 AND abs(step_before) > 1.9 THEN NULL
            WHEN abs(step) > greatest(6 * usual_step, 4 * largest_usual)
                AND (abs(step) > 4 OR abs(step) > greatest(8 * usual_step, 5 * largest_usual))
                THEN 'shift'
        END AS kind
    FROM usual
),

stepwise AS (
    SELECT
        * EXCLUDE (kind),
        kind,
        CASE WHEN kind = 'spike' THEN spike ELSE step END AS departure,
        usual_step AS usual_departure,
        1 AS n_cells
    FROM judged
    WHERE kind IS NOT NULL AND greatest(value, value_before) >= 0.05 * usual_size
),

region_of AS (
    SELECT
        series_id,
        publisher,
        vintage,
        level,
        region_code,
        bool_and(has_size) AS has_size,
        median(log_value) AS log_level,
        max(period) AS period,
        arg_min(printed, (-period, file_id, locator)) AS printed,
        arg_min(unit_measure, (-period, file_id, locator)) AS unit_measure,
        arg_min(file_id, (-period, file_id, locator)) AS file_id,
        arg_min(locator, (-period, file_id, locator)) AS locator,
        count(*) AS n_cells
    FROM valued
    GROUP BY series_id, publisher, vintage, level, region_code
),

centred AS (
    SELECT
        *,
        log_level - median(log_level) OVER s AS apart,
        count(*) OVER s AS n_regions
    FROM region_of
    WINDOW s AS (PARTITION BY series_id, publisher, vintage, level)
),

sized AS (
    SELECT level, region_code, median(apart) AS size, count(DISTINCT series_id) AS n_series
    FROM centred
    WHERE has_size AND n_regions >= 8
    GROUP BY level, region_code
),

beside AS (
    SELECT
        c.*,
        coalesce(s.n_series, 0) AS n_series,
        c.apart - coalesce(s.size, 0) - median(c.apart - coalesce(s.size, 0)) OVER w AS apart_by_size
    FROM centred AS c
    LEFT JOIN sized AS s ON s.level = c.level AND s.region_code = c.region_code
    WHERE c.n_regions >= 8
    WINDOW w AS (PARTITION BY c.series_id, c.publisher, c.vintage, c.level)
),

spread AS (
    SELECT
        *,
        1.4826 * median(abs(apart)) OVER s AS usual_apart,
        1.4826 * median(abs(apart_by_size)) OVER s AS usual_by_size
    FROM beside
    WINDOW s AS (PARTITION BY series_id, publisher, vintage, level)
),

placed AS (
    SELECT
        *,
        CASE WHEN n_series >= 4 AND usual_by_size < usual_apart THEN apart_by_size ELSE apart END AS departure,
        greatest(0.02, CASE WHEN n_series >= 4 AND usual_by_size < usual_apart THEN usual_by_size
            ELSE usual_apart END) AS usual_departure
    FROM spread
),

levelled AS (
    SELECT
        *,
        coalesce(max(abs(departure)) OVER (
            PARTITION BY series_id, publisher, vintage, level, departure > 0
            ORDER BY abs(departure), region_code ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS next_departure
    FROM placed
),

found AS (
    SELECT
        series_id, publisher, vintage, level, region_code, period, kind, unit_measure, printed AS value,
        printed_before AS value_before, printed_after AS value_after, departure, usual_departure, n_cells, file_id,
        locator
    FROM stepwise
    UNION ALL
    SELECT
        series_id, publisher, vintage, level, region_code, period, 'level' AS kind, unit_measure, printed AS value,
        CAST(NULL AS DOUBLE) AS value_before, CAST(NULL AS DOUBLE) AS value_after, departure, usual_departure,
        n_cells, file_id, locator
    FROM levelled AS v
    WHERE abs(departure) > greatest(CASE WHEN usual_departure <= 0.25 THEN 1.9 ELSE 3.45 END, 5 * usual_departure)
        AND abs(departure) > next_departure + ln(3)
        AND NOT EXISTS (
            SELECT 1 FROM stepwise AS s
            WHERE s.series_id = v.series_id AND s.publisher = v.publisher AND s.vintage = v.vintage
                AND s.region_code = v.region_code
        )
),

measured AS (
    SELECT
        f.*,
        CAST(round(f.departure / ln(10)) AS INTEGER) AS tens,
        r.name AS region_name,
        r.unit_code,
        b.series_id IS NOT NULL AS is_told,
        f.series_id || ' ' || r.name || ' ' || CAST(f.period AS VARCHAR) || ' ' || f.publisher || ' ' || f.vintage
        AS about
    FROM found AS f
    INNER JOIN catalog.region AS r ON r.region_code = f.region_code
    LEFT JOIN catalog.series_break AS d ON d.series_id = f.series_id AND d.period = f.period AND d.is_rescaled
    LEFT JOIN audit.series_break AS b
        ON b.series_id = f.series_id AND b.publisher = f.publisher AND b.vintage = f.vintage AND b.level = f.level
        AND b.period = f.period AND b.n_slips > 0
    WHERE d.series_id IS NULL AND (b.series_id IS NULL OR b.severity = 'warning')
        AND round(f.departure / ln(10)) <> 0
        AND abs(f.departure - ln(10) * round(f.departure / ln(10)))
        < CASE WHEN f.kind = 'level' THEN least(0.6, 0.35 + f.usual_departure) ELSE 0.35 END
),

accepted AS (
    SELECT
        m.about,
        arg_min(a.reason, a.place) AS reason,
        arg_min(a.decided, a.place) AS decided
    FROM (SELECT DISTINCT about FROM measured) AS m
    INNER JOIN setting.accepted_remarkable_cell AS a ON regexp_matches(m.about, a.pattern)
    GROUP BY m.about
)

SELECT
    m.series_id,
    m.publisher,
    m.vintage,
    m.level,
    m.region_code,
    m.unit_code,
    m.period,
    m.kind,
    m.unit_measure,
    m.value,
    m.value_before,
    m.value_after,
    exp(m.departure) AS factor,
    exp(m.usual_departure) AS usual_factor,
    CAST(m.n_cells AS BIGINT) AS n_cells,
    m.file_id,
    m.locator,
    m.about,
    CASE WHEN a.about IS NOT NULL THEN 'note' WHEN NOT m.is_told THEN 'warning' END AS severity,
    m.region_name || ' ' || CAST(m.period AS VARCHAR) || ': '
    || printf(CASE WHEN abs(m.value) < 1e6 THEN '%.6g' ELSE '%.0f' END, m.value) || ' ' || m.unit_measure
    || CASE m.kind
        WHEN 'level' THEN ' and all its years are about '
        WHEN 'spike' THEN ' between '
            || printf(CASE WHEN abs(m.value_before) < 1e6 THEN '%.6g' ELSE '%.0f' END, m.value_before) || ' and '
            || printf(CASE WHEN abs(m.value_after) < 1e6 THEN '%.6g' ELSE '%.0f' END, m.value_after)
            || ' is about '
        ELSE ' after '
            || printf(CASE WHEN abs(m.value_before) < 1e6 THEN '%.6g' ELSE '%.0f' END, m.value_before) || ' is about ' END
    || CASE WHEN m.tens > 0 THEN '' ELSE '1/' END
    || CASE WHEN abs(m.tens) <= 9 THEN CAST(CAST(power(10, abs(m.tens)) AS BIGINT) AS VARCHAR)
        ELSE '10^' || CAST(abs(m.tens) AS VARCHAR) END
    || CASE m.kind WHEN 'level' THEN ' times what other regions and series let expect'
        ELSE ' times what is expected' END
    || coalesce(' (' || f.path || coalesce(': ' || m.locator, '') || ')', '')
    || coalesce('; accepted ' || CAST(a.decided AS VARCHAR) || ': ' || a.reason, '') AS found,
    a.reason AS accepted_reason,
    a.decided AS accepted_on
FROM measured AS m
LEFT JOIN accepted AS a ON a.about = m.about
LEFT JOIN source.file AS f ON f.file_id = m.file_id
ORDER BY m.series_id, m.publisher, m.vintage, m.level, m.region_code, m.period, m.kind
