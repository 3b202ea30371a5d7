-- study.winsor_bound
-- One row per variable that the study winsorises and, where quantiles are taken year by year, year: the
-- bounds to which values are clipped, from the `n` values of the study's units and years.
-- The quantile rules are `linear` (R type 7, NumPy's default) and `stata` (R type 2: the mean of two
-- neighbours at a whole rank, else the value above), which differ on small panels. A variable of two values, as
-- 0/1, has no tails: its bounds are these two, since quantiles would leave one of them.
WITH ranked AS (
    SELECT
        d.variable,
        d.value,
        w.share,
        w.quantile_rule,
        CASE WHEN w.grouped_by = 'period' THEN d.period END AS pool,
        row_number() OVER (
            PARTITION BY d.variable, CASE WHEN w.grouped_by = 'period' THEN d.period END
            ORDER BY d.value ASC NULLS LAST
        ) AS place
    FROM study.derived_cell AS d
    INNER JOIN study.winsorizing AS w ON w.variable = d.variable
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
        n,
        CASE WHEN is_linear THEN floor(place)
            WHEN abs(place - round(place)) < 1e-6 THEN greatest(round(place), 1)
            ELSE ceil(place) END AS below,
        CASE WHEN is_linear THEN least(floor(place) + 1, n)
            WHEN abs(place - round(place)) < 1e-6 THEN least(round(place) + 1, n)
            ELSE ceil(place) END AS above,
        CASE WHEN is_linear THEN place - floor(place) ELSE 0.5 END AS weight
    FROM placed
),

neighbours AS (
    SELECT
        b.variable,
        b.pool,
        b.side,
        b.n,
        b.weight,
        max(CASE WHEN r.place = b.below THEN r.value END) AS lower,
        max(CASE WHEN r.place = b.above THEN r.value END) AS upper
    FROM bracketed AS b
    INNER JOIN ranked AS r ON r.variable = b.variable AND r.pool IS NOT DISTINCT FROM b.pool
    WHERE r.place = b.below OR r.place = b.above
    GROUP BY b.variable, b.pool, b.side, b.n, b.weight
),

extreme AS (
    SELECT
        d.variable,
        min(d.value) AS least,
        max(d.value) AS greatest
    FROM study.derived_cell AS d
    INNER JOIN study.winsorizing AS w ON w.variable = d.variable
    GROUP BY d.variable
),

two_valued AS (
    SELECT
        e.variable,
        e.least,
        e.greatest
    FROM extreme AS e
    WHERE NOT EXISTS (
        SELECT 1
        FROM study.derived_cell AS d
        WHERE d.variable = e.variable AND d.value > e.least AND d.value < e.greatest
    )
)

-- Written as a step from the lower value, so that two equal neighbours give that value to the last bit.
SELECT
    b.variable,
    b.pool AS period,
    b.n AS n_values,
    coalesce(
        max(t.least), max(CASE WHEN b.side = 'low' THEN least(b.lower + (b.upper - b.lower) * b.weight, b.upper) END)
    ) AS low,
    coalesce(
        max(t.greatest),
        max(CASE WHEN b.side = 'high' THEN least(b.lower + (b.upper - b.lower) * b.weight, b.upper) END)
    ) AS high
FROM neighbours AS b
LEFT JOIN two_valued AS t ON t.variable = b.variable
GROUP BY b.variable, b.pool, b.n
ORDER BY b.variable, b.pool
