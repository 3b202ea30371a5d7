"""The catalogue as tables: regions, groups, series, units of measurement, the data dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import registry
from nqpf_assets.catalog.declared_breaks import breaks_frame
from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.stages.series_facts import units_of_all
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.studies.spec import Study

TABLES = (
    "region",
    "region_group",
    "series",
    "series_break",
    "series_part",
    "neighbour",
    "coordinate",
    "column",
)


def catalog_step(catalogue: Catalogue, studies: Iterable[Study] = ()) -> Step:
    """The catalogue's regions, groups and series as tables, and the registry of columns.

    Args:
        studies: whose declared breaks of series stand beside those of the catalogue.
    """
    declared = [
        (series_id, year, note, year in one.rescaled)
        for study in studies
        for series_id, one in study.sources.series.items()
        for year, note in one.breaks.items()
    ]

    def run(inputs: Inputs) -> Output:
        import polars as pl

        regions = catalogue.regions.frame.join(
            catalogue.regions.continuing.select("region_code", "unit_code"), on="region_code"
        ).rename(
            {
                "short": "short_name",
                "english": "name_en",
                "parent": "parent_code",
                "spellings": "names",
            }
        )
        groups = catalogue.regions.groups.rename(
            {"scheme": "grouping", "group": "group_name", "label": "title"}
        )
        series = catalogue.series.table().select(
            "series_id",
            "kind",
            "note",
            name_en="english",
            unit_measure="unit",
            names="printed_names",
        )
        breaks = breaks_frame([*catalogue.series.breaks().rows(), *declared])
        return {
            ("catalog", "region"): frame_of("region", [regions.drop("successor")], "catalog"),
            ("catalog", "region_group"): frame_of("region_group", [groups], "catalog"),
            ("catalog", "series"): frame_of("series", [series], "catalog"),
            ("catalog", "series_break"): frame_of("series_break", [breaks], "catalog"),
            ("catalog", "series_part"): frame_of(
                "series_part", [catalogue.series.parts()], "catalog"
            ),
            ("catalog", "neighbour"): frame_of(
                "neighbour", [catalogue.geography.neighbours], "catalog"
            ),
            ("catalog", "coordinate"): frame_of(
                "coordinate", [catalogue.geography.coordinates], "catalog"
            ),
            ("catalog", "column"): frame_of("column", [pl.DataFrame(list(_columns()))], "catalog"),
        }

    return Step(
        "catalog",
        tuple(("catalog", table) for table in TABLES),
        (),
        run,
        code=source_of(__name__),
        parameters={
            "catalogue": {
                "regions": catalogue.regions.fingerprint,
                "series": catalogue.series.fingerprint,
                "geography": catalogue.geography.fingerprint,
                "columns": repr(registry()),
            },
            "study file": {"declared breaks": repr(declared)} if declared else {},
        },
        lineage={
            ("catalog", table): {
                "others": f"identity {'program' if table == 'column' else 'catalogue'}"
            }
            for table in TABLES
        },
    )


def _columns() -> list[dict[str, str]]:
    """The data dictionary; `study` stands for the schema of each study."""
    return [
        {
            "schema_name": schema,
            "table_name": table,
            "column_name": column.name,
            "column_type": column.type,
            "description": column.description,
        }
        for (schema, table), info in registry().items()
        for column in info.columns
    ]


def unit_step(catalogue: Catalogue) -> Step:
    """`catalog.unit_measure`: the units that occur, with their size and dimension."""

    def run(inputs: Inputs) -> Output:
        import polars as pl

        from nqpf_assets.catalog.units import Unit, UnitError, parse_unit

        def known_unit(symbol: str) -> Unit | None:
            try:
                return parse_unit(symbol)
            except UnitError:
                return None  # kept as printed; reading told it

        printed = (
            inputs.scan("source", "observation")
            .select("unit_measure")
            .drop_nulls()
            .unique()
            .collect()
        )
        known = (one.unit for one in catalogue.series.series.values())
        symbols = sorted({*printed.get_column("unit_measure"), *known})
        units = [known_unit(symbol) for symbol in symbols]
        frame = pl.DataFrame(
            {
                "unit_measure": symbols,
                "factor": [unit and float(unit.factor) for unit in units],
                "dimension_symbol": [unit and unit.dimension for unit in units],
            },
            schema_overrides={"factor": pl.Float64, "dimension_symbol": pl.String},
        )
        return {("catalog", "unit_measure"): frame_of("unit_measure", [frame], "catalog")}

    return Step(
        "source",  # it lists what the files use
        (("catalog", "unit_measure"),),
        (units_of_all(),),
        run,
        code=source_of(__name__),
        parameters={"catalogue": {"series": catalogue.series.fingerprint}},
        lineage={
            ("catalog", "unit_measure"): {
                "unit_measure": "identity source.observation.unit_measure, catalogue",
                "factor dimension_symbol": "transformation source.observation.unit_measure, catalogue",
            }
        },
    )
