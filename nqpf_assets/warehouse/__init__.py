"""How tables are stored: Parquet files with their records, the engine that reads them, and the lock.

Nothing here knows which tables there are, or what stands in them.
"""
