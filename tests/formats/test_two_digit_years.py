"""Years of two digits: in whole columns as one by one, each once in its window."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nqpf_assets.formats.labels import whole_year
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.printed_years import has_two_digits, years_of

SIGNS = st.sampled_from(
    ["{:02d}", "{:02d}年", "'{:02d}", " {:02d}年度", "{:d}", "{:d}.0", "’{:02d}"]
)


@given(st.integers(1000, 9899), st.integers(0, 99), st.integers(0, 99), SIGNS)
def test_a_year_is_the_one_of_its_window_that_ends_so(
    first: int, span: int, digits: int, sign: str
) -> None:
    window = (first, first + span)
    ends_so = [year for year in range(first, first + span + 1) if year % 100 == digits]
    expected = ends_so[0] if ends_so else None
    text = sign.format(digits)
    assert whole_year(text, window) == expected
    column = pl.DataFrame({"text": [text, "2012年", "1234567", "201", "98-99"]})
    found = column.select(years_of(pl.col("text"), window)).to_series()
    assert found.to_list() == [expected, 2012, None, None, None]
    assert column.select(years_of(pl.col("text"))).item(0, 0) is None
    assert has_two_digits(column["text"])
    assert not has_two_digits(column["text"][1:])


@pytest.mark.parametrize(
    ("window", "more"),
    [((1950, 2050), {}), ((2001, 1999), {}), ((50, 49), {}), ((1950, 2049), {"year": 2012})],
)
def test_a_window_that_leaves_a_year_open_is_refused(
    window: tuple[int, int], more: dict[str, int]
) -> None:
    period = {} if more else {"period": "年份"}
    with pytest.raises(ValidationError):
        TidyColumns(values=("gdp",), two_digit_years=window, **more, **period)  # type: ignore[arg-type]
