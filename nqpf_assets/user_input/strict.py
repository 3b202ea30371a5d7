"""What all parts of a study file have in common: strictness, and how names are spelt."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model
from pydantic.config import JsonDict

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""Names that become table, column and variable names: lower case, digits, underscore."""

NEEDED: JsonDict = {"needed": True}
"""Mark in the JSON schema of keys that a column needs, though the table's `model` may give them."""

Block = TypeVar("Block", bound=BaseModel)


class Strict(BaseModel):
    """A wrong key is an error: it would otherwise be a silent default."""

    # Built when it is first asked for: a block inside of another is built with that, and not twice.
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, defer_build=True)


class _Part(Strict):
    model_config = ConfigDict(validate_default=False)


@cache
def part_of(block: type[BaseModel]) -> type[BaseModel]:
    """A block as a table or a column may write a part of it: nothing is required, nothing compared.

    The rules that the block has as a whole hold once table and column are put together.
    """
    keys: dict[str, Any] = {}
    for name, info in block.model_fields.items():
        hint = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
        own = Field(
            None if info.is_required() else info.default,
            description=info.description,
            json_schema_extra=NEEDED if info.is_required() else info.json_schema_extra,
        )
        keys[name] = (hint, own)
    return create_model(block.__name__, __base__=_Part, __doc__=block.__doc__, **keys)


if TYPE_CHECKING:
    Part = Annotated[Block, "part"]
else:

    class Part:
        """``Part[Options]``: what is written of a block at one place."""

        def __class_getitem__(cls, block: type[BaseModel]) -> type[BaseModel]:
            return part_of(block)
