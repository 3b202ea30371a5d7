-- audit.vintage_break
-- Does a download mix vintages? Where two files hold the same series, their growth should differ by
-- about as much in one year as in another. A year in which it departs by far more, in the median over
-- regions, is a year in which one of the two changes vintage or definition.
-- One row per pair of vintages and year; `is_break` where the gap in log growth is above two percent
-- and above five times its median over the pair's other years. In the published GDP of 31 provinces
-- a mix of census vintages stands at 5 percent where other years stand at 0.1 to 1.
-- A year in which the two come together again, as they were up to three years before, is none: it did not
-- change. `is_own_break` where of the two this vintage departs from its own usual growth in that year, by at
-- least two thirds of what the other does: what departs in one of them alone is not the other's fault.
-- A vintage is held against at most twelve of those before it that share regions and years with it, evenly
-- spread from the oldest to the newest, and so against those after it that are held against it: up to
-- thirteen vintages all pairs, beyond them twelve for each vintage, whatever their number. Which they are
-- depends on no later vintage, so that an `as_of` study is told what its day knew.
WITH valued AS (
    SELECT
        o.series_id,
        o.region_code,
        o.period,
        o.vintage,
        f.publisher,
        f.vintage_order,
        coalesce(k.value, o.value) * u.factor AS value
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage
    WHERE coalesce(k.value, o.value) > 0
),

-- The vintages of each series by age; of one alone there is nothing to compare.
edition AS (
    SELECT
        series_id,
        publisher,
        vintage,
        row_number() OVER (
            PARTITION BY series_id ORDER BY min(vintage_order) NULLS FIRST, publisher, vintage
        ) AS edition
    FROM valued
    GROUP BY series_id, publisher, vintage
    QUALIFY count(*) OVER (PARTITION BY series_id) > 1
),

-- With the values of up to four years before, as far as no year is missing in between.
grown AS (
    SELECT
        v.series_id,
        v.region_code,
        v.period,
        e.edition,
        v.value,
        CASE WHEN lag(v.period, 1) OVER w = v.period - 1 THEN ln(v.value) - ln(lag(v.value, 1) OVER w) END AS growth,
        CASE WHEN lag(v.period, 2) OVER w = v.period - 2 THEN lag(v.value, 2) OVER w END AS value_2,
        CASE WHEN lag(v.period, 3) OVER w = v.period - 3 THEN lag(v.value, 3) OVER w END AS value_3,
        CASE WHEN lag(v.period, 4) OVER w = v.period - 4 THEN lag(v.value, 4) OVER w END AS value_4
    FROM valued AS v
    INNER JOIN edition AS e
        ON e.series_id = v.series_id AND e.publisher = v.publisher AND e.vintage = v.vintage
    WINDOW w AS (PARTITION BY v.series_id, e.edition, v.region_code ORDER BY v.period)
),

span AS (
    SELECT series_id, edition, region_code, min(period) AS first_period, max(period) AS last_period
    FROM grown
    WHERE growth IS NOT NULL
    GROUP BY series_id, edition, region_code
),

sharing AS (
    SELECT
        a.series_id,
        a.edition,
        b.edition AS earlier,
        row_number() OVER (PARTITION BY a.series_id, a.edition ORDER BY b.edition) AS place,
        count(*) OVER (PARTITION BY a.series_id, a.edition) AS n_earlier
    FROM span AS a
    INNER JOIN span AS b
        ON b.series_id = a.series_id AND b.region_code = a.region_code AND b.edition < a.edition
        AND b.first_period <= a.last_period AND b.last_period >= a.first_period
    GROUP BY a.series_id, a.edition, b.edition
    HAVING count(*) >= 5
),

pair AS (
    SELECT series_id, edition, earlier
    FROM sharing
    WHERE place * 12 // n_earlier > (place - 1) * 12 // n_earlier
),

-- How far the two are from each other, and from where they were two, three and four years ago.
compared AS (
    SELECT
        p.series_id,
        p.edition,
        p.earlier,
        a.period,
        count(*) AS n_units_compared,
        median(a.value / b.value - 1) AS median_gap,
        median(b.value / a.value - 1) AS earlier_median_gap,
        median(abs(a.growth - b.growth)) AS growth_gap,
        median(abs(ln(a.value / b.value) - ln(a.value_2 / b.value_2))) AS since_2,
        median(abs(ln(a.value / b.value) - ln(a.value_3 / b.value_3))) AS since_3,
        median(abs(ln(a.value / b.value) - ln(a.value_4 / b.value_4))) AS since_4
    FROM pair AS p
    INNER JOIN grown AS a ON a.series_id = p.series_id AND a.edition = p.edition
    INNER JOIN grown AS b
        ON b.series_id = p.series_id AND b.edition = p.earlier AND b.region_code = a.region_code
        AND b.period = a.period
    WHERE a.growth IS NOT NULL AND b.growth IS NOT NULL
    GROUP BY p.series_id, p.edition, p.earlier, a.period
    HAVING count(*) >= 5
),

-- How far each vintage is, in the median region, from its own growth in its other years.
departed AS (
    SELECT series_id, edition, period, median(departure) AS departure
    FROM (
        SELECT
            series_id,
            edition,
            period,
            abs(growth - median(growth) OVER (PARTITION BY series_id, edition, region_code)) AS departure
        FROM grown
        WHERE growth IS NOT NULL
    ) AS own
    GROUP BY series_id, edition, period
),

usual AS (
    SELECT c.series_id, c.edition, c.earlier, c.period, median(o.growth_gap) AS usual_growth_gap
    FROM compared AS c
    INNER JOIN compared AS o
        ON o.series_id = c.series_id AND o.edition = c.edition AND o.earlier = c.earlier AND o.period <> c.period
    GROUP BY c.series_id, c.edition, c.earlier, c.period
),

large AS (
    SELECT
        c.*,
        u.usual_growth_gap,
        c.growth_gap > 0.02 AND c.growth_gap > 5 * u.usual_growth_gap AS is_large
    FROM compared AS c
    INNER JOIN usual AS u
        ON u.series_id = c.series_id AND u.edition = c.edition AND u.earlier = c.earlier AND u.period = c.period
),

returned AS (
    SELECT
        l.*,
        coalesce(
            (lag(is_large, 1) OVER w AND 4 * since_2 < growth_gap)
            OR (lag(is_large, 2) OVER w AND 4 * since_3 < growth_gap)
            OR (lag(is_large, 3) OVER w AND 4 * since_4 < growth_gap), false
        ) AS is_return
    FROM large AS l
    WINDOW w AS (PARTITION BY series_id, edition, earlier ORDER BY period)
),

-- Each pair twice: from the side of either.
sided AS (
    SELECT r.*, r.edition AS own, r.earlier AS other, r.median_gap AS own_median_gap FROM returned AS r
    UNION ALL
    SELECT r.*, r.earlier AS own, r.edition AS other, r.earlier_median_gap AS own_median_gap FROM returned AS r
)

SELECT
    c.series_id,
    e.publisher,
    e.vintage,
    o.publisher AS other_publisher,
    o.vintage AS other_vintage,
    c.period,
    c.n_units_compared,
    c.own_median_gap AS median_gap,
    c.growth_gap,
    c.usual_growth_gap,
    c.is_large AND NOT c.is_return AS is_break,
    c.is_large AND NOT c.is_return AND 3 * a.departure >= 2 * b.departure AS is_own_break
FROM sided AS c
INNER JOIN edition AS e ON e.series_id = c.series_id AND e.edition = c.own
INNER JOIN edition AS o ON o.series_id = c.series_id AND o.edition = c.other
INNER JOIN departed AS a ON a.series_id = c.series_id AND a.edition = c.own AND a.period = c.period
INNER JOIN departed AS b ON b.series_id = c.series_id AND b.edition = c.other AND b.period = c.period
ORDER BY
    c.series_id, e.publisher, e.vintage, o.publisher, o.vintage, c.period
