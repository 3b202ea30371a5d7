-- Which indicators weigh most in each index?
-- Shares of the weight of all indicators of the index, the heaviest first.
SELECT
    study,
    index_name,
    dimension,
    indicator,
    direction,
    weight,
    weight / sum(weight) OVER (PARTITION BY study, index_name, weight_period) AS share,
    weight_period
FROM index.weight
ORDER BY study, index_name, weight_period, weight DESC, indicator
