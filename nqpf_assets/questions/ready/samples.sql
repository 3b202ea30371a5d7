-- Which columns of tables rest on which rows?
-- Units, years, rows left out for missing values, and cells that were filled or corrected.
SELECT
    study,
    table_name,
    column_label,
    n_obs,
    n_units,
    n_periods,
    n_missing_rows,
    n_series_cells,
    n_imputed_cells,
    n_corrected_cells,
    sample,
    dropped
FROM result.model
ORDER BY study, table_name, column_position
