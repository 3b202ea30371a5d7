-- audit.vintage_break
-- Does a download mix vintages? Where two files hold the same series, their growth should differ by
-- about as much in one year as in another. A year in which it departs by far more, in the median over
-- regions, is a year in which one of the two changes vintage or definition.
-- One row per pair of vintages and year; `is_break` where the gap in log growth is above two percent
-- and above five times its median over the pair's other years. In the published GDP of 31 provinces
-- a mix of census vintages stands at 5 percent where other years stand at 0.1 to 1.
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
    INNER JOIN catalog.unit AS u ON u.symbol = o.unit
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

compared AS (
    SELECT
        a.series_id,
        a.publisher,
        a.vintage,
        b.publisher AS other_publisher,
        b.vintage AS other_vintage,
        a.period,
        count(*) AS n_units_compared,
        median(a.value / b.value - 1) AS median_gap,
        median(abs(a.growth - b.growth)) AS growth_gap
    FROM grown AS a
    INNER JOIN grown AS b
        ON b.series_id = a.series_id AND b.region_code = a.region_code AND b.period = a.period
        AND (b.vintage <> a.vintage OR b.publisher <> a.publisher)
    WHERE a.growth IS NOT NULL AND b.growth IS NOT NULL
    GROUP BY a.series_id, a.publisher, a.vintage, b.publisher, b.vintage, a.period
    HAVING count(*) >= 5
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
    u.usual_growth_gap,
    c.growth_gap > 0.02 AND c.growth_gap > 5 * u.usual_growth_gap AS is_break
FROM compared AS c
INNER JOIN usual AS u
    ON u.series_id = c.series_id AND u.publisher = c.publisher AND u.vintage = c.vintage
    AND u.other_publisher = c.other_publisher AND u.other_vintage = c.other_vintage AND u.period = c.period
ORDER BY
    c.series_id, c.publisher, c.vintage, c.other_publisher, c.other_vintage, c.period
