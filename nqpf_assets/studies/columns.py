"""A column of a regression table as it is written: the keys of all, and the blocks of the estimators.

A column is no union told apart by its estimator: a table's `model` may hold blocks of several, a column
writes a part of what it is, and which estimator is meant shows only once the two are put together
(`regression_table`). So all blocks are keys of one model, made from what is registered, and a block of
another estimator is refused by its name instead of as an unknown key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model, model_validator

from nqpf_assets.studies.equation import DEFAULT, Equation, Options
from nqpf_assets.studies.estimator_registry import BLOCKS, ESTIMATORS, OWNERS, block_of
from nqpf_assets.studies.gap_filling import Interpolation
from nqpf_assets.user_input.other_programs import Elsewhere
from nqpf_assets.user_input.strict import Name, part_of

OF_THE_PRINT = frozenset({"label", "published", "note", "expect"})
"""What a column says about its printing, and not about its model."""

GROUP = "{group}"
"""Stands in the label of a column with `within_each` for the group."""


class _WithDefaults(Equation):
    """A column that may leave out a block of its estimator, all of whose keys have defaults."""

    def options(self, kind: type[Options]) -> Options:
        """The block of options of this kind, which a column of its estimator has, or may leave out.

        Raises:
            LookupError: the column has none: it is of another estimator.
        """
        block = block_of(self.estimator)
        is_left_out = block is not None and getattr(self, block.key) is None
        if block is not None and is_left_out and block.is_optional and block.model is kind:
            return kind()
        return super().options(kind)


if TYPE_CHECKING:
    Estimator = str

    class Model(_WithDefaults):
        """What one column estimates; a table's `model` gives the defaults of its columns."""

else:
    Estimator = Literal[tuple(ESTIMATORS)]
    _ELSEWHERE = Elsewhere(
        tuple((word, name) for name, one in ESTIMATORS.items() for word in one.elsewhere)
    )

    def _keys() -> dict[str, Any]:
        """The estimator, and a block for each kind of options."""
        keys: dict[str, Any] = {
            "estimator": (
                Annotated[Estimator, _ELSEWHERE],
                Field(DEFAULT, description="how the column is estimated"),
            )
        }
        for key, block in BLOCKS.items():
            *others, last = (f"`{name}`" for name in OWNERS[key])
            words = f"options of {' and '.join(filter(None, [', '.join(others), last]))}"
            keys[key] = (part_of(block.model) | None, Field(None, description=words))
        return keys

    Model = create_model(
        "Model",
        __base__=_WithDefaults,
        __module__=__name__,
        __doc__="What one column estimates; a table's `model` gives the defaults of its columns.",
        **_keys(),
    )


EachGroup = dict[Name, Annotated[tuple[Name, ...], Field(min_length=1)]]
"""Grouping → groups."""


class _Labelled(Model):
    """What is printed as a column, or as one for each group."""

    label: str = Field(description="head of the column as printed, e.g. '(1)'")
    within_each: Name | Annotated[EachGroup, Field(max_length=1)] = Field(
        default_factory=dict,
        description="grouping → groups: a column like this for each of them, with the name of the group for "
        "`{group}` in its label, or behind it; a grouping alone takes all groups that the study writes of it",
    )
    prepare: dict[Name, Annotated[dict[str, Any], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="variable, indicator or index → keys of its entry that are other for this column, e.g. "
        "`{nqpf: {method: critic}}`; what the column has that is made from it is made anew, too",
    )

    interpolation: Interpolation | None = Field(
        None,
        description="how gaps of all series under the column are filled, where that is another way than the "
        "study's; what a key that is left out says is the study's, as is what `sources.series` says of one",
    )


class Variant(_Labelled):
    """A further column: the one that it stands under, but for what is said here."""

    add_controls: Annotated[tuple[Name, ...], Field(min_length=1)] | None = Field(
        None, description="controls behind those of the column"
    )
    drop_controls: Annotated[tuple[Name, ...], Field(min_length=1)] | None = Field(
        None, description="controls of the column that this one does not have"
    )


class Column(_Labelled):
    """One column of a regression table."""

    variants: tuple[Variant, ...] = Field(
        (),
        exclude=True,
        description="further columns behind this one, each like it but for the keys that it "
        "writes; `expect`, `published` and `note` of this one are not theirs",
    )

    @model_validator(mode="after")
    def _is_said_of_each_group(self) -> Column:
        """What holds for one sample cannot hold for several."""
        if GROUP in self.label and not self.within_each:
            raise ValueError(f"`{GROUP}` in a label is the name of a group of `within_each`")
        each: EachGroup = (
            {self.within_each: ()} if isinstance(self.within_each, str) else self.within_each
        )
        for grouping, groups in each.items():
            if len(set(groups)) < len(groups):
                raise ValueError(f"`within_each` of `{grouping}` takes every group once")
            if grouping in self.sample.within:
                raise ValueError(
                    f"`{grouping}` stands in `within_each` and in `sample: {{within}}`"
                )
            said = [key for key in ("published", "expect") if key in self.model_fields_set]
            if said:
                raise ValueError(
                    f"`{said[0]}` is said of one sample: beside `within_each` write a column for each group"
                )
        return self
