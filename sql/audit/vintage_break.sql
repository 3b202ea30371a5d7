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
WITH valued AS (
    SELECT
        o.series_id,
        o.region_code,
        o.period,
        o.vintage,
        f.publisher,
        coalesce(k.value, o.value) * u.factor AS value
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.unit_measure AS u ON u.unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage
    WHERE coalesce(k.value, o.value) > 0
),

grown AS (
    SELECT
        n.series_id,
        n.region_code,
        n.period,
        n.vintage,
        n.publisher,
        n.value,
        ln(n.value) - ln(b.value) AS growth
    FROM valued AS n
    LEFT JOIN valued AS b
        ON b.series_id = n.series_id AND b.region_code = n.region_code AND b.vintage = n.vintage
        AND b.publisher = n.publisher AND b.period = n.period - 1
),

side_by_side AS (
    SELECT
        a.series_id,
        a.publisher,
        a.vintage,
        b.publisher AS other_publisher,
        b.vintage AS other_vintage,
        a.region_code,
        a.period,
        a.value / b.value - 1 AS gap,
        ln(a.value / b.value) AS level_gap,
        abs(a.growth - b.growth) AS growth_gap
    FROM grown AS a
    INNER JOIN grown AS b
        ON b.series_id = a.series_id AND b.region_code = a.region_code AND b.period = a.period
        AND (b.vintage <> a.vintage OR b.publisher <> a.publisher)
),

-- How far the two are from where they were two, three and four years ago.
moved AS (
    SELECT
        s.*,
        CASE WHEN lag(period, 2) OVER w = period - 2 THEN abs(level_gap - lag(level_gap, 2) OVER w) END AS since_2,
        CASE WHEN lag(period, 3) OVER w = period - 3 THEN abs(level_gap - lag(level_gap, 3) OVER w) END AS since_3,
        CASE WHEN lag(period, 4) OVER w = period - 4 THEN abs(level_gap - lag(level_gap, 4) OVER w) END AS since_4
    FROM side_by_side AS s
    WINDOW w AS (
        PARTITION BY series_id, publisher, vintage, other_publisher, other_vintage, region_code ORDER BY period
    )
),

compared AS (
    SELECT
        series_id,
        publisher,
        vintage,
        other_publisher,
        other_vintage,
        period,
        count(*) AS n_units_compared,
        median(gap) AS median_gap,
        median(growth_gap) AS growth_gap,
        median(since_2) AS since_2,
        median(since_3) AS since_3,
        median(since_4) AS since_4
    FROM moved
    WHERE growth_gap IS NOT NULL
    GROUP BY series_id, publisher, vintage, other_publisher, other_vintage, period
    HAVING count(*) >= 5
),

-- How far each vintage is, in the median region, from its own growth in its other years.
departed AS (
    SELECT series_id, publisher, vintage, period, median(departure) AS departure
    FROM (
        SELECT
            series_id,
            publisher,
            vintage,
            period,
            abs(growth - median(growth) OVER (PARTITION BY series_id, publisher, vintage, region_code))
                AS departure
        FROM grown
        WHERE growth IS NOT NULL
    ) AS own
    GROUP BY series_id, publisher, vintage, period
),

usual AS (
    SELECT
        c.series_id,
        c.publisher,
        c.vintage,
        c.other_publisher,
        c.other_vintage,
        c.period,
        median(o.growth_gap) AS usual_growth_gap
    FROM compared AS c
    INNER JOIN compared AS o
        ON o.series_id = c.series_id AND o.publisher = c.publisher AND o.vintage = c.vintage
        AND o.other_publisher = c.other_publisher AND o.other_vintage = c.other_vintage
        AND o.period <> c.period
    GROUP BY c.series_id, c.publisher, c.vintage, c.other_publisher, c.other_vintage, c.period
),

large AS (
    SELECT
        c.*,
        u.usual_growth_gap,
        c.growth_gap > 0.02 AND c.growth_gap > 5 * u.usual_growth_gap AS is_large
    FROM compared AS c
    INNER JOIN usual AS u
        ON u.series_id = c.series_id AND u.publisher = c.publisher AND u.vintage = c.vintage
        AND u.other_publisher = c.other_publisher AND u.other_vintage = c.other_vintage AND u.period = c.period
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
    WINDOW w AS (PARTITION BY series_id, publisher, vintage, other_publisher, other_vintage ORDER BY period)
)

SELECT
    c.series_id,
    c.publisher,
    c.vintage,
    c.other_publisher,
    c.other_vintage,
    c.period,
    c.n_units_compared,
    c.median_gap,
    c.growth_gap,
    c.usual_growth_gap,
    c.is_large AND NOT c.is_return AS is_break,
    c.is_large AND NOT c.is_return AND 3 * a.departure >= 2 * b.departure AS is_own_break
FROM returned AS c
INNER JOIN departed AS a
    ON a.series_id = c.series_id AND a.publisher = c.publisher AND a.vintage = c.vintage AND a.period = c.period
INNER JOIN departed AS b
    ON b.series_id = c.series_id AND b.publisher = c.other_publisher AND b.vintage = c.other_vintage
    AND b.period = c.period
ORDER BY
    c.series_id, c.publisher, c.vintage, c.other_publisher, c.other_vintage, c.period
