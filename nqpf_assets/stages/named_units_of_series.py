"""Units of measurement that formulas print behind the names of series: those in which the study has them.

A name takes no part in a conversion: `收入（万元）` in a formula is the series `收入` in whatever unit the
study has it. Where that is another one than the name says, numbers are not what a reader takes them for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.units import UnitError, conversion
from nqpf_assets.expressions.tree import Name, nodes
from nqpf_assets.messages.problems import CheckFailed, Problem

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy


def require_named_units(compiled: CompiledStudy, units: Mapping[str, str]) -> None:
    """Refuse formulas that name a series in another unit than the study has it in.

    Args:
        compiled: the study.
        units: series → unit of measurement in the study.

    Raises:
        CheckFailed: with every such name.
    """
    problems = [*_problems(compiled, units), *wrong_names(compiled, units)]
    if problems:
        raise CheckFailed(problems)


def _problems(compiled: CompiledStudy, units: Mapping[str, str]) -> Iterator[Problem]:
    for name, formula in compiled.formulas.items():
        written = {node.name for node in nodes(formula.definition.tree) if isinstance(node, Name)}
        for label in sorted(written - {*compiled.formulas}):
            series, said = printed_series(label)
            unit = units.get(series)
            if said is None or unit is None or _is_same(said, unit):
                continue
            yield Problem(
                file=f"study {compiled.name}",
                where=f"{'.'.join(map(str, formula.path))}: {formula.key}",
                expected=f"`{series}` named in {unit}, in which the study has it",
                found=f"`{label}` in the formula of {name}",
                remedy=f"write `{series}` or `{series}（{unit}）`, and convert in the formula where "
                "the number is to be in another unit",
                code="units",
                asked_at=(*formula.path, formula.key),
            )


def wrong_names(compiled: CompiledStudy, units: Mapping[str, str]) -> Iterator[Problem]:
    """Those outside of formulas whose unit is another than that of the series."""
    for one in compiled.named_with_unit:
        unit = units.get(one.series)
        if unit is not None and not _is_same(one.unit, unit):
            yield Problem(
                file=f"study {compiled.name}",
                where=one.where,
                expected=f"`{one.series}` named in {unit}, in which it comes",
                found=f"`{one.label}`",
                remedy=f"write `{one.series}` or `{one.series}（{unit}）`",
                code="units",
            )


def _is_same(said: str, unit: str) -> bool:
    try:
        return said == unit or conversion(said, unit) == 1
    except UnitError:
        return False
