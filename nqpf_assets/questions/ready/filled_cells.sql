-- How much of each variable was not published, but filled in, corrected or clipped?
-- Shares of the cells of a study's units; a variable that is computed is counted by its own status.
SELECT
    study,
    variable,
    count(*) AS n_cells,
    count_if(status = 'reported') AS n_reported,
    count_if(status = 'aggregated') AS n_aggregated,
    count_if(status IN ('interpolated', 'extrapolated')) AS n_filled,
    count_if(status = 'corrected') AS n_corrected,
    count_if(status LIKE 'winsorized%') AS n_clipped,
    count_if(status = 'missing') AS n_missing,
    n_filled / n_cells AS share_filled
FROM panel.cell AS c
SEMI JOIN panel.pool AS p ON p.study = c.study AND p.unit = c.unit
GROUP BY study, variable
ORDER BY share_filled DESC, study, variable
