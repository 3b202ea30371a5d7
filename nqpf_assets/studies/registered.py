"""The estimators that studies can ask for: this package's, and those that installed packages register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nqpf_assets.plugins.registry import Registry
from nqpf_assets.studies.estimator import Covariance, Estimator, OptionBlock

REGISTRY = Registry(
    Estimator,
    room="nqpf_assets.studies.estimators",
    attribute="ESTIMATOR",
    group="nqpf.estimators",
)


def _blocks(estimators: Iterable[Estimator]) -> dict[str, OptionBlock]:
    """Key of a block of options → the block; estimators may share one.

    Raises:
        ValueError: two different blocks have one key.
    """
    blocks: dict[str, OptionBlock] = {}
    for one in estimators:
        if one.options and blocks.setdefault(one.options.key, one.options) is not one.options:
            raise ValueError(f"two blocks of options are named {one.options.key}: {one.name}")
    return blocks


ESTIMATORS: Mapping[str, Estimator] = {
    one.name: one for one in sorted(REGISTRY.all.values(), key=lambda one: (one.order, one.name))
}
"""Estimator, as studies name it → what it is."""

BLOCKS: Mapping[str, OptionBlock] = _blocks(ESTIMATORS.values())
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
