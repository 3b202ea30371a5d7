-- panel.traced_cell (view)
-- Every cell that has a value, with the path of the file it was read from and the name of its correction: looked up once
-- for a cell, and not for each number that rests on it. A series whose gaps a column fills otherwise
-- (`gdp@linear/nearest`) has the published cells of the one before the sign.
SELECT
    c.study, c.variable, c.unit, c.period, c.value, c.reported_value, c.status, c.vintage, c.file_id, c.locator,
    f.path, k.name AS correction
FROM panel.cell AS c
LEFT JOIN source.file AS f ON f.file_id = c.file_id
LEFT JOIN source.correction AS k
    ON c.status = 'corrected' AND k.file_id = c.file_id AND k.series_id = regexp_replace(c.variable, '@(linear|none)/(none|nearest|trend|growth)$', '')
    AND k.vintage = c.vintage
    AND k.period = c.period AND k.locator = c.locator
WHERE c.value IS NOT NULL
