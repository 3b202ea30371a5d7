"""A survey's columns as a rule asks for them: texts, codes, numbers, answers that count; or why they are not.

What is made of them is for `aggregated`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nqpf_assets.formats.numbers import number_of
from nqpf_assets.messages.problems import InputError, shortened
from nqpf_assets.projects.surveys.declared import Survey
from nqpf_assets.projects.surveys.respondents import Respondents
from nqpf_assets.user_input.lined_yaml import LinedYaml

Place = Sequence[str | int]
"""Keys of a rule that lead to a column."""


@dataclass(frozen=True)
class Columns:
    """The columns of a file of respondents; what one cannot be is refused at the line that asks for it."""

    survey: Survey
    document: LinedYaml
    file: Respondents

    def refused(self, place: Place, expected: str, found: str, remedy: str) -> InputError:
        """The error to raise, at a place of the rule."""
        return InputError([self.document.problem(tuple(place), expected, found, remedy)])

    def texts(self, name: str, place: Place) -> pl.Series:
        """A column as texts, labels in place of their codes; a label of two codes names neither."""
        column = self.column(name, place)
        plain = self.codes(name, place)
        given = self.file.labels.get(name, {})
        n = Counter(given.values())
        labels = {code: text for code, text in given.items() if n[text] == 1}
        if column.dtype == pl.String or not labels:
            return plain
        shown = column.cast(pl.Float64).replace_strict(labels, default=None, return_dtype=pl.String)
        return shown.fill_null(plain)

    def codes(self, name: str, place: Place) -> pl.Series:
        """A column as texts, numbers as they are: labels of strata and units may repeat."""
        column = self.column(name, place)
        if column.dtype == pl.String:
            return column.str.strip_chars()
        return column.cast(pl.String).str.replace(r"\.0$", "")

    def answers(self, name: str, place: Place) -> NDArray[np.float64]:
        """A column of answers as numbers, NaN where there is none."""
        column = self.column(name, place)
        is_none = self._is_any(name, column, self.survey.missing)
        return self.numbers(column.zip_with(~is_none, pl.Series([None], dtype=column.dtype)), place)

    def is_answered(self, name: str, place: Place) -> pl.Series:
        """Whether each respondent answered."""
        column = self.column(name, place)
        is_empty = column.is_null()
        if column.dtype == pl.String:
            is_empty |= (column.str.strip_chars() == "").fill_null(True)
        return ~(is_empty | self._is_any(name, column, self.survey.missing))

    def is_one_of(self, name: str, words: Sequence[float | str], place: Place) -> pl.Series:
        """Whether each answer is one of these codes or labels."""
        column = self.column(name, place)
        labels = self.file.labels.get(name, {})
        known = {*labels.values()}
        if column.dtype == pl.String:
            known |= {*column.drop_nulls().str.strip_chars()}
        for n, word in enumerate(words):
            if isinstance(word, str) and word not in known and number_of(word) is None:
                found = f"`{word}`, which no label or answer of `{name}` is"
                raise self.refused((*place, n), "answers of this column", found, "correct it")
        is_in = self._is_any(name, column, words)
        explained = {*labels, *labels.values()}
        if not is_in.any() and not any(w in explained or _code(w) in explained for w in words):
            found = f"{', '.join(map(_shown, words))}, which nobody answered and no label explains"
            raise self.refused(place, f"answers of `{name}`", found, "correct them")
        return is_in

    def column(self, name: str, place: Place) -> pl.Series:
        """A column as it is stored."""
        frame = self.file.frame
        if name not in frame.columns:
            some = ", ".join(frame.columns[:12])
            raise self.refused(place, f"a column of the file: {some} …", f"`{name}`", "correct it")
        return frame[name]

    def _is_any(self, name: str, column: pl.Series, words: Sequence[float | str]) -> pl.Series:
        codes = {w for word in words if (w := _code(word)) is not None}
        texts = {word for word in words if isinstance(word, str)}
        labels = self.file.labels.get(name, {})
        codes |= {code for code, text in labels.items() if text in texts}
        if column.dtype == pl.String:
            stripped = column.str.strip_chars()
            own = {text for text in stripped.drop_nulls().unique() if number_of(text) in codes}
            return stripped.is_in([*texts, *(own - {""})]).fill_null(False)
        return column.cast(pl.Float64).is_in([*codes]).fill_null(False)

    def numbers(
        self,
        column: pl.Series,
        place: Place,
        remedy: str = "if it means no answer, list it under `missing`",
    ) -> NDArray[np.float64]:
        """A column's values, NaN where there is none."""
        if column.dtype.is_temporal():
            expected = f"numbers in the column `{column.name}`"
            raise self.refused(place, expected, "days or times", "name another column")
        if column.dtype != pl.String:
            return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        stripped = column.str.strip_chars()
        own = stripped.drop_nulls().unique().to_list()
        known = {text: number_of(text) for text in own if text}
        wrong = sorted(text for text, number in known.items() if number is None)
        if wrong:
            found = f"`{shortened(wrong[0], 40)}`" + (
                f" and {len(wrong) - 1} more" if wrong[1:] else ""
            )
            raise self.refused(place, f"numbers in the column `{column.name}`", found, remedy)
        numbers = stripped.replace_strict(known, default=None, return_dtype=pl.Float64)
        return numbers.fill_null(float("nan")).to_numpy()


def _shown(word: float | str) -> str:
    return f"`{word}`" if isinstance(word, str) else f"{word:g}"


def _code(word: float | str) -> float | None:
    """The number that a word of a rule is; None of a label."""
    return number_of(word) if isinstance(word, str) else float(word)
