"""All index methods by name, and what a study may write of an index: one of their options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from nqpf_assets.plugins.registry import Registry
from nqpf_assets.studies.index_method import IndexMethod, IndexOptions, lacks

INDEX_METHODS = Registry(
    IndexMethod,
    room="nqpf_assets.studies.index_methods",
    attribute="METHOD",
    group="nqpf.indices",
    lacks=lacks,
)

if TYPE_CHECKING:
    Index = IndexOptions
else:
    Index = Annotated[
        Union[tuple(method.options for method in INDEX_METHODS.all.values())],  # noqa: UP007
        Field(discriminator="method"),
    ]
