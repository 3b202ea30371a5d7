-- What was published when, and of how many files and rows?
-- The newest publication first; `nqpf diff` says what changed between two.
SELECT publication, published_at, n_inputs, n_tables, n_rows, fingerprint
FROM audit.publication
ORDER BY publication DESC
