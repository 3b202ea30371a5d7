"""What all parts of a study file have in common: strictness, and how names are spelt."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""Names that become table, column and variable names: lower case, digits, underscore."""


class Strict(BaseModel):
    """A wrong key is an error: it would otherwise be a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
