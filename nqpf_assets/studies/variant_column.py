"""A variant of a column as the column that would be written in its place: its keys, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.studies.columns import OF_THE_PRINT, Column, Variant
from nqpf_assets.studies.merging import Data, laid_over
from nqpf_assets.studies.prepared_entries import over
from nqpf_assets.studies.regression_table import RegressionTable
from nqpf_assets.studies.written_column import WrittenColumn
from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml, Place
from nqpf_assets.user_input.model_messages import validate

ADD, DROP = "add_controls", "drop_controls"
"""Keys that only a variant has."""


@dataclass(frozen=True)
class BaseColumn:
    """A column that may have variants, and what it stands in.

    Attributes:
        at: where its table stands in the document.
    """

    entry: WrittenColumn
    table: RegressionTable
    at: KeyPath
    document: LinedYaml

    @property
    def controls(self) -> tuple[str, ...]:
        """Its controls, which may be its table's."""
        column = self.entry.column
        return (column if "controls" in column.model_fields_set else self.table.model).controls

    def place_of_control(self, name: str) -> Place:
        """Where one of them is written."""
        below: KeyPath = ("controls", self.controls.index(name))
        is_own = "controls" in self.entry.column.model_fields_set
        return (
            self.entry.places[below] if is_own else self.document.place((*self.at, "model", *below))
        )

    def problem(self, path: KeyPath, *words: str) -> Problem:
        """A problem at a path below the column."""
        return replace(self.document, places=self.entry.places).problem(path, *words)


def column_of(base: BaseColumn, number: int) -> tuple[WrittenColumn | None, tuple[Problem, ...]]:
    """A variant of a column as a column, or why it is none."""
    variant, at = base.entry.column.variants[number], ("variants", number)
    if wrong := tuple(_wrong_controls(base, at, variant)):
        return None, wrong
    said = _said(base, variant)
    document = replace(base.document, data=said, places=_places(base, at, variant, said))
    column, problems = validate(Column, document, topic="studies")
    if column is None:
        return None, problems
    written = column.model_dump(mode="json", exclude_unset=True)
    return WrittenColumn(column, written, document.places), ()


def _said(base: BaseColumn, variant: Variant) -> Data:
    """What a column would write that is the base but for the keys of the variant."""

    def of_base() -> Data:
        return base.entry.column.model_dump(exclude_unset=True, exclude=set(OF_THE_PRINT))

    own = variant.model_dump(exclude_unset=True, exclude={ADD, DROP})
    # The table's model chooses too: of which estimator a block is, which covariance has lags.
    under = laid_over(base.table.model.model_dump(exclude_unset=True), of_base())
    said = _asked(laid_over(under, own), of_base(), own)
    if variant.within_each:  # a column has one grouping: another stands in its place
        said["within_each"] = variant.within_each
    if variant.prepare:  # a change goes over a change as one does over an entry
        there = base.entry.column.prepare
        changed = {name: over(there.get(name, {}), one) for name, one in variant.prepare.items()}
        said["prepare"] = there | changed
    if variant.add_controls or variant.drop_controls:
        kept = (one for one in base.controls if one not in (variant.drop_controls or ()))
        said["controls"] = (*kept, *(variant.add_controls or ()))
    return said


def _asked(whole: Data, *asked: Data) -> Data:
    """The keys that some of these data write, also inside blocks, with the values of the whole."""
    found: Data = {}
    for key in dict.fromkeys(key for one in asked for key in one):
        if key not in whole:  # left behind
            continue
        value, below = whole[key], [one[key] for one in asked if key in one]
        if value and all(isinstance(one, dict) for one in (value, *below)):
            value = _asked(value, *below)
            if not value:
                continue
        found[key] = value
    return found


def _places(
    base: BaseColumn, at: KeyPath, variant: Variant, said: Mapping[str, object]
) -> dict[KeyPath, Place]:
    """Where the keys of a variant's column stand: in the variant, or in its base."""
    places = base.entry.places
    own = {path[len(at) :]: place for path, place in places.items() if path[: len(at)] == at}
    rewritten = {key for key in variant.model_fields_set if not isinstance(said.get(key), dict)}
    left = {*OF_THE_PRINT, "variants", *rewritten}
    found = {path: place for path, place in places.items() if path and path[0] not in left} | own
    added = variant.add_controls or ()
    if added or variant.drop_controls:
        found["controls",] = own[ADD if added else DROP,]
        kept = [one for one in base.controls if one not in (variant.drop_controls or ())]
        each = [base.place_of_control(one) for one in kept]
        each += [own[ADD, number] for number in range(len(added))]
        found |= {("controls", number): place for number, place in enumerate(each)}
    return found


def _wrong_controls(base: BaseColumn, at: KeyPath, variant: Variant) -> Iterator[Problem]:
    """What cannot be added to the controls of a column, or taken from them."""
    there = base.controls
    for key in (ADD, DROP):
        if key in variant.model_fields_set and "controls" in variant.model_fields_set:
            yield base.problem(
                (*at, key),
                f"`controls`, which are all that it has, or `{key}`",
                "both",
                "remove one of the two",
                "variant",
            )
    for place, name in enumerate(variant.drop_controls or ()):
        if name not in there:
            yield base.problem(
                (*at, DROP, place),
                f"a control of the column: {', '.join(there) or 'it has none'}",
                f"`{name}`",
                did_you_mean(name, there) or "remove it: nothing would be left out",
                "unknown_term",
            )
    for place, name in enumerate(variant.add_controls or ()):
        if name in there:
            yield base.problem(
                (*at, ADD, place),
                "a variable that is no control of the column yet",
                f"`{name}`",
                "remove it: the column has it",
                "variable_twice",
            )
