-- study.reported_cell
-- One row per series, unit and year for which a value was published; regions that formulas read by name
-- (`of_region`) are among the units of the series that are read there. Of a series that the study takes from a lower
-- level (`from_level`) these are the regions of that level in its units, and so they are of what weighs it.
-- Of several published values of one cell the study's vintage policy takes one:
--   latest  the newest vintage that has the cell, by `vintage_order` of its file
--   as_of   the newest of the vintages published on or before a date
--   single  one vintage of one publisher for the whole series: the newest among those that cover the
--           sample best. A series that is read for the units and weighs regions of a lower level has one for
--           each of the two, which other files publish
-- A county that became a district is one unit throughout (`catalog.region.unit_code`); where a page
-- prints a year under both of its codes, the unit's own is taken.
-- A value that `corrections.yaml` corrects is taken as corrected, under `as_of` where the correction was made
-- by then; `reported_value` is the printed one.
-- Values are converted to the study's unit of measurement; where the units agree they are untouched.
WITH wanted_for AS (
    SELECT s.series_id, u.unit, 0 AS is_below FROM study.series AS s CROSS JOIN study.unit AS u WHERE s.from_level IS NULL
    UNION
    SELECT r.series_id, r.of_region AS unit, 0 AS is_below
    FROM study.rests_on AS r
    INNER JOIN study.series AS s ON s.series_id = r.series_id
    WHERE r.of_region IS NOT NULL AND s.from_level IS NULL
    UNION
    SELECT s.series_id, m.member AS unit, 1 AS is_below
    FROM study.series AS s
    INNER JOIN study.member AS m ON m.level = s.from_level
    UNION
    SELECT s.weight_series AS series_id, m.member AS unit, 1 AS is_below
    FROM study.series AS s
    INNER JOIN study.member AS m ON m.level = s.from_level
    WHERE s.weight_series IS NOT NULL
),

wanted AS (
    SELECT series_id, unit, min(is_below) AS is_below FROM wanted_for GROUP BY series_id, unit
),

candidate AS (
    SELECT
        o.series_id,
        w.is_below,
        r.unit_code AS unit,
        r.region_code = r.unit_code AS is_as_named,
        o.period,
        CASE WHEN c.from_unit_measure = c.to_unit_measure THEN coalesce(k.value, o.value)
            ELSE coalesce(k.value, o.value) * c.numerator / c.denominator END AS value,
        CASE WHEN c.from_unit_measure = c.to_unit_measure THEN o.value ELSE o.value * c.numerator / c.denominator END
            AS reported_value,
        k.name AS correction,
        o.file_id,
        o.locator,
        o.vintage,
        f.vintage_order,
        f.publisher,
        f.published,
        s.vintage_policy,
        s.first_period,
        s.last_period
    FROM source.observation AS o
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    INNER JOIN catalog.region AS r ON r.region_code = o.region_code
    INNER JOIN wanted AS w ON w.series_id = o.series_id AND w.unit = r.unit_code
    INNER JOIN study.series AS s ON s.series_id = o.series_id
    INNER JOIN study.unit_conversion AS c ON c.series_id = o.series_id AND c.from_unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage AND (s.as_of IS NULL OR k.date <= s.as_of)
    WHERE o.value IS NOT NULL
        AND (s.only_vintage IS NULL OR o.vintage = s.only_vintage)
        AND (s.only_publishers IS NULL OR strpos(s.only_publishers, '|' || f.publisher || '|') > 0)
        AND (s.as_of IS NULL OR f.published <= s.as_of)
),

coverage AS (
    SELECT
        series_id,
        is_below,
        publisher,
        vintage,
        max(vintage_order) AS vintage_order,
        count(DISTINCT CASE WHEN period BETWEEN first_period AND last_period THEN unit || ' ' || period END)
            AS n_in_sample
    FROM candidate
    GROUP BY series_id, is_below, publisher, vintage
),

-- A vintage that misses a twentieth of the best coverage is still "covering"; newer then wins.
covering AS (
    SELECT
        series_id,
        is_below,
        publisher,
        vintage,
        vintage_order,
        n_in_sample >= 0.95 * max(n_in_sample) OVER (PARTITION BY series_id, is_below) AS is_covering
    FROM coverage
),

single_vintage AS (
    SELECT
        series_id,
        is_below,
        publisher,
        vintage,
        row_number() OVER (PARTITION BY series_id, is_below ORDER BY vintage_order DESC, publisher ASC) AS place
    FROM covering
    WHERE is_covering
),

ranked AS (
    SELECT
        c.*,
        row_number() OVER (
            PARTITION BY c.series_id, c.unit, c.period
            ORDER BY c.vintage_order DESC, c.is_as_named DESC, c.file_id ASC, c.locator ASC
        ) AS place
    FROM candidate AS c
    INNER JOIN single_vintage AS v ON v.series_id = c.series_id AND v.is_below = c.is_below AND v.place = 1
    WHERE c.vintage_policy <> 'single' OR (c.vintage = v.vintage AND c.publisher = v.publisher)
)

SELECT
    series_id AS variable,
    unit,
    period,
    value,
    reported_value,
    correction,
    file_id,
    locator,
    vintage,
    publisher
FROM ranked
WHERE place = 1
ORDER BY variable, unit, period
