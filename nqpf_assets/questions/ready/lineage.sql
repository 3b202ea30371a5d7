-- Which tables is each table built from?
-- Column by column it stands in catalog.column_lineage.
SELECT
    schema_name || '.' || table_name AS built,
    list(DISTINCT concat_ws('.', from_schema, from_table) ORDER BY concat_ws('.', from_schema, from_table))
        AS built_from
FROM catalog.column_lineage
GROUP BY built
ORDER BY built
