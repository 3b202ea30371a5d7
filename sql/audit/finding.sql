-- audit.finding
-- What a careful reader should know before using the numbers: warnings of reading the raw files, series
-- that mix vintages or break, vintages of another size, parts that do not add up. One row per finding.
-- A vintage is named where its growth departs in one year from most of the other vintages of the same
-- series and from its own; where only two are there and it cannot be told which departs, both are named.
WITH breaks AS (
    SELECT
        series_id,
        publisher,
        vintage,
        period,
        count(*) FILTER (WHERE is_own_break) AS n_against,
        count(*) AS n_compared,
        median(growth_gap) FILTER (WHERE is_own_break) AS growth_gap,
        max(usual_growth_gap) AS usual_growth_gap
    FROM audit.vintage_break
    GROUP BY series_id, publisher, vintage, period
    HAVING count(*) FILTER (WHERE is_own_break) * 2 > count(*)
)

SELECT
    'warning' AS severity,
    code,
    file,
    place,
    expected,
    found,
    remedy
FROM source.warning
UNION ALL
SELECT
    'warning' AS severity,
    'vintage_break' AS code,
    publisher || ', vintage ' || vintage AS file,
    series_id || ' ' || CAST(period AS VARCHAR) AS place,
    'growth like in the other vintages of the series' AS expected,
    'it departs by '
    || CASE WHEN growth_gap < 2.3 THEN CAST(round(100 * (exp(growth_gap) - 1), 1) AS VARCHAR) || ' %'
        ELSE 'a factor of ' || CAST(round(exp(growth_gap), 1) AS VARCHAR) END
    || ' in the median region, where '
    || CAST(round(100 * (exp(usual_growth_gap) - 1), 1) AS VARCHAR) || ' % is usual, against '
    || CAST(n_against AS VARCHAR) || ' of ' || CAST(n_compared AS VARCHAR) || ' vintages' AS found,
    'the file mixes vintages or changes its definition: take one vintage for the series' AS remedy
FROM breaks
UNION ALL
SELECT
    severity,
    -- What is in another unit is told by the check, too.
    CASE WHEN n_slips > 0 THEN 'another_unit' ELSE 'series_break' END AS code,
    publisher || ', vintage ' || vintage AS file,
    series_id || ' ' || CAST(period AS VARCHAR) AS place,
    'growth like in the other years of the series' AS expected,
    found,
    'begin or end the study there, or take it out of the regressors; accept it in nqpf.yaml as series_break "'
    || about || '"' AS remedy
FROM audit.series_break
WHERE severity IS NOT NULL
UNION ALL
SELECT
    severity,
    'series_join' AS code,
    'study ' || study AS file,
    series_id || ' ' || CAST(period AS VARCHAR) AS place,
    'one unit of measurement where vintages join' AS expected,
    found,
    'look at the unit in the file, or declare the break as `rescaled`; accept it in nqpf.yaml as series_join "'
    || about || '"' AS remedy
FROM every_study.series_join
WHERE severity IN ('error', 'warning')
UNION ALL
SELECT
    severity,
    'remarkable_cell' AS code,
    publisher || ', vintage ' || vintage AS file,
    series_id || ' ' || CAST(period AS VARCHAR) AS place,
    'values of the size of their neighbours' AS expected,
    found,
    'look at the unit in the file, or correct the value; accept it in nqpf.yaml as remarkable_cell "' || about || '"'
        AS remedy
FROM audit.remarkable_cell
WHERE severity IS NOT NULL
UNION ALL
SELECT
    severity,
    'magnitude' AS code,
    publisher || ', vintage ' || vintage AS file,
    series_id AS place,
    'values of the size of the earlier vintage' AS expected,
    found,
    'look at unit and definition in the file; accept it in nqpf.yaml as magnitude "' || about || '"' AS remedy
FROM audit.magnitude
WHERE severity IS NOT NULL
UNION ALL
SELECT
    severity,
    'totals' AS code,
    publisher || ', vintage ' || vintage AS file,
    series_id AS place,
    'parts that add up to their printed total' AS expected,
    found,
    'look at total and parts in the file; accept it in nqpf.yaml as totals "' || about || '"' AS remedy
FROM audit.total
WHERE severity IS NOT NULL
UNION ALL
SELECT
    severity,
    'vintage_tie' AS code,
    publisher || ', vintage ' || vintage AS file,
    other_publisher || ', vintage ' || other_vintage AS place,
    'vintages of different days, or equal values' AS expected,
    found,
    'say `published` or `accessed` on the cards; accept it in nqpf.yaml as vintage_tie "' || about || '"'
        AS remedy
FROM audit.vintage_tie
UNION ALL
SELECT
    'warning' AS severity,
    'vintage_mix' AS code,
    'study ' || study AS file,
    series_id AS place,
    'one vintage of a series, or vintages that agree' AS expected,
    -- Of columns with other years, the one that says most.
    arg_min(caution, (-length(caution), caution)) AS found,
    'take one vintage: `vintage: single`, or `vintage` of the series in `sources`' AS remedy
FROM every_study.series_caution
WHERE strpos(caution, 'mixes the vintages') > 0
GROUP BY study, series_id
ORDER BY code, file, place, expected, found
