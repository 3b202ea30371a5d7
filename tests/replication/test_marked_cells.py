"""What the codebook of a package counts: cells of the panel, and no others that the study looks at."""

from __future__ import annotations

import duckdb

from nqpf_assets.replication.package.data_files import marked_cells

CELLS = [
    ("gdp", "340400", 2015, "aggregated"),
    ("gdp", "340400", 2014, "aggregated"),  # a year before the panel, which a lag reads
    ("gdp", "340422", 2015, "corrected"),  # a county that is put together
    ("share", "340400", 2015, "reported"),
]


def test_cells_of_other_years_and_of_counties_are_not_counted() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA panel; CREATE SCHEMA s")
        connection.execute(
            "CREATE TABLE panel.cell (variable VARCHAR, unit VARCHAR, period INTEGER, status VARCHAR,"
            " study VARCHAR DEFAULT 's')"
        )
        connection.executemany(
            "INSERT INTO panel.cell (variable, unit, period, status) VALUES (?, ?, ?, ?)", CELLS
        )
        connection.execute("CREATE TABLE s.panel AS SELECT '340400' AS unit, 2015 AS period")
        assert marked_cells(connection, "s").rows() == [("gdp", "aggregated")]
