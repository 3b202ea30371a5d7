"""Panel unit root tests of some variables, and dependence between units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, get_args

from pydantic import Field

from nqpf_assets.studies.table_kind import PanelTable, TableKind, Wrong, twice
from nqpf_assets.user_input.strict import Name

Test = Literal["levin_lin_chu", "im_pesaran_shin", "fisher", "cross_section_dependence"]
TESTS: tuple[Test, ...] = get_args(Test)
P_VALUE = "_p_value"
"""After the name of a test: the column of its p-values."""
OF_ROOTS = TESTS[:3]


class UnitRootsTable(PanelTable):
    """Panel unit root tests of some variables, each over the units that have a value in every year."""

    variable_keys: ClassVar[frozenset[str]] = frozenset({"examine"})
    prints_titles: ClassVar[bool] = True

    kind: Literal["unit_roots"] = Field(description="a row of tests for each variable")
    examine: tuple[Name, ...] = Field(
        min_length=1, description="variables and indices, in the order of the rows"
    )
    tests: tuple[Test, ...] = Field(
        TESTS, min_length=1, description="which tests, in the order of the columns"
    )
    lags: int = Field(1, ge=0, le=4, description="of the differences, the same in all units")
    trend: bool = Field(False, description="a trend in each unit beside its intercept")

    def variables(self) -> tuple[str, ...]:
        return self.examine

    def numbers(self) -> Mapping[str, bool]:
        columns = {"n_units": True, "n_periods": True}
        for test in self.tests:
            columns |= {test: False, f"{test}{P_VALUE}": False}
        return columns

    def wrong(self) -> Iterator[Wrong]:
        yield from twice("examine", self.examine, "each variable once")
        yield from twice("tests", self.tests, "each test once")
        if not {*OF_ROOTS} & {*self.tests}:
            for key in ("lags", "trend"):
                if key in self.model_fields_set:
                    yield Wrong(
                        (key,),
                        "a test for unit roots among `tests`",
                        f"`{key}` with cross_section_dependence alone, which has no regression",
                        f"remove `{key}`, or add a test",
                        "idle_lags",
                    )


KIND = TableKind("unit_roots", UnitRootsTable, "nqpf_assets.stages.unit_roots:examine_variables")
