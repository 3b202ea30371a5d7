-- study.variable_cell
-- One row per derived variable or indicator, unit and year, clipped where the study winsorises.
-- The quantile rules are `linear` (R type 7, DuckDB's quantile_cont) and `stata` (R type 2: the
-- mean of the two order statistics at a whole rank, else the one above), which differ on small
-- panels. `reported_value` keeps the number before clipping.
WITH ranked AS (
    SELECT
        d.variable,
        d.unit,
        d.period,
        d.value,
        d.status,
        d.reason,
        w.share,
        w.quantile_rule,
        CASE WHEN w.grouped_by = 'period' THEN d.period END AS pool,
        row_number() OVER (
            PARTITION BY d.variable, CASE WHEN w.grouped_by = 'period' THEN d.period END
            ORDER BY d.value ASC NULLS LAST
        ) AS place
    FROM study.derived_cell AS d
    LEFT JOIN study.winsorizing AS w ON w.variable = d.variable
),

counted AS (
    SELECT
        variable,
        pool,
        share,
        quantile_rule,
        count(value) AS n
    FROM ranked
    WHERE share IS NOT NULL
    GROUP BY variable, pool, share, quantile_rule
),

-- Ranks (from 1) of the order statistics on either side of each quantile, and the weight of the upper.
placed AS (
    SELECT
        variable,
        pool,
        CASE WHEN quantile_rule = 'linear' THEN 1 + (n - 1) * share ELSE n * share END AS low_rank,
        CASE WHEN quantile_rule = 'linear' THEN 1 + (n - 1) * (1 - share) ELSE n * (1 - share) END AS high_rank,
        quantile_rule
    FROM counted
    WHERE n > 0
),

-- n * share is compared with its rounding, because 300 * 0.01 is not 3 in binary.
bracketed AS (
    SELECT
        variable,
        pool,
        CASE WHEN quantile_rule = 'linear' OR abs(low_rank - round(low_rank)) < 1e-9
            THEN greatest(floor(low_rank + 1e-9), 1) ELSE ceil(low_rank) END AS low_below,
        CASE WHEN quantile_rule = 'linear' THEN ceil(low_rank - 1e-9)
            WHEN abs(low_rank - round(low_rank)) < 1e-9 THEN round(low_rank) + 1
            ELSE ceil(low_rank) END AS low_above,
        CASE WHEN quantile_rule = 'linear' THEN low_rank - floor(low_rank + 1e-9) ELSE 0.5 END AS low_weight,
        CASE WHEN quantile_rule = 'linear' OR abs(high_rank - round(high_rank)) < 1e-9
            THEN greatest(floor(high_rank + 1e-9), 1) ELSE ceil(high_rank) END AS high_below,
        CASE WHEN quantile_rule = 'linear' THEN ceil(high_rank - 1e-9)
            WHEN abs(high_rank - round(high_rank)) < 1e-9 THEN round(high_rank) + 1
            ELSE ceil(high_rank) END AS high_above,
        CASE WHEN quantile_rule = 'linear' THEN high_rank - floor(high_rank + 1e-9) ELSE 0.5 END AS high_weight
    FROM placed
),

bound AS (
    SELECT
        b.variable,
        b.pool,
        max(CASE WHEN r.place = b.low_below THEN r.value END) * (1 - max(b.low_weight))
        + max(CASE WHEN r.place = b.low_above THEN r.value END) * max(b.low_weight) AS low,
        max(CASE WHEN r.place = b.high_below THEN r.value END) * (1 - max(b.high_weight))
        + max(CASE WHEN r.place = b.high_above THEN r.value END) * max(b.high_weight) AS high
    FROM bracketed AS b
    INNER JOIN ranked AS r ON r.variable = b.variable AND r.pool IS NOT DISTINCT FROM b.pool
    WHERE r.place IN (b.low_below, b.low_above, b.high_below, b.high_above)
    GROUP BY b.variable, b.pool
)

SELECT
    r.variable,
    r.unit,
    r.period,
    CASE WHEN r.value < b.low THEN b.low WHEN r.value > b.high THEN b.high ELSE r.value END AS value,
    r.value AS reported_value,
    CASE WHEN r.value < b.low THEN 'winsorized_low' WHEN r.value > b.high THEN 'winsorized_high' ELSE r.status END
        AS status,
    r.reason
FROM ranked AS r
LEFT JOIN bound AS b ON b.variable = r.variable AND b.pool IS NOT DISTINCT FROM r.pool
ORDER BY r.variable, r.unit, r.period
