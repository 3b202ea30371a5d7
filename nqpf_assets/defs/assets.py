"""Steps as assets: one asset per table, grouped by study, so that a group is a study's whole picture.

What an asset shows is told by the step that ran: rows, columns, lineage of columns, a preview.
"""

# Dagster reads the annotation of the resource, so annotations are not postponed here.
from collections.abc import Iterator
from typing import Any

import dagster as dg

from nqpf_assets.defs.editions import EVERY_SEASON
from nqpf_assets.defs.metadata import declared_metadata, made_metadata, published_metadata
from nqpf_assets.defs.owners import owners
from nqpf_assets.defs.raw import raw_key, raw_keys
from nqpf_assets.defs.resource import Warehouse
from nqpf_assets.defs.session import PUBLICATION
from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.publications.against_last import CHECKS as AGAINST_LAST
from nqpf_assets.steps.execute import Made
from nqpf_assets.steps.fingerprint import fingerprint_of, own_parts
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse.duckdb_engine import ENGINE

PUBLISHED = dg.AssetKey(["warehouse", "nqpf"])
ALL_STUDIES = "all_studies"


def group_of(step: Step) -> str:
    """Group of a step's assets in the lineage graph: the study; one for what puts studies together."""
    if step.study:
        return f"study_{step.study}"
    return ALL_STUDIES if step.stage in ("panel", "index", "result") else step.stage


def step_asset(step: Step, opened: OpenedProject) -> dg.AssetsDefinition:
    """The assets of one step's tables."""
    deps = [dg.AssetKey(key) for key in step.inputs]
    if step.reads_outside:
        deps += [raw_key(folder) for folder in raw_keys(opened.project)]

    @dg.multi_asset(
        name=step.name,
        specs=[
            dg.AssetSpec(
                dg.AssetKey(key),
                deps=deps,
                group_name=group_of(step),
                description=opened.descriptions[key],
                code_version=hash_of(step),
                kinds={step.stage, _made_by(step), "parquet"},
                owners=owners(opened, step.study),
                metadata=declared_metadata(key, opened),
                tags={"stage": step.stage} | ({"study": step.study} if step.study else {}),
            )
            for key in step.outputs
        ],
        check_specs=[
            dg.AssetCheckSpec(
                rule.name,
                asset=dg.AssetKey(key),
                blocking=not rule.is_warning,
                description=rule.expected,
            )
            for key in step.outputs
            for rule in step.rules[key]
        ],
    )
    def run(
        warehouse: Warehouse,
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        session = warehouse.session(opened)
        made = session.run(step)
        for one in made:
            yield from _check_results(one)
        session.stop_if_failed(step.name)
        for one in made:
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(one.key),
                data_version=dg.DataVersion(one.record.sha256[:16]),
                metadata=made_metadata(one, opened),
            )

    return run


def _check_results(made: Made) -> Iterator[dg.AssetCheckResult]:
    for check in made.checks:
        yield dg.AssetCheckResult(
            passed=check.passed,
            asset_key=dg.AssetKey(made.key),
            check_name=check.name,
            severity=dg.AssetCheckSeverity.WARN
            if check.is_warning
            else dg.AssetCheckSeverity.ERROR,
            metadata={"expected": check.expected, "found": check.found or "as expected"},
        )


def publication_asset(opened: OpenedProject) -> dg.AssetsDefinition:
    """The published DuckDB file, which holds every table.

    It follows the tables that no other table reads, and through them all: eighty edges would hide the
    picture, and say no more.
    """
    read = {key for step in opened.graph.steps for key in step.inputs}

    @dg.asset(
        key=PUBLISHED,
        deps=[dg.AssetKey(key) for key in opened.graph.tables if key not in read],
        group_name="publication",
        description="The published warehouse: every table in one DuckDB file, put in place by one rename.",
        kinds={ENGINE},
        owners=owners(opened),
        check_specs=[
            dg.AssetCheckSpec(name, asset=PUBLISHED, description=expected, blocking=True)
            for name, expected in AGAINST_LAST.items()
        ],
        freshness_policy=EVERY_SEASON,
    )
    def publication(
        warehouse: Warehouse,
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        session = warehouse.session(opened)
        done, departures = session.publish()
        for name, expected in AGAINST_LAST.items():
            yield _departure(name, expected, [one for one in departures if one.code == name])
        session.stop_if_failed(PUBLICATION)
        assert done is not None, "held back, which ends the step above"
        yield dg.MaterializeResult(metadata=published_metadata(done, opened, session.left_out))

    return publication


def _departure(name: str, expected: str, found: list[Problem]) -> dg.AssetCheckResult:
    """One check against the last publication, as the pages show it."""
    stops = any(one.severity == "error" for one in found)
    words = "\n".join(f"{one.where}: {one.found}; {one.remedy}" for one in found)
    return dg.AssetCheckResult(
        passed=not found,
        asset_key=PUBLISHED,
        check_name=name,
        severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
        metadata={"expected": expected, "found": words or "as expected"},
    )


def _made_by(step: Step) -> str:
    """What kind of program makes the step's tables, as Dagster's icons have it."""
    if step.is_run_elsewhere:
        return step.engine
    return "sql" if step.sql else "python"


def hash_of(step: Step) -> str:
    """Short hash of the step's query, program and parameters, shown as the asset's code version."""
    return fingerprint_of(own_parts(step))[:12]
