"""Column lineage that no query tells: of tables that functions make, and of all tables together."""
