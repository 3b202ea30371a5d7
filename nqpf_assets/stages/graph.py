"""All steps of a project, put together and checked: every table is made once, and made at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA
from nqpf_assets.checks.table_rules import programs_of_rules, rules_of
from nqpf_assets.sources.corrections import Corrections
from nqpf_assets.stages.asked_of_spark import SPARK
from nqpf_assets.stages.catalog import catalog_step, unit_step
from nqpf_assets.stages.corrections import correction_step
from nqpf_assets.stages.estimated_columns import caution_step, join_step, result_step
from nqpf_assets.stages.finished_tables import table_steps
from nqpf_assets.stages.indices import index_step
from nqpf_assets.stages.influence.absorbed_step import absorbed_step
from nqpf_assets.stages.influence.step import influence_step
from nqpf_assets.stages.lineage.column_lineage import lineage_step
from nqpf_assets.stages.panel import panel_steps
from nqpf_assets.stages.sources import source_step
from nqpf_assets.stages.sql import DEFAULTS, EVERY_STUDY, collecting_steps, file_step, sql_files
from nqpf_assets.stages.study_words import study_words_step
from nqpf_assets.steps.graph import Graph, ordered
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse import spark_engine
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.user_input.settings import Settings

NONE = Corrections()
DIALECT = "nqpf_assets.warehouse.spark_dialect"


def build_graph(
    studies: Iterable[CompiledStudy],
    catalogue: Catalogue,
    settings: Settings = DEFAULTS,
    corrections: Corrections = NONE,
) -> Graph:
    """Every step from raw file to finished table.

    Args:
        settings: limits, and findings that were accepted.
        corrections: published values that are known to be wrong.

    Raises:
        LookupError: a step reads a table that nothing makes; names both.
    """
    studies = sorted(studies, key=lambda one: one.name)
    names = [one.name for one in studies]
    steps = [
        source_step(),
        correction_step(corrections, catalogue),
        catalog_step(catalogue, [one.study for one in studies]),
        unit_step(catalogue),
    ]
    if studies:
        steps.append(study_words_step(one.study for one in studies))
    for compiled in studies:
        steps += [
            *panel_steps(compiled, catalogue),
            index_step(compiled.study),
            result_step(compiled, SPARK if settings.engine == "spark" else None),
            join_step(compiled, settings),
            caution_step(compiled),
            influence_step(compiled, catalogue),
            absorbed_step(compiled, catalogue),
            *table_steps(compiled),
        ]
    for file in sql_files():
        serves_all = file.key[0] != STUDY_SCHEMA and not file.is_view
        if serves_all and (names or f"{EVERY_STUDY}." not in file.text):
            steps.append(file_step(file.key[0], file.key, studies=names, settings=settings))
    if names:
        for schema in ("panel", "index", "result"):
            steps += collecting_steps(schema, schema, names)
    steps.append(lineage_step(steps))
    if settings.engine == "spark":
        steps = list(map(_run_by_spark, steps))
    return Graph(tuple(map(_held_to_rules, ordered(steps))))


def _run_by_spark(step: Step) -> Step:
    """The step as Spark runs it, where it is one of Spark's; how queries are carried makes it stale.

    Those are a study's queries on the way from published cells to its panel, which grow with the rows. A
    second for each is what Spark asks at least: reports and tables of all studies, forty small queries, are
    not worth it.
    """
    if step.stage != "panel" or step.study is None or not (step.sql or step.is_query):
        return step
    said = {name: dict(parts) for name, parts in step.parameters.items()}
    said.setdefault("program", {})[DIALECT] = source_of(DIALECT)
    return replace(step, engine=spark_engine.ENGINE, parameters=said)


def _held_to_rules(step: Step) -> Step:
    """The step with all that its tables must hold, its own rules last."""
    rules = {key: rules_of(key, step.rules.get(key, ())) for key in step.outputs}
    programs = programs_of_rules(step.outputs, has_own=bool(step.rules))
    return replace(step, rules=rules, checked_by=programs)
