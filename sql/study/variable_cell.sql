-- study.variable_cell
-- One row per derived variable or indicator, unit and year, clipped where the study winsorises.
-- The quantile rules are `linear` (R type 7, NumPy's default) and `stata` (R type 2: the mean of two
-- neighbours at a whole rank, else the value above), which differ on small panels.
-- `reported_value` keeps the number before clipping.
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

-- The place, counted from 1, at which each bound stands among the n values of its pool.
placed AS (
    SELECT
        c.variable,
        c.pool,
        s.side,
        c.n,
        c.quantile_rule = 'linear' AS is_linear,
        CASE WHEN s.side = 'low' THEN c.share ELSE 1 - c.share END
        * CASE WHEN c.quantile_rule = 'linear' THEN c.n - 1 ELSE c.n END
        + CASE WHEN c.quantile_rule = 'linear' THEN 1 ELSE 0 END AS place
    FROM (
        SELECT
            variable,
            pool,
            share,
            quantile_rule,
            count(value) AS n
        FROM ranked
        WHERE share IS NOT NULL
        GROUP BY variable, pool, share, quantile_rule
    ) AS c
    CROSS JOIN (VALUES ('low'), ('high')) AS s (side)
),

-- The values on either side of the place. A share of 0.07 of 100 values is a whole rank, although the
-- product is 7.000000000000001 in binary.
bracketed AS (
    SELECT
        variable,
        pool,
        side,
        CASE WHEN is_linear THEN floor(place)
            WHEN abs(place - round(place)) < 1e-6 THEN greatest(round(place), 1)
            ELSE ceil(place) END AS below,
        CASE WHEN is_linear THEN least(floor(place) + 1, n)
            WHEN abs(place - round(place)) < 1e-6 THEN least(round(place) + 1, n)
            ELSE ceil(place) END AS above,
        CASE WHEN is_linear THEN place - floor(place) ELSE 0.5 END AS weight
    FROM placed
),

-- Written as a step from the lower value, so that two equal neighbours give that value to the last bit.
bound AS (
    SELECT
        p.variable,
        p.pool,
        max(CASE WHEN p.side = 'low' THEN least(p.lower + (p.upper - p.lower) * p.weight, p.upper) END) AS low,
        max(CASE WHEN p.side = 'high' THEN least(p.lower + (p.upper - p.lower) * p.weight, p.upper) END) AS high
    FROM (
        SELECT
            b.variable,
            b.pool,
            b.side,
            b.weight,
            max(CASE WHEN r.place = b.below THEN r.value END) AS lower,
            max(CASE WHEN r.place = b.above THEN r.value END) AS upper
        FROM bracketed AS b
        INNER JOIN ranked AS r ON r.variable = b.variable AND r.pool IS NOT DISTINCT FROM b.pool
        WHERE r.place = b.below OR r.place = b.above
        GROUP BY b.variable, b.pool, b.side, b.weight
    ) AS p
    GROUP BY p.variable, p.pool
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
