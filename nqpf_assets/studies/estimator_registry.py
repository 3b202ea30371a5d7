"""The estimators that studies can ask for: this package's, and those that installed packages register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nqpf_assets.plugins.packages import broken
from nqpf_assets.plugins.registry import Registry
from nqpf_assets.studies.estimator import Compared, Covariance, Estimator, OptionBlock
from nqpf_assets.studies.estimator_contract import lacks

if TYPE_CHECKING:
    from nqpf_assets.studies.equation import Equation

ROOM = "nqpf_assets.studies.estimators"
"""Not written behind `room=`, where code that is hashed would follow it: a step names those that it uses."""

REGISTRY = Registry(
    Estimator,
    room=ROOM,
    attribute="ESTIMATOR",
    group="nqpf.estimators",
    lacks=lacks,
)


def _answering(one: Estimator) -> Estimator:
    """An estimator; one of a package with what it is asked named as the package's where it fails."""
    if one.name not in REGISTRY.points or one.options is None:
        return one

    def guarded(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def asked(given: Any) -> Any:
            with REGISTRY.answerable(one.name):
                found = function(given)
                return iter([*found]) if isinstance(found, Iterator) else found

        return asked

    block = one.options
    answering = replace(
        block,
        refusals=guarded(block.refusals),
        relations=guarded(block.relations),
        left_behind=guarded(block.left_behind),
        compared=guarded(block.compared),
        resampled=guarded(block.resampled),
    )
    return replace(one, options=answering)


ESTIMATORS: Mapping[str, Estimator] = {
    one.name: _answering(one)
    for one in sorted(REGISTRY.all.values(), key=lambda one: (one.order, one.name))
}
"""Estimator, as studies name it → what it is."""


def _blocks() -> dict[str, OptionBlock]:
    """Key of a block of options → the block, ours first; estimators may share one.

    Raises:
        InputError: a package brings another block under a key that is taken.
    """
    blocks: dict[str, OptionBlock] = {}
    for name, one in REGISTRY.all.items():
        if one.options and blocks.setdefault(one.options.key, one.options) is not one.options:
            taken = f"another block `{one.options.key}:`"
            assert name in REGISTRY.points, f"{name} has {taken}"
            raise broken(REGISTRY.points[name], "a key of options that nobody else has", taken)
    return {one.options.key: one.options for one in ESTIMATORS.values() if one.options}


BLOCKS: Mapping[str, OptionBlock] = _blocks()
"""Key of a block of options → the block."""

OWNERS: Mapping[str, tuple[str, ...]] = {
    key: tuple(name for name, one in ESTIMATORS.items() if one.options and one.options.key == key)
    for key in BLOCKS
}
"""Key of a block of options → the estimators it belongs to."""


def code_of(names: Iterable[str]) -> tuple[str, ...]:
    """Modules of this package that declare and estimate these; `packages_of` tells of the others."""
    own = {name for name in names if name in REGISTRY.own}
    return (*declared_in(own), *sorted(ESTIMATORS[name].module for name in own))


def declared_in(names: Iterable[str]) -> tuple[str, ...]:
    """Modules of this package that declare these: each has the name of its estimator."""
    return tuple(f"{REGISTRY.room}.{name}" for name in sorted({*names} & {*REGISTRY.own}))


def packages_of(names: Iterable[str]) -> dict[str, str]:
    """Packages that bring some of these, each with its release and content."""
    return REGISTRY.behind(names)


def covariance_of(estimator: str, vcov: str) -> Covariance | None:
    """What a covariance of an estimator can be told; None where the estimator has no such."""
    return ESTIMATORS[estimator].covariances.get(vcov)


def block_of(estimator: str) -> OptionBlock | None:
    """The block of options that an estimator has."""
    return ESTIMATORS[estimator].options


def compared_of(column: Equation) -> Compared | None:
    """The groups that a column's estimator compares."""
    options = block_of(column.estimator)
    return options.compared(column) if options else None
