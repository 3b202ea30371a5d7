"""A marimo notebook on the published file: ranking, trend and weights of an index, coefficients.

Opened by `marimo edit docs/notebook/warehouse.py` in a project's folder, or where NQPF_PROJECT names it.
"""

import marimo

app = marimo.App(width="medium", app_title="The warehouse")


@app.cell
def _():
    import os
    from pathlib import Path

    import duckdb
    import marimo as mo

    path = Path(os.environ.get("NQPF_PROJECT", ".")) / "warehouse" / "nqpf.duckdb"
    warehouse = duckdb.connect(path, read_only=True)

    def ask(sql, **values):
        """Rows of a query as a data frame; values stand in it as $name."""
        return warehouse.execute(sql, values or None).df()

    return ask, mo


@app.cell
def _(ask, mo):
    publication = ask("FROM audit.publication ORDER BY publication DESC LIMIT 1")
    statuses = ask("SELECT DISTINCT data_status FROM source.file ORDER BY 1")["data_status"]
    mo.md(
        f"""
        # The warehouse

        Publication {publication["publication"][0]} of {publication["published_at"][0]}, fingerprint
        `{publication["fingerprint"][0][:12]}`. Files: {", ".join(statuses)}.
        """
    )
    return


@app.cell
def _(ask, mo):
    indices = ask("SELECT DISTINCT study || '.' || index_name AS name FROM index.score ORDER BY 1")
    index = mo.ui.dropdown(list(indices["name"]), value=indices["name"].iloc[-1], label="Index")
    index
    return (index,)


@app.cell
def _(index):
    study, index_name = index.value.split(".")
    return index_name, study


@app.cell
def _(ask, index_name, mo, study):
    ranking = ask(
        """
        SELECT rank() OVER (ORDER BY s.score DESC) AS place, r.name_en AS region, s.unit, s.period, s.score
        FROM index.score AS s
        LEFT JOIN catalog.region AS r ON s.unit = r.region_code
        WHERE s.study = $study AND s.index_name = $index_name AND s.score IS NOT NULL
        QUALIFY s.period = max(s.period) OVER ()
        ORDER BY place
        """,
        study=study,
        index_name=index_name,
    )
    mo.vstack([mo.md("## Ranking of the last year"), mo.ui.table(ranking)])
    return (ranking,)


@app.cell
def _(ask, index_name, mo, study):
    trend = ask(
        """
        SELECT period, avg(score) AS mean_score, min(score) AS smallest, max(score) AS largest
        FROM index.score
        WHERE study = $study AND index_name = $index_name
        GROUP BY period
        ORDER BY period
        """,
        study=study,
        index_name=index_name,
    )
    mo.vstack([mo.md("## Over the years"), mo.ui.table(trend)])
    return (trend,)


@app.cell
def _(ask, index_name, mo, study):
    weights = ask(
        """
        SELECT dimension, indicator, direction, weight
        FROM index.weight
        WHERE study = $study AND index_name = $index_name
        ORDER BY weight DESC
        """,
        study=study,
        index_name=index_name,
    )
    mo.vstack([mo.md("## Weights"), mo.ui.table(weights)])
    return (weights,)


@app.cell
def _(ask, mo, study):
    coefficients = ask(
        """
        SELECT e.table_name, e.column_label, e.term, e.estimate, e.std_error, e.p_value, m.n_obs, m.vcov
        FROM result.estimate AS e
        INNER JOIN result.model AS m USING (study, table_name, column_label)
        WHERE study = $study
        ORDER BY e.table_name, m.column_position, e.term
        """,
        study=study,
    )
    mo.vstack([mo.md("## Coefficients"), mo.ui.table(coefficients)])
    return (coefficients,)


if __name__ == "__main__":
    app.run()
