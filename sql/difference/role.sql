-- difference.role (between two publications)
-- In which roles a moved column reads a changed cell, in either publication: one row per column, cell, role and
-- variable through which it enters, as `result.provenance` of the publication lists them. Asked of one publication
-- after the other (`publications.asked_roles`), with the moved columns and the changed cells alone; a cell without a
-- row here does not enter the column. `is_known` in `moved_by` says whether a publication keeps what this is asked of.
SELECT DISTINCT
    i.study,
    i.table_name,
    i.column_label,
    i.series_id,
    i.unit,
    i.period,
    i.role,
    i.variable
FROM result.provenance AS i
SEMI JOIN difference.cell AS c
    ON c.study = i.study AND c.series_id = i.series_id AND c.unit = i.unit AND c.period = i.period
