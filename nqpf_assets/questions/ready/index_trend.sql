-- How did each index move over the years?
-- Mean, smallest and largest score of all units, and their spread.
SELECT
    study,
    index_name,
    period,
    count(score) AS n_units,
    avg(score) AS mean_score,
    stddev_samp(score) AS deviation,
    min(score) AS smallest,
    max(score) AS largest
FROM index.score
GROUP BY study, index_name, period
ORDER BY study, index_name, period
