"""Regression tables: columns with the defaults of their table filled in, which is what is estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, create_model, model_validator

from nqpf_assets.messages.problems import Refused
from nqpf_assets.studies.column_rules import refusals
from nqpf_assets.studies.columns import Column, Model
from nqpf_assets.studies.estimator_registry import BLOCKS
from nqpf_assets.studies.merging import merged
from nqpf_assets.studies.table_kind import StudyTable
from nqpf_assets.studies.variants import varied
from nqpf_assets.studies.year_terms import with_terms


class _Complete(Column):
    @model_validator(mode="after")
    def _makes_a_model(self) -> Self:
        """What an estimator needs, cannot have or would not use is said here, not passed over."""
        if found := tuple(refusals(self)):
            raise Refused(found)
        return self


if TYPE_CHECKING:

    class CompleteColumn(_Complete):
        """A column with the defaults of its table filled in: what is estimated."""

else:
    CompleteColumn = create_model(
        "CompleteColumn",
        __base__=_Complete,
        __module__=__name__,
        __doc__="A column with the defaults of its table filled in: what is estimated.",
        **{key: (block.model | None, None) for key, block in BLOCKS.items()},
    )


class RegressionTable(StudyTable):
    """A table of regression columns, printed as the paper prints it."""

    kind: Literal["regression"] = Field(
        "regression",
        description="a table of regressions; may be left out",
    )
    parentheses: Literal["t", "std_error"] = Field(
        "std_error",
        description="what stands in brackets under a coefficient",
    )
    model: Model = Field(
        Model(),
        description="defaults of the columns; a column overrides the keys it names, in blocks too",
    )
    columns: tuple[Column, ...] = Field(min_length=1, description="one entry per column")
    hide: tuple[str, ...] = Field((), description="terms not printed, e.g. the controls")
    digits: int | None = Field(
        None,
        ge=0,
        le=10,
        description="decimals of coefficients and standard errors; where left out three, and "
        "more for numbers that three would hide",
    )
    note: str | None = Field(None, description="printed under the table")

    def completed(self, column: Column, periods: range) -> CompleteColumn:
        """The column with the table's `model` under it, key by key, varied as it asks, with its years.

        Args:
            periods: the years of the study, within which its sample lies.

        Raises:
            ValidationError: what the two say together makes no model.
        """
        whole = CompleteColumn.model_validate(merged(self.model, column))
        return with_terms(varied(whole), periods)
