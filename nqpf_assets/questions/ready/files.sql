-- Which files were read, who published them, and how much of each was used?
-- A cell that was passed over is a label, a year, or something that the card leaves out.
SELECT path, publisher, vintage, data_status, n_series, n_cells_seen, n_cells_read, n_cells_ignored
FROM source.file
ORDER BY path
